// Runs the firmware's unit tests in MicroPython's WebAssembly build: node test_wasm.mjs PACKAGE FIRMWARE.
// Each module is one run of its bundled unittest; the exit status tells whether all passed.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [micropython, firmware] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(micropython).href);
const vm = await loadMicroPython({ heapsize: 4096 * 1024, linebuffer: true });

const modules = [];
function copyIn(from, to) {
  vm.FS.mkdirTree(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) copyIn(source, target);
    else if (entry.name.endsWith(".py")) {
      vm.FS.writeFile(target, fs.readFileSync(source));
      if (to === "/firmware/tests" && entry.name.startsWith("test_")) {
        modules.push(`tests.${entry.name.slice(0, -3)}`);
      }
    }
  }
}
copyIn(firmware, "/firmware");
vm.runPython(`
import gc, sys, unittest
sys.path.insert(0, "/firmware")
def run(name):
    module = __import__(name, None, None, ("",))
    suite = unittest.TestSuite(name)
    for found in dir(module):
        case = getattr(module, found)
        if isinstance(case, type) and issubclass(case, unittest.TestCase):
            suite.addTest(case)
    print(name)
    result = unittest.TestRunner().run(suite)
    return [result.testsRun, len(result.failures) + len(result.errors)]
`);

let tests = 0;
let failed = 0;
for (const name of modules.sort()) {
  try {
    vm.runPython(`ran, bad = run("${name}")`);
  } catch (error) {
    console.log(`${name}: ${error.message}`); // not the stack: it quotes the whole VM
    vm.runPython("ran, bad = 1, 1");
  }
  tests += vm.globals.get("ran");
  failed += vm.globals.get("bad");
  vm.runPython("gc.collect()");
}
console.log(`${tests - failed} passed, ${failed} failed`);
process.exitCode = failed || !tests ? 1 : 0;
