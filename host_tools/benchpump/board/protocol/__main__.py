"""`python -m benchpump.board.protocol [--check]`: the language's files alone."""

import sys
from pathlib import Path

from benchpump.board.protocol.outputs import outputs

stale = 0
for path, text in outputs(Path(__file__).parents[4]).items():
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        continue
    if "--check" in sys.argv[1:]:
        stale += 1
        print(f"{path}: out of date; run `make generate`", file=sys.stderr)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
raise SystemExit(1 if stale else 0)
