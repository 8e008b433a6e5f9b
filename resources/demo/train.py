#!/usr/bin/env python3
"""Trains the demo models on scikit-learn's digits and a simulated market, and writes their references and wrong inputs.

    tests/parity/environment makes a Python that can run this; then: PYTHON resources/demo/train.py [first|dcgan|…]…

Seeded: the same versions on the same machine give the same files. All of them take some minutes on one core.
"""

import importlib
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
MODELS = {"first": "first", "dcgan": "dcgan", "conditional": "conditional", "restorer": "restorer", "market": "market", "series": "series"}


def main(names):
    sys.path.insert(0, str(HERE))
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        sys.exit(f"train.py: no demo model named {', '.join(unknown)}; there are {', '.join(MODELS)}")
    for name in names or MODELS:
        start = time.monotonic()
        importlib.import_module(f"training.{name}").make(HERE / MODELS[name])
        print(f"{name}: {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
