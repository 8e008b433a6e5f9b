"""Faults of structure and element type: axes, sizes, columns, dtypes, inputs forgotten or unknown."""

import numpy as np

from case import WORK, Case
from repair import Right


def axes(subjects):
    for s in subjects.values():
        x = s.good[:8]
        if s.name != "conditional":
            yield Case("missing batch axis", s.name, s.model, s.training, s.inputs(s.good[1]), ("missing-batch-axis",), fix=True,
                       where={"kind": "input", "name": s.input, "axis": 0}, right=Right(s.input, s.good[1:2]))
        yield Case("extra axis", s.name + " front", s.model, s.training, s.inputs(x[None]), ("extra-axis",), fix=s.name != "conditional", right=Right(s.input, x))
        # Keras drops a last axis of 1 by itself: the right result, a note.
        yield Case("extra axis", s.name + " back", s.model, s.training, s.inputs(x[..., None], **{k: v[:8] for k, v in s.others.items()}), ())
    r, d, m, t = (subjects[n] for n in ("restorer", "dcgan", "market", "series"))
    # Keras appends a last axis of 1 by itself: the right result, a note.
    yield Case("missing axis", "restorer channel", r.model, r.training, {"image": r.good[:8, ..., 0]}, ())
    yield Case("missing axis", "restorer 2 axes", r.model, r.training, {"image": r.good[0, ..., 0]}, ("missing-batch-axis", "missing-axis"), right=Right("image", r.good[:1]))
    yield Case("missing axis", "series flattened", t.model, t.training, {"past": t.good.reshape(32, 240)}, ("missing-axis",), right=Right("past", t.good))
    for name, s, value, permutation in (
        ("restorer NCHW", r, r.good[:8].transpose(0, 3, 1, 2), [0, 2, 3, 1]),
        ("restorer HWCN", r, r.good[:8].transpose(1, 2, 3, 0), [3, 0, 1, 2]),
        ("dcgan columns first", d, d.good[:8].T, [1, 0]),
        ("market columns first", m, m.good[:20].T, [1, 0]),
        ("series columns first", t, t.good[:8].transpose(0, 2, 1), [0, 2, 1]),
        ("series time first", t, t.good[:8].transpose(1, 0, 2), [1, 0, 2]),
        ("series batch last", t, t.good[:8].transpose(1, 2, 0), [2, 0, 1]),
    ):
        yield Case("axis order", name, s.model, s.training, s.inputs(np.ascontiguousarray(value)), ("axis-order",), fix=True,
                   evidence={"permutation": permutation}, right=Right(s.input, value.transpose(permutation)))


def never_guesses(column):
    """The missing column is named right, or said not to be known; another's name is a lie."""
    def look(document):
        first = document["findings"][0]
        features = first["where"].get("features") or []
        if features not in ([], [column]):
            return f"names column {features}, it is {column}"
        return None
    return look


def columns(subjects):
    rng = np.random.default_rng(7)
    m, t, d = subjects["market"], subjects["series"], subjects["dcgan"]
    for k, name in enumerate(m.columns):
        path = WORK / "inputs" / f"without-{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [c for c in m.columns if c != name]
        np.savetxt(path, np.delete(m.good, k, 1), delimiter=",", header=",".join(kept), comments="", fmt="%.6g")
        yield Case("missing column, header", name, m.model, m.training, {"hour_now": path}, ("feature-count",), fix=True,
                   where={"axis": 1, "features": [k]})
        yield Case("missing column, values", f"market {name}", m.model, m.training, {"hour_now": np.delete(m.good, k, 1)},
                   ("feature-count",), where={"axis": 1}, judge=never_guesses(k))
        yield Case("missing column, values", f"series {name}", t.model, t.training, {"past": np.delete(t.good, k, 2)},
                   ("feature-count",), where={"axis": 2}, judge=never_guesses(k))
        extra = np.insert(m.good, k, rng.uniform(50, 60, len(m.good)).astype(np.float32), axis=1)
        yield Case("extra column, values", f"market at {k}", m.model, m.training, {"hour_now": extra}, ("feature-count",), fix=True,
                   where={"axis": 1}, judge=never_guesses(k), right=Right("hour_now", m.good))
    unlabelled = np.concatenate([m.good, np.zeros((len(m.good), 1), np.float32)], 1)
    yield Case("extra column, values", "market zeros", m.model, m.training, {"hour_now": unlabelled}, ("feature-count",), judge=never_guesses(10),
               right=Right("hour_now", m.good))
    for size in (1, 50, 99, 101, 128):
        z = rng.standard_normal((8, size)).astype(np.float32)
        yield Case("latent size", str(size), d.model, d.training, {"z": z}, ("feature-count",), where={"axis": 1, "features": []})
        yield Case("latent size", f"{size}, law", d.model, ["z=normal(0,1)"], {"z": z}, ("feature-count",), where={"axis": 1, "features": []})
    nine = rng.random((1, 9), dtype=np.float32)
    f = subjects["first"]
    yield Case("latent size", "first 9", f.model, f.training, {"z": nine}, ("feature-count",), where={"axis": 1, "features": []})
    yield Case("latent size", "first 9, no reference", f.model, [], {"z": nine}, ("feature-count",), where={"axis": 1})


