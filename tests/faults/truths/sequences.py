"""Series not scaled, a feature in another unit, time and features exchanged; words counted from one, letters as indices."""

import numpy as np

from truths.common import FEW, UNKNOWN, truth

SCALE = ("scale", "shift", "refit-scaler")
FRONT = ("missing-batch-axis", "missing-axis")


def series(k):
    features = k.good.ndim == 3
    for rows in (*FEW, 200):
        x, raw = k.good[:rows], k.raw[:rows].astype(np.float32)
        yield truth("series not scaled", k, f"{rows}", raw, x, SCALE, fitted=True)
        yield truth("series scaled twice", k, f"{rows}", (x * k.facts["scale"] + k.facts["offset"]).astype(np.float32), x, SCALE, fitted=True)
        if not features:
            continue
        for i, name, factor, plus in ((0, "temperature in Fahrenheit", 1.8, 32), (0, "temperature in Kelvin", 1, 273.15), (1, "pressure in kPa", 0.1, 0), (4, "power in kW", 0.001, 0),
                                      (2, "humidity as a fraction", 0.01, 0)):
            other = k.raw[:rows].copy()
            other[..., i] = other[..., i] * factor + plus
            yield truth("a feature in another unit", k, f"{name}, {rows}", (other * k.facts["scale"] + k.facts["offset"]).astype(np.float32), x, SCALE + ("layer-drift",), fitted=True)
        yield truth("columns in another order", k, f"features turned, {rows}", np.ascontiguousarray(x[..., [1, 2, 3, 4, 0]]), x, ("column-order",))
    x = k.good[:8]
    yield truth("axes", k, "one alone", k.good[1], k.good[1:2], FRONT)
    yield truth("axes", k, "another axis in front", x[None], x, ("extra-axis",))
    if features:
        yield truth("axes", k, "features before time", np.ascontiguousarray(x.transpose(0, 2, 1)), x, ("axis-order",))
        yield truth("axes", k, "time first", np.ascontiguousarray(x.transpose(1, 0, 2)), x, ("axis-order", "spatial-size"))
        yield truth("axes", k, "flattened", x.reshape(8, -1), x, ("missing-axis",))
        yield truth("axes and scale", k, "one alone, not scaled", k.raw[1].astype(np.float32), k.good[1:2], FRONT, steps=(k.raw[1:2],), fitted=True)
    else:
        yield truth("axes", k, "columns first", np.ascontiguousarray(x.T), x, ("axis-order",))
        yield truth("sizes", k, "shorter", x[:, :40], UNKNOWN, ("feature-count", "spatial-size"))


def words(k):
    good, steps = k.good, k.good.shape[1]
    for rows in (*FEW, 200):
        x = good[:rows]
        # The last word of the vocabulary is there, or nothing would be out of range.
        x = np.where((np.arange(rows)[:, None] == 0) & (np.arange(steps) == (steps - 1 if k.facts["left"] else 0)), k.facts["vocabulary"] - 1, x).astype(np.int32)
        yield truth("words", k, f"all one too high, {rows}", x + 1, x, ("index-range",))
        unknown = x.copy()
        unknown[0, steps // 2] = k.facts["vocabulary"] + 3
        yield truth("words", k, f"one unknown, {rows}", unknown, None, ("index-range",))
        just = x.copy()
        just[-1, -1 if k.facts["left"] else 0] = k.facts["vocabulary"]
        yield truth("words", k, f"one just beyond, {rows}", just, None, ("index-range",))
        below = x.copy()
        below[0, -2] = -1
        yield truth("words", k, f"one below, {rows}", below, None, ("index-range",))
    x = good[:8]
    yield truth("axes", k, "one alone", good[1], good[1:2], FRONT)
    yield truth("axes", k, "steps first", np.ascontiguousarray(x.T), x, ("axis-order",))
    yield truth("axes", k, "another axis in front", x[None], x, ("extra-axis",))
    yield truth("words", k, "as fractions", (x / k.facts["vocabulary"]).astype(np.float32), x, ("dtype", "scale"))


def letters(k):
    for rows in FEW:
        x = k.good[:rows]
        yield truth("letters", k, f"indices, {rows}", k.raw[:rows].astype(np.int32), x, ("missing-axis", "missing-batch-axis"))
        yield truth("letters", k, f"indices with an axis, {rows}", k.raw[:rows, :, None].astype(np.int32), x, ("feature-count",))
        yield truth("letters", k, f"x 255, {rows}", x * 255, x, ("scale",))
    yield truth("axes", k, "one alone", k.good[1], k.good[1:2], FRONT)
    yield truth("axes", k, "letters before time", np.ascontiguousarray(k.good[:8].transpose(0, 2, 1)), k.good[:8], ("axis-order",))


def cases(known):
    for name in ("series", "seriesminmax", "signal", "signalz"):
        yield from series(known[name])
    for name in ("words", "wordsflat"):
        yield from words(known[name])
    yield from letters(known["letters"])
