"""Rows not scaled, scaled twice, scaled by themselves, a column in another unit, columns in another order, missing or added."""

import numpy as np

from case import WORK
from known.common import write_table
from known.tables import COLUMNS
from truths.common import UNKNOWN, truth

ROWS = (1, 2, 8, 60, 300)
SCALE = ("scale", "double-scale", "shift", "refit-scaler")
# What people have in place of what training had: the column, and value = factor * right + offset, in the column's own unit.
UNITS = (
    ("income", "in thousands", 0.001, 0), ("income", "in cents", 100, 0), ("balance", "in cents", 100, 0), ("height", "in metres", 0.01, 0),
    ("height", "in inches", 1 / 2.54, 0), ("rate", "in percent", 100, 0), ("temperature", "in Fahrenheit", 1.8, 32), ("temperature", "in Kelvin", 1, 273.15),
    ("weekday", "from one", 1, 1), ("age", "in months", 12, 0),
)


def raw_rows(k):
    scale, offset = k.facts["scale"], k.facts["offset"]
    pool = k.rng("raw").permutation(len(k.raw))
    for rows in ROWS:
        some = pool[:rows]
        raw, right = k.raw[some].astype(np.float32), k.good[some]
        if k.name != "normalization":
            yield truth("table not scaled", k, f"{rows}", raw, right, SCALE, fitted=True)
            twice = ((right - right.min(0)) / np.maximum(np.ptp(right, 0), 1e-9)).astype(np.float32)
            yield truth("table scaled twice", k, f"{rows}", (right * scale + offset).astype(np.float32), right, SCALE, fitted=True)
        else:
            train = k.facts["trainraw"]
            yield truth("table scaled twice", k, f"z-score by hand too, {rows}", ((raw - train.mean(0)) / train.std(0)).astype(np.float32), right, SCALE, fitted=True)
            yield truth("table scaled twice", k, f"min-max by hand too, {rows}", ((raw - train.min(0)) / np.ptp(train, axis=0)).astype(np.float32), right, SCALE, fitted=True)
    # Of a group that differs from the whole, its own scaler takes away what it differs by; nothing in the rows tells it any more.
    premium = k.raw[:, COLUMNS.index("premium")] == 1
    young = k.raw[:, COLUMNS.index("age")] < 40
    for name, group in (("premium", premium), ("young", young)):
        raw = k.raw[group]
        if k.name == "minmax":
            alone = (raw - raw.min(0)) / np.where(np.ptp(raw, axis=0) > 0, np.ptp(raw, axis=0), 1)
        elif k.name != "normalization":
            alone = (raw - raw.mean(0)) / np.where(raw.std(0) > 0, raw.std(0), 1)
        else:
            continue
        yield truth("scaler fitted again", k, name, alone.astype(np.float32), None, ("refit-scaler",))


def units(k):
    scale, offset = k.facts["scale"], k.facts["offset"]
    pool = k.rng("units").permutation(len(k.raw))
    for rows in (1, 2, 8, 60):
        some = pool[:rows]
        for column, name, factor, plus in UNITS:
            i = COLUMNS.index(column)
            raw = k.raw[some].copy()
            raw[:, i] = raw[:, i] * factor + plus
            yield truth("a column in another unit", k, f"{column} {name}, {rows}", (raw * scale + offset).astype(np.float32), k.good[some], SCALE + ("layer-drift",), fitted=True)


def columns(k):
    right = k.good[:60]
    ordered = sorted(range(len(COLUMNS)), key=lambda i: COLUMNS[i])
    for rows in (1, 8, 60):
        x = right[:rows]
        swapped = list(range(len(COLUMNS)))
        swapped[0], swapped[6] = 6, 0
        yield truth("columns in another order", k, f"alphabetical, {rows}", np.ascontiguousarray(x[:, ordered]), x, ("column-order",))
        yield truth("columns in another order", k, f"age and height, {rows}", np.ascontiguousarray(x[:, swapped]), x, ("column-order",))
        if k.header:
            path = write_table(WORK / "inputs" / f"order-{k.name}-{rows}.csv", x[:, ordered], [COLUMNS[i] for i in ordered])
            made = truth("columns in another order", k, f"alphabetical with a header, {rows}", x, x, ("column-order",))
            made.inputs[k.input] = path
            yield made
            index = np.concatenate([np.arange(rows)[:, None], x], 1)
            path = write_table(WORK / "inputs" / f"index-{k.name}-{rows}.csv", index, ("Unnamed: 0", *COLUMNS))
            made = truth("a column too many", k, f"the index, with a header, {rows}", x, x, ("feature-count",))
            made.inputs[k.input] = path
            yield made
        yield truth("a column too many", k, f"the index, {rows}", np.concatenate([np.arange(rows, dtype=np.float32)[:, None], x], 1), x, ("feature-count",))
        yield truth("a column too many", k, f"the target, {rows}", np.concatenate([x, k.rng("target").integers(0, 2, (rows, 1)).astype(np.float32)], 1), x, ("feature-count",))
        yield truth("a column missing", k, f"balance, {rows}", np.delete(x, 2, 1), UNKNOWN, ("feature-count",))
    yield truth("axes", k, "one row", right[0], right[:1], ("missing-batch-axis",))
    yield truth("axes", k, "columns first", np.ascontiguousarray(right[:20].T), right[:20], ("axis-order",))
    yield truth("axes", k, "another axis in front", right[None, :20], right[:20], ("extra-axis",))


def cases(known):
    for name in ("zscore", "zscorenpy", "minmax", "normalization"):
        yield from raw_rows(known[name])
        yield from columns(known[name])
        if name != "zscore":
            yield from units(known[name])