def sizes(subjects):
    rng = np.random.default_rng(8)
    r, t = subjects["restorer"], subjects["series"]
    for h, w in ((14, 14), (15, 15), (17, 17), (18, 18), (16, 18), (19, 16), (13, 20), (2, 2)):
        value = np.resize(r.good[:4], (4, h, w, 1))
        value[:, : min(h, 16), : min(w, 16)] = r.good[:4, : min(h, 16), : min(w, 16)]
        yield Case("image size", f"{h}x{w}", r.model, r.training, {"image": value}, ("spatial-size",), where={"kind": "input"},
                   judge=lambda d: None if any(f["code"] == "shape-conflict" and f["where"]["name"].startswith("cat") for f in d["findings"])
                   else "no shape-conflict at a Concatenate")
    for steps in (1, 23, 25, 48):
        yield Case("series length", str(steps), t.model, t.training, {"past": np.resize(t.good, (32, steps, 10))}, ("spatial-size",), where={"axis": 1})
    for s in subjects.values():
        others = {k: v[:0] for k, v in s.others.items()}
        yield Case("empty", s.name, s.model, s.training, s.inputs(s.good[:0], **others), ("empty",))
    yield Case("empty", "restorer no height", r.model, r.training, {"image": r.good[:4, :0]}, ("empty", "zero-size"))


def types(subjects):
    rng = np.random.default_rng(9)
    f, d, m, r, c = (subjects[n] for n in ("first", "dcgan", "market", "restorer", "conditional"))
    for dtype in ("int64", "int32", "int8", "uint8"):
        yield Case("integers for floats", f"first {dtype}", f.model, f.training, {"z": rng.integers(0, 10, (4, 10)).astype(dtype)}, ("dtype",))
        yield Case("integers for floats", f"market {dtype}", m.model, m.training, {"hour_now": np.abs(m.good).astype(dtype)}, ("dtype",))
    yield Case("integers for floats", "dcgan int64", d.model, d.training, {"z": d.good.astype(np.int64)}, ("dtype",))
    yield Case("integers for floats", "first bool", f.model, f.training, {"z": f.good > 0.5}, ("dtype",))
    for s in (f, d, m, r):
        yield Case("wider floats are a note", f"{s.name} float64", s.model, s.training, s.inputs(s.good.astype(np.float64)), ())
    yield Case("wider floats are a note", "conditional int64 label", c.model, c.training, c.inputs(c.good, label=c.others["label"].astype(np.int64)), ())
    text = f.good.astype(str)
    yield Case("text", "npy of strings", f.model, f.training, {"z": text}, ("not-numeric", "file"), status=1)
    yield Case("forgotten input", "label", c.model, c.training, {"latent": c.good}, ("missing-input",), where={"name": "label"})
    yield Case("forgotten input", "latent", c.model, c.training, c.others, ("missing-input",), where={"name": "latent"})
    yield Case("forgotten input", "all", f.model, f.training, {}, ("missing-input",), where={"name": "z"})
    yield Case("unknown input", "conditional", c.model, c.training, c.inputs(c.good, noise=c.good), ("extra-input",))
    yield Case("unknown input", "first surplus", f.model, f.training, {"z": f.good, "y": f.good}, ("extra-input",))


def cases(subjects):
    for make in (axes, columns, sizes, types):
        yield from make(subjects)
