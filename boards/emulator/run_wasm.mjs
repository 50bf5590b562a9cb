// Runs the firmware in MicroPython's WebAssembly build: node run_wasm.mjs PACKAGE FIRMWARE BOARD...
// Descriptors 3 (read) and 4 (write) carry the lockstep exchange; the VM sees both as the device
// /dev/lockstep. This build collects garbage only when control is back here, so the firmware is run
// in slices of 100 ticks and the heap collected after each.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [micropython, ...trees] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(micropython).href);
const vm = await loadMicroPython({
  heapsize: 256 * 1024,
  stdout: (line) => console.error(line),
  linebuffer: true,
});

const FS = vm.FS;
const device = FS.makedev(64, 0);
FS.registerDevice(device, {
  open(stream) { stream.seekable = false; },
  close() {},
  read(stream, buffer, offset, length) {
    return fs.readSync(3, buffer, offset, length, null);
  },
  write(stream, buffer, offset, length) {
    return fs.writeSync(4, buffer, offset, length, null);
  },
});
FS.mkdev("/dev/lockstep", device);

function copyIn(from, to) {
  FS.mkdirTree(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) {
      if (entry.name !== "tests" && entry.name !== "__pycache__") copyIn(source, target);
    } else if (entry.name.endsWith(".py")) {
      FS.writeFile(target, fs.readFileSync(source));
    }
  }
}
const places = trees.map((_, index) => `/tree${index}`);
trees.forEach((tree, index) => copyIn(tree, places[index]));

// A slice is true while there is more to do. What else the firmware raises stays uncaught: the traceback
// on stderr and the exit status are what the bench shows.
vm.runPython(`
import gc, sys
sys.path[:] = ${JSON.stringify(places)} + sys.path
class Streams:
    reader = writer = open("/dev/lockstep", "r+b")
sys.modules["lockstep_stream"] = Streams
def _slice():
    try:
        import main
        main.run(100)
        return True
    except SystemExit:
        return False
    except OSError as error:
        if error.errno not in (29, 32, 64):  # the bench has closed its end
            raise
        return False
def _slice_measured():
    before = gc.mem_alloc()
    more = _slice()
    print("heap", gc.mem_alloc() - before)
    return more
`);

// BENCHPUMP_HEAP: print the bytes that each slice allocated, for `make bench`.
const slice = process.env.BENCHPUMP_HEAP ? "more = _slice_measured()" : "more = _slice()";
try {
  for (;;) {
    vm.runPython(slice);
    if (!vm.globals.get("more")) break;
    vm.runPython("gc.collect()");
  }
} catch (error) {
  console.error(error.message ?? String(error));
  process.exitCode = 1;
}
