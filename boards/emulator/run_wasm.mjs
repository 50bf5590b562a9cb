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
    } else if (entry.name.endsWith(".py") || entry.name === "manifest.txt") {
      FS.writeFile(target, fs.readFileSync(source));
    }
  }
}
const places = trees.map((_, index) => `/tree${index}`);
trees.forEach((tree, index) => copyIn(tree, places[index]));

// A slice is true while there is more to do. What else the firmware raises stays uncaught: the traceback
// on stderr and the exit status are what the bench shows.
vm.runPython(`
import gc, micropython, sys
sys.path[:] = ${JSON.stringify(places)} + sys.path
class Streams:
    reader = writer = open("/dev/lockstep", "r+b")
sys.modules["lockstep_stream"] = Streams
def _slice(locked=False):
    try:
        import main
        if locked:
            micropython.heap_lock()
        main.run(100)
        return True
    except SystemExit:
        return False
    except OSError as error:
        if error.errno not in (29, 32, 64):  # the bench has closed its end
            raise
        return False
    finally:
        if locked:
            micropython.heap_unlock()
def _slice_measured():
    before = gc.mem_alloc()
    more = _slice()
    print("heap", gc.mem_alloc() - before)
    return more
`);

// BENCHPUMP_HEAP: print the bytes that each slice allocated, for `make bench`.
const slice = process.env.BENCHPUMP_HEAP ? "more = _slice_measured()" : "more = _slice()";

// BENCHPUMP_LOCK=N: by turns N slices as they are and N with the heap locked, so that a tick which
// allocates raises MemoryError; each turn is printed as it begins.
const lockEvery = Number(process.env.BENCHPUMP_LOCK ?? 0);

// BENCHPUMP_LIVE=N: after every N slices print the live heap, which is valid only here, between two
// calls. Code (all modules of pump and link with their constant tables) is imported before the first
// of its objects is made, and not counted; main, hal and board data are.
const liveEvery = Number(process.env.BENCHPUMP_LIVE ?? 0);
let slices = 0;
function modules(tree, below) {
  return fs.readdirSync(path.join(tree, below), { withFileTypes: true }).flatMap((entry) => {
    const name = `${below}/${entry.name}`;
    if (entry.isDirectory()) return modules(tree, name);
    const module = name.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
    return entry.name.endsWith(".py") ? [module] : [];
  });
}
if (liveEvery) {
  const code = ["pump", "link"].flatMap((room) => modules(trees[0], room));
  vm.runPython(`import ${code.join(", ")}`);
  vm.runPython("gc.collect()");
  vm.runPython("_code = gc.mem_alloc()");
}
try {
  for (;;) {
    const locked = lockEvery && Math.floor(slices / lockEvery) % 2 === 1;
    if (lockEvery && slices % lockEvery === 0) console.error(locked ? "locked 1" : "locked 0");
    slices += 1;
    vm.runPython(locked ? "more = _slice(True)" : slice);
    if (!vm.globals.get("more")) break;
    vm.runPython("gc.collect()");
    if (liveEvery && slices % liveEvery === 0) vm.runPython("print('live', gc.mem_alloc() - _code)");
  }
} catch (error) {
  console.error(error.message ?? String(error));
  process.exitCode = 1;
}
