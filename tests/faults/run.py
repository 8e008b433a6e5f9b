#!/usr/bin/env python3
"""Mutates right inputs in every way a user does, runs `plumbline check` on each, and tabulates what it says: whether the fault is named, whether the
fix it calls verified gives the right input back, and whether clean uses are met with silence.

usage: run.py [--only TEXT]… [--quick] [--list] [--jobs N] [--program FILE] [--write FILE]
TEXT is a part of "KIND: NAME"; files are kept in build/faults/ so that a command can be typed again
"""

import argparse
import concurrent.futures
import pathlib
import sys
import time

import born
import case
import clean
import demos
import files
import known
import mixed
import structure
import subjects
import tables
import truths
import uses
import values


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", help="only the cases whose KIND: NAME contains this; again: or this")
    parser.add_argument("--quick", action="store_true", help="every fifth case of each kind")
    parser.add_argument("--list", action="store_true", help="every case with what was found, not only the failed ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", type=pathlib.Path, help="another build's plumbline")
    parser.add_argument("--write", type=pathlib.Path, help="put the tables into this page: docs/accuracy.md")
    return parser.parse_args()


def wanted(options):
    demo, models = subjects.subjects(), known.known()
    found = [c for module in (demos, structure, values, born, files, mixed, clean) for c in module.cases(demo)]
    found += [*truths.cases(models), *uses.cases(models)]
    found = [c for c in found if not options.only or any(text in f"{c.kind}: {c.name}" for text in options.only)]
    if not options.quick:
        return found
    counts = {}
    return [c for c in found if counts.setdefault(c.kind, []).append(c) or len(counts[c.kind]) % 5 == 1]


def main():
    options = arguments()
    if options.program:
        case.PROGRAM = options.program.resolve()
    if not case.PROGRAM.exists():
        sys.exit(f"run.py: {case.relative(case.PROGRAM)} is not built: ./dev build")

    start = time.monotonic()
    cases = wanted(options)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = []
        for outcome in pool.map(case.run, cases):
            outcomes.append(outcome)
            if sys.stderr.isatty():
                print(f"\r{len(outcomes)} of {len(cases)}", end="", file=sys.stderr)

    text = tables.tables(outcomes)
    print(text)
    for outcome in outcomes if options.list else tables.failed(outcomes):
        print(tables.told(outcome))
    counts, above = tables.counts(outcomes)
    print(f"\n{counts}\n{time.monotonic() - start:.0f} s")
    if options.write:
        tables.write(options.write, counts, text)
    for line in above:
        print(f"too many: {line}")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
