"""Faults of values: NaN and infinities, ranges, labels, cells of a table."""

import dataclasses

import numpy as np

from case import DEMO, WORK, Case
from repair import Right


def planted(subjects):
    rng = np.random.default_rng(10)
    for s in subjects.values():
        for i in range(6):
            for value, code in ((np.nan, "nan-in-input"), (np.inf, "inf-in-input"), (-np.inf, "inf-in-input")):
                x = s.good.copy()
                place = tuple(int(rng.integers(n)) for n in x.shape)
                x[place] = value
                yield Case(code, f"{s.name} {value} {i}", s.model, s.training, s.inputs(x), (code,),
                           where={"kind": "input", "name": s.input, "element": list(place)})
        x = np.full_like(s.good, np.nan)
        yield Case("nan-in-input", f"{s.name} all", s.model, s.training, s.inputs(x), ("nan-in-input",))


def scaled(document_name=None):
    def look(document):
        found = (document["findings"][0]["evidence"].get("map") or {}).get("name")
        return None if document_name is None or found == document_name else f"map is {found}, should be {document_name}"
    return look


def ranges(subjects):
    r, m, d = subjects["restorer"], subjects["market"], subjects["dcgan"]
    raw = np.round((r.good + 1) * 127.5)
    restored = lambda x: Right("image", (x / 127.5 - 1).astype(np.float32))
    for batch in (1, 4, 16):
        for dtype in ("float32", "uint8", "float64", "int64"):
            yield Case("pictures in 0..255", f"{batch} {dtype}", r.model, r.training, {"image": raw[:batch].astype(dtype)}, ("scale",), fix=True,
                       judge=scaled("x/127.5-1"), right=restored(raw[:batch]))
        yield Case("pictures in 0..1", str(batch), r.model, r.training, {"image": ((r.good[:batch] + 1) / 2)}, ("scale",), fix=True,
                   right=Right("image", r.good[:batch]))
        yield Case("pictures far too small", str(batch), r.model, r.training, {"image": r.good[:batch] / 255}, ("scale",), fix=True,
                   right=Right("image", r.good[:batch]))
    for name, dark in (("dark", np.floor(raw * 0.1)), ("bright", 255 - np.floor(raw * 0.1)), ("one dark", np.floor(raw[:1] * 0.1))):
        for dtype in ("float32", "uint8"):
            yield Case("pictures in 0..255", f"{name} {dtype}", r.model, r.training, {"image": dark.astype(dtype)}, ("scale",), fix=True,
                       judge=scaled("x/127.5-1"), right=restored(dark))
    yield Case("pictures in 0..255", "raw, no axis of channels", r.model, r.training, {"image": raw[:8, ..., 0].astype(np.uint8)}, ("missing-axis", "scale"),
               right=dataclasses.replace(restored(raw[:8]), steps=(raw[:8], raw[:8, ..., 0])))
    yield Case("pictures in 0..255", "raw, one alone", r.model, r.training, {"image": raw[3].astype(np.uint8)}, ("missing-batch-axis", "scale"),
               right=dataclasses.replace(restored(raw[3:4]), steps=(raw[3:4],)))
    yield Case("raw table", "csv", m.model, m.training, {"hour_now": DEMO / "market/raw.csv"}, ("scale",), fix=True)
    yield Case("raw table", "all x 100", m.model, m.training, {"hour_now": m.good * 100}, ("scale",), fix=True, right=Right("hour_now", m.good))
    for k, name in enumerate(m.columns):
        x = m.good.copy()
        x[:, k] *= 1000
        yield Case("one column off", f"{name} x 1000", m.model, m.training, {"hour_now": x}, ("scale",), where={"features": [k]},
                   right=Right("hour_now", m.good, spread=m.train.std(0)))
    drawn = Right("z", d.good, spread=d.train.std(0))
    for factor in (0.05, 20):
        for mark, training in (("", d.training), (", law", ["z=normal(0,1)"])):
            yield Case("latents off", f"x {factor}{mark}", d.model, training, {"z": d.good * np.float32(factor)}, ("latent-law", "scale", "layer-drift"),
                       right=drawn)


def labels(subjects):
    c = subjects["conditional"]
    for row, value in ((0, 10), (9, 10), (4, -1), (7, 1000), (2, 2**31 - 1)):
        label = c.others["label"].copy()
        label[row] = value
        yield Case("label out of range", f"{value} in row {row}", c.model, c.training, c.inputs(c.good, label=label), ("index-range",),
                   where={"kind": "input", "name": "label"}, evidence={"rows": [row]}, right=Right("label", None))
    label = c.others["label"].copy()
    label[3] = 10
    yield Case("label out of range", "no reference", c.model, [], c.inputs(c.good, label=label), ("index-range",), where={"name": "label"})
    onehot = np.eye(10, dtype=np.int32)[c.others["label"][:, 0]]
    yield Case("label in another form", "one-hot", c.model, c.training, c.inputs(c.good, label=onehot), ("feature-count",), where={"name": "label"},
               right=Right("label", c.others["label"]))
    yield Case("label in another form", "float32", c.model, c.training, c.inputs(c.good, label=c.others["label"].astype(np.float32)), (), )
    yield Case("rows disagree", "10 latents, 4 labels", c.model, c.training, c.inputs(c.good, label=c.others["label"][:4]),
               ("shape-conflict", "fixed-batch", "ragged", "missing-axis", "spatial-size"))


def cells(subjects):
    m = subjects["market"]
    lines = (DEMO / "market/good.csv").read_text().splitlines()

    def spoiled(name, change):
        copy = [line.split(",") for line in lines]
        change(copy)
        path = WORK / "inputs" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(",".join(line) for line in copy) + "\n")
        return {"hour_now": path}

    def put(row, column, text):
        return lambda copy: copy[row + 1].__setitem__(column, text)

    for k, name in enumerate(m.columns):
        yield Case("text", f"cell of {name}", m.model, m.training, spoiled(f"text-{name}", put(5 * k + 2, k, "n/a")), ("not-numeric",),
                   judge=lambda d, name=name: None if name in d["findings"][0]["message"] else "the column is not named")
        yield Case("empty cell", name, m.model, m.training, spoiled(f"empty-{name}", put(4 * k + 1, k, "")), ("nan-in-input",),
                   where={"element": [4 * k + 1, k]})
    yield Case("ragged", "short row", m.model, m.training, spoiled("ragged-short", lambda c: c[30].pop()), ("ragged",))
    yield Case("ragged", "long row", m.model, m.training, spoiled("ragged-long", lambda c: c[12].append("1")), ("ragged",))


def cases(subjects):
    for make in (planted, ranges, labels, cells):
        yield from make(subjects)
