// Runs the firmware's unit tests in MicroPython's WebAssembly build: node test_wasm.mjs PACKAGE FIRMWARE [SLOW_MS].
// That VM frees no memory inside a call, so each test method is a call of its own, with its bundled unittest, and
// garbage is collected between. The exit status tells whether there were tests and all of them passed.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const COUNTS = /^ {2}\d/; // lines in which a test tells how much it enumerated

const [micropython, firmware, slowMs = "Infinity"] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(micropython).href);
let said = [];
const vm = await loadMicroPython({
  heapsize: 4096 * 1024,
  linebuffer: true,
  stdout: (line) => said.push(line),
});

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

def tests(name):
    module = __import__(name, None, None, ("",))
    cases = [getattr(module, found) for found in dir(module)]
    return " ".join(
        "%s.%s.%s" % (name, case.__name__, found)
        for case in cases
        if isinstance(case, type) and issubclass(case, unittest.TestCase)
        for found in dir(case)
        if found.startswith("test")
    )

def run(name, case, test):
    case = getattr(sys.modules[name], case)
    alone = {"runTest": getattr(case, test), "__str__": lambda self: test}
    suite = unittest.TestSuite(name)
    suite.addTest(type(case.__name__, (case,), alone))
    result = unittest.TestResult()
    suite.run(result)
    wrong = [text for _, text in result.failures + result.errors]
    if not result.testsRun or result.skippedNum:
        wrong.append("it did not run")
    return "\\n".join(wrong)
`);

// What the expression gives; an error's message, but not its stack: that quotes the whole VM.
function python(expression) {
  said = [];
  try {
    vm.runPython(`answer = ${expression}`);
    const answer = vm.globals.get("answer");
    vm.runPython("gc.collect()");
    return { answer, wrong: "" };
  } catch (error) {
    return { answer: "", wrong: error.message || "it ended the VM" };
  }
}

let passed = 0;
let failed = 0;
function fail(name, why) {
  failed += 1;
  console.log(`FAILED ${name}\n${said.join("\n")}\n${why}`);
}

for (const name of modules.sort()) {
  const found = python(`tests("${name}")`);
  if (!found.answer) fail(name, found.wrong || "no test in it");
  for (const test of found.answer.split(" ").filter(Boolean)) {
    const parts = test.split(".");
    const method = parts.pop();
    const began = performance.now();
    const { answer, wrong } = python(`run("${parts.slice(0, -1).join(".")}", "${parts.at(-1)}", "${method}")`);
    const took = performance.now() - began;
    if (answer || wrong) fail(test, answer || wrong);
    else {
      passed += 1;
      for (const line of said.filter((line) => COUNTS.test(line))) console.log(`${name}:${line}`);
    }
    if (took > Number(slowMs)) console.log(`${test} took ${(took / 1000).toFixed(1)} s`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
