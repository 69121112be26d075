"""Fuzzing: wild input for every place where letterpress reads what somebody else has written.

`targets` has a harness for each surface; `tests/project/test_fuzz.py` runs each with a few seeded inputs, and
`python -m tests.fuzz` (`make proof-fuzz`) runs them for as long as is wanted, with new seeds. What a run finds is mended
and becomes a case in `cases.py`, which the suite runs for ever.
"""
