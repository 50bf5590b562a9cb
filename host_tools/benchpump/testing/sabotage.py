"""Shows that the HIL suite would notice: each sabotage of the firmware must turn its test red.

`python -m benchpump.testing.sabotage [--vm=VM] [--list] [NAME ...]`, from the project's folder.
`hil_tests/sabotage/*.toml` hold the sabotages: each takes one limit or alarm out of a copy of
`firmware/`, and names the test that must fail because of it. It is caught only if that test
passes on the firmware as it is, and on the copy fails in its own body, by an assertion; on each
of the pumps that it names.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import MISSING, dataclass, fields
from pathlib import Path

from benchpump import tree_root
from benchpump.bench import vm_choice
from benchpump.bench.emulated import BOARDS
from benchpump.testing import outcomes
from benchpump.testing.outcomes import Outcome

PROCESSES = 2
TEST_MAX_S = 180  # wall-clock: a sabotage may hang its test, then it is not caught
BASELINE_MAX_S = 1200


class PatchError(Exception):
    """A sabotage that cannot be read or applied; the message says which and why."""


@dataclass(frozen=True)
class Sabotage:
    """One sabotage: whole lines of one firmware file replaced by others."""

    name: str
    breaks: str
    """What the pump then does wrong."""
    test: str
    """Node identifier of the test that must notice; of one that is parametrized, any case may."""
    file: str
    """Below firmware/."""
    old: str
    new: str
    alarm: str = ""
    """Name of the alarm that this keeps from coming, if it is one."""
    pumps: tuple[str, ...] = ("syringe",)
    """Pumps on which the test must notice."""

    def apply(self, firmware: Path) -> None:
        """Change the tree. Raises PatchError unless `old` stands in `file` exactly once."""
        path = firmware / self.file
        if not path.is_file():
            raise PatchError(f"firmware/{self.file} is not there")
        text = "\n" + path.read_text(encoding="utf-8")
        found = text.count("\n" + self.old)
        if found != 1:
            raise PatchError(f"its lines stand in firmware/{self.file} {found} times, not once")
        changed = text.replace("\n" + self.old, "\n" + self.new)[1:]
        try:
            compile(changed, self.file, "exec")
        except SyntaxError as error:
            raise PatchError(f"firmware/{self.file} would be no program: {error}") from error
        path.write_text(changed, encoding="utf-8")


@dataclass(frozen=True)
class Verdict:
    """What became of one sabotage."""

    caught: bool
    told: str


def load(folder: Path) -> list[Sabotage]:
    """All sabotages of a folder, by file and place. Raises PatchError."""
    found: list[Sabotage] = []
    needed = {field.name for field in fields(Sabotage) if field.default is MISSING}
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("sabotage", []):
            name = f"{path.name}: {entry.get('name', 'a sabotage without a name')}"
            if entry.keys() - {"alarm", "pumps"} != needed:
                asked = ", ".join(sorted(needed))
                raise PatchError(f"{name}: needs {asked}; may have alarm, pumps")
            pumps = tuple(entry.pop("pumps", Sabotage.pumps))
            if not pumps or set(pumps) - set(BOARDS):
                raise PatchError(f"{name}: pumps are some of {', '.join(BOARDS)}")
            sabotage = Sabotage(**entry, pumps=pumps)
            if not sabotage.old.endswith("\n") or sabotage.old == sabotage.new:
                raise PatchError(f"{name}: `old` must be whole lines, and `new` something else")
            if any(other.name == sabotage.name for other in found):
                raise PatchError(f"{name}: there are two of that name")
            found.append(sabotage)
    return found


def judge(seen: Iterable[Outcome]) -> Verdict:
    """Whether a run on sabotaged firmware caught it: the first failure must be an assertion."""
    passed = 0
    for outcome in seen:
        if outcome.result == "passed":
            passed += 1
        elif outcome.result == "skipped":
            return Verdict(False, f"the test was skipped: {outcome.message}")
        elif outcome.phase != "call":
            return Verdict(False, f"{outcome.phase} failed: {outcome.message}")
        else:
            return Verdict(outcome.asserted, outcome.message)
    return Verdict(False, "the test passed" if passed else "no test ran")


def sound(seen: Iterable[Outcome], test: str) -> bool:
    """Whether a test, or every case of it, passed on the firmware as it is."""
    cases = (f"{test}[", f"{test}::")
    mine = [one for one in seen if one.test == test or one.test.startswith(cases)]
    return bool(mine) and all(one.result == "passed" for one in mine)


def run_tests(
    tests: Sequence[str], vm: str, pump: str, firmware: Path | None, folder: Path, limit_s: float
) -> tuple[list[Outcome], str]:
    """Run tests in a process of their own; how they ended, and the end of what was printed."""
    written = folder / "outcomes"
    command = [sys.executable, "-m", "pytest", "-p", "benchpump.testing.outcomes"]
    command += [f"--outcomes={written}", "-q", "--tb=line", "-p", "no:cacheprovider"]
    command += [f"--vm={vm}", f"--pump={pump}"]
    command += [f"--firmware={firmware}", "-x"] if firmware else []
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=tree_root(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
        )
        said = done.stdout.strip().splitlines()
    except subprocess.TimeoutExpired:
        said = [f"no end within {limit_s:g} s"]
    return list(outcomes.read(written)), said[-1] if said else ""


def attempt(sabotage: Sabotage, vm: str, pump: str = "syringe") -> Verdict:
    """Sabotage a copy of the firmware and run the test named for it."""
    with tempfile.TemporaryDirectory(prefix="benchpump-sabotage-") as temporary:
        firmware = Path(temporary) / "firmware"
        leave_out = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(tree_root() / "firmware", firmware, ignore=leave_out)
        try:
            sabotage.apply(firmware)
        except PatchError as error:
            return Verdict(False, f"does not apply: {error}")
        seen, said = run_tests([sabotage.test], vm, pump, firmware, Path(temporary), TEST_MAX_S)
        verdict = judge(seen)
        if verdict.caught or any(one.result == "failed" for one in seen):
            return verdict
        return Verdict(False, f"{verdict.told} ({said})")


def baseline(tests: Sequence[str], vm: str, pump: str) -> list[Outcome]:
    """The same tests on the firmware as it is."""
    with tempfile.TemporaryDirectory(prefix="benchpump-sabotage-") as temporary:
        seen, said = run_tests(tests, vm, pump, None, Path(temporary), BASELINE_MAX_S)
        if not seen:
            print(f"the tests do not run on the {pump} pump as it is: {said}", flush=True)
        return seen


def run(sabotages: Sequence[Sabotage], vm: str) -> int:
    """Try them all, print a line for each, and return how many were not caught."""
    began_s = time.monotonic()
    with ThreadPoolExecutor(PROCESSES) as pool:
        pairs = [(sabotage, pump) for sabotage in sabotages for pump in sabotage.pumps]
        unpatched = {
            pump: pool.submit(
                baseline, sorted({one.test for one, on in pairs if on == pump}), vm, pump
            )
            for pump in sorted({pump for _, pump in pairs})
        }
        tries = {pool.submit(_timed, one, vm, pump): (one, pump) for one, pump in pairs}
        missed: set[tuple[str, str]] = set()
        for done in as_completed(tries):
            sabotage, pump = tries[done]
            verdict, took_s = done.result()
            word = "caught" if verdict.caught else "MISSED"
            if not verdict.caught:
                missed.add((sabotage.name, pump))
            told = f"{took_s:.1f} s  {verdict.told[:160]}"
            print(f"{word}  {sabotage.name} ({pump})  {told}", flush=True)
            if not verdict.caught:
                print(f"        {sabotage.breaks}: expected of {sabotage.test}", flush=True)
        seen = {pump: ended.result() for pump, ended in unpatched.items()}
    for sabotage, pump in pairs:
        if not sound(seen[pump], sabotage.test):
            missed.add((sabotage.name, pump))
            told = f"{sabotage.test} does not pass without it either"
            print(f"MISSED  {sabotage.name} ({pump}): {told}")
    took_s = time.monotonic() - began_s
    print(f"{len(pairs) - len(missed)} of {len(pairs)} sabotages caught on {vm}, {took_s:.0f} s")
    return len(missed)


def _timed(sabotage: Sabotage, vm: str, pump: str) -> tuple[Verdict, float]:
    began_s = time.monotonic()
    verdict = attempt(sabotage, vm, pump)
    return verdict, time.monotonic() - began_s


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 only if every sabotage asked for was caught."""
    parser = argparse.ArgumentParser(prog="python -m benchpump.testing.sabotage")
    parser.add_argument("--vm", default="cpython", help="auto, micropython, wasm or cpython")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("name", nargs="*", help="these only")
    options = parser.parse_args(arguments)
    try:
        sabotages = load(tree_root() / "hil_tests" / "sabotage")
        vm = vm_choice.resolve(options.vm)
    except (PatchError, vm_choice.VmMissing) as error:
        print(error, file=sys.stderr)
        return 2
    unknown = set(options.name) - {sabotage.name for sabotage in sabotages}
    if unknown:
        print(f"no such sabotage: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if options.name:
        sabotages = [sabotage for sabotage in sabotages if sabotage.name in options.name]
    if options.list:
        for sabotage in sabotages:
            print(f"{sabotage.name}: {sabotage.breaks} ({sabotage.test})")
        return 0
    if not sabotages:
        print("there is nothing to try: hil_tests/sabotage holds no sabotage", file=sys.stderr)
        return 2
    return 1 if run(sabotages, vm) else 0


if __name__ == "__main__":
    sys.exit(main())
