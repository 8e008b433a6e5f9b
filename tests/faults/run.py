#!/usr/bin/env python3
"""Mutates right inputs of the demo models in every way a user does, runs `plumbline check` on each, and tabulates what it says.

usage: run.py [--only TEXT] [--list] [--jobs N]     TEXT is a part of "KIND: NAME"; files are kept in build/faults/ so that a command can be typed again
"""

import argparse
import concurrent.futures
import shlex
import sys
import time

import born
import case
import clean
import demos
import files
import mixed
import structure
import subjects
import values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only the cases whose KIND: NAME contains this")
    parser.add_argument("--list", action="store_true", help="every case with what was found, not only the failed ones")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not case.PROGRAM.exists():
        sys.exit(f"run.py: {case.relative(case.PROGRAM)} is not built: ./dev build")

    start = time.monotonic()
    known = subjects.subjects()
    wanted = [c for module in (demos, structure, values, born, files, mixed, clean) for c in module.cases(known) if options.only in f"{c.kind}: {c.name}"]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = []
        for outcome in pool.map(case.run, wanted):
            outcomes.append(outcome)
            if sys.stderr.isatty():
                print(f"\r{len(outcomes)} of {len(wanted)}", end="", file=sys.stderr)

    kinds = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.case.kind, []).append(outcome)
    print("| fault | cases | right | seconds, median |\n| --- | ---: | ---: | ---: |")
    for kind, members in kinds.items():
        seconds = sorted(o.seconds for o in members)[len(members) // 2]
        print(f"| {kind} | {len(members)} | {sum(not o.wrong for o in members)} | {seconds:.2f} |")
    wrong = [o for o in outcomes if o.wrong]
    print(f"| **all** | {len(outcomes)} | {len(outcomes) - len(wrong)} | {time.monotonic() - start:.0f} in all |")
    for outcome in outcomes if options.list else wrong:
        mark = f"WRONG: {outcome.wrong}" if outcome.wrong else "right"
        print(f"\n{outcome.case.kind}: {outcome.case.name}: {mark}\n  found: {outcome.found or 'nothing'}")
        if outcome.wrong:
            print("  " + case.relative(shlex.join(outcome.command)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
