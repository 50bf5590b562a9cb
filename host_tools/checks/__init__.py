"""The house rules, one file each: `check(root)` gives findings: path, line, what, what instead."""
