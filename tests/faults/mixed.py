"""Faults that come together, several inputs, recurrent series, tokens, large pictures, and arrays in other forms. The models are made by
Keras once, into build/faults/models."""

import os

import numpy as np

from case import WORK, Case
from repair import Right

FOLDER = WORK / "models" / "mixed"
NAMES = ("two", "lstm", "gru", "text", "large", "bytes", "grey", "rgb", "three")


def make():
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    from keras import layers

    FOLDER.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(3)

    def save(name, inputs, outputs):
        keras.Model(inputs, outputs).save(FOLDER / f"{name}.keras")

    def conv(name, filters, x, activation=None):
        return layers.Conv2D(filters, 3, padding="same", activation=activation, name=name)(x)

    picture, row = keras.Input((16, 16, 3), name="picture"), keras.Input((6,), name="row")
    pooled = layers.GlobalAveragePooling2D(name="pool")(conv("first", 8, picture, "relu"))
    save("two", [picture, row], layers.Dense(2, name="out")(layers.Concatenate(name="join")([pooled, layers.Dense(8, name="dense")(row)])))
    for name, steps, layer in (("lstm", None, layers.LSTM), ("gru", 20, layers.GRU)):
        series = keras.Input((steps, 4), name="series")
        save(name, series, layers.Dense(1, name="out")(layer(8, name=name)(series)))
    tokens = keras.Input((12,), name="tokens", dtype="int32")
    save("text", tokens, layers.Dense(1, name="out")(layers.GlobalAveragePooling1D(name="pool")(layers.Embedding(50, 8, name="words")(tokens))))
    large = keras.Input((None, None, 3), name="large")
    save("large", large, conv("last", 3, conv("first", 4, large, "relu")))
    coded = keras.Input((16, 16, 1), name="coded", dtype="uint8")
    save("bytes", coded, conv("first", 1, layers.Rescaling(1 / 255, name="rescaling")(coded)))
    grey, rgb = keras.Input((16, 16, 1), name="grey"), keras.Input((16, 16, 3), name="rgb")
    save("grey", grey, conv("first", 1, grey))
    save("rgb", rgb, conv("first", 1, rgb))
    a, b, label = keras.Input((5,), name="a"), keras.Input((5,), name="b"), keras.Input((1,), name="label", dtype="int32")
    shared = layers.Dense(4, name="shared")
    embedded = layers.Flatten(name="flatten")(layers.Embedding(7, 4, name="classes")(label))
    save("three", [a, b, label], layers.Dense(1, name="out")(layers.Add(name="add")([shared(a), shared(b), embedded])))


def pictures(rng, rows, channels, size=16):
    """Bytes of blobs: each picture has its own brightness, as pictures have."""
    level = rng.uniform(30, 220, (rows, 1, 1, channels)) if channels == 1 else rng.uniform(30, 220, (rows, 1, 1, 1))
    return np.clip(level + rng.normal(0, 30, (rows, size, size, channels)), 0, 255).astype(np.uint8)


def has(*places):
    """Each ("code", "place") stands above a note."""
    def look(document):
        found = {(f["code"], f["where"]["name"]) for f in document["findings"] if f["severity"] != "note"}
        missing = [p for p in places if p not in found]
        return f"not found: {missing}" if missing else None
    return look


def only(*codes):
    """Nothing else stands for itself above a note: what else there is, is explained."""
    def look(document):
        findings = document["findings"]
        explained = {i for f in findings for i in f["explains"]}
        roots = [f["code"] for i, f in enumerate(findings) if f["severity"] != "note" and i not in explained]
        return None if sorted(roots) == sorted(codes) else f"causes are {roots}, should be {list(codes)}"
    return look


def without_fix(document):
    fix = document["findings"][0]["fix"]
    return f"offers {fix['numpy']}" if fix else None


def both(*looks):
    return lambda document: next((wrong for look in looks if (wrong := look(document))), None)


class Models:
    """Each model with its reference and right inputs."""

    def __init__(self):
        if not all((FOLDER / f"{name}.keras").exists() for name in NAMES):
            make()
        self.rng = np.random.default_rng(21)

    def reference(self, model, **arrays):
        training = []
        for name, array in arrays.items():
            np.save(FOLDER / f"{model}-{name}.npy", array)
            training.append(f"{name}={FOLDER}/{model}-{name}.npy")
        return FOLDER / f"{model}.keras", training


def several(m):
    rng = m.rng
    unit = lambda x: (x / 255).astype(np.float32)
    model, training = m.reference("two", picture=unit(pictures(rng, 400, 3)), row=rng.normal(0, 1, (400, 6)).astype(np.float32))
    picture, row = unit(pictures(rng, 16, 3)), rng.normal(0, 1, (16, 6)).astype(np.float32)

    def case(name, inputs, codes, reference=training, **more):
        return Case("several inputs", name, model, reference, inputs, codes, **more)

    yield case("clean", {"picture": picture, "row": row}, (), status=0)
    for batch in (1, 2):
        yield case(f"clean {batch}", {"picture": picture[:batch], "row": row[:batch]}, (), status=0)
    yield case("no picture, a column too many", {"row": np.hstack([row, row[:, :1]])}, ("missing-input",), where={"name": "picture"},
               judge=both(has(("feature-count", "row")), only("missing-input", "feature-count")))
    yield case("no row, a picture alone", {"picture": picture[0]}, ("missing-input",), where={"name": "row"}, judge=has(("missing-batch-axis", "picture")))
    yield case("raw picture, NaN in the row", {"picture": picture * 255, "row": np.where(np.arange(96).reshape(16, 6) == 20, np.nan, row).astype(np.float32)},
               ("nan-in-input", "scale"), judge=has(("nan-in-input", "row"), ("scale", "picture")))
    # The row's law is recognised, normal(0,1), so that a map over it is a law's.
    yield case("raw bytes, row x 100", {"picture": (picture * 255).round().astype(np.uint8), "row": row * 100}, ("scale",), fix=True,
               judge=both(has(("scale", "picture"), ("latent-law", "row")), only("scale", "latent-law")))
    yield case("channels first, a column too few", {"picture": picture.transpose(0, 3, 1, 2), "row": row[:, :5]}, ("axis-order",),
               judge=both(has(("feature-count", "row")), only("axis-order", "feature-count")))
    yield case("more rows than pictures", {"picture": picture[:5], "row": row}, ("shape-conflict",))
    yield case("exchanged", {"picture": row, "row": picture}, ("swapped-inputs", "missing-axis", "extra-axis", "missing-batch-axis"))
    model, training = m.reference("three", a=rng.normal(0, 1, (300, 5)).astype(np.float32), b=rng.normal(3, 2, (300, 5)).astype(np.float32),
                                  label=rng.integers(0, 7, (300, 1)).astype(np.int32))
    a, b, label = rng.normal(0, 1, (12, 5)).astype(np.float32), rng.normal(3, 2, (12, 5)).astype(np.float32), rng.integers(0, 7, (12, 1)).astype(np.int32)
    right = {"a": a, "b": b, "label": label}
    yield case("three, clean", right, (), training, status=0)
    for name, change, codes, look in (
        ("three, label beyond and b wide", {"label": np.where(np.arange(12)[:, None] == 4, 9, label).astype(np.int32), "b": b * 100}, ("index-range", "scale"),
         has(("index-range", "label"))),
        ("three, a single and b of five", {"a": a[0], "b": b[0]}, ("missing-batch-axis",), has(("missing-batch-axis", "a"), ("missing-batch-axis", "b"))),
        ("three, labels from one", {"label": (label % 7 + 1).astype(np.int32)}, ("index-range",), None),
        ("three, text-like labels", {"label": label.astype(np.float64) + 0.5}, ("dtype",), without_fix),
    ):
        yield Case("several inputs", name, model, training, {**right, **change}, codes, judge=look)
    yield Case("several inputs", "three, four arrays", model, training, {**right, "c": a}, ("extra-input",), where={"name": "c"})


def recurrent(m):
    rng = m.rng
    walk = lambda rows, steps: (np.cumsum(rng.normal(0, 0.1, (rows, steps, 4)), 1) + np.array([0, 5, -3, 40])).astype(np.float32)
    for name in ("lstm", "gru"):
        model, training = m.reference(name, series=walk(400, 20))
        good = walk(24, 20)

        def case(what, value, codes, right=None, **more):
            more["right"] = Right("series", right, spread=good.reshape(-1, 4).std(0)) if right is not None else None
            return Case("recurrent", f"{name} {what}", model, training, {"series": value}, codes, **more)

        yield case("clean", good, (), status=0)
        yield case("clean, one", good[:1], (), status=0)
        yield case("one alone", good[0], ("missing-batch-axis",), good[:1], fix=True)
        yield case("steps last", good.transpose(0, 2, 1), ("axis-order",), good, fix=True)
        yield case("a column x 1000", good * np.array([1, 1000, 1, 1], np.float32), ("scale",), good, fix=True, where={"features": [1]})
        yield case("without column 3", good[..., :3], ("feature-count",), where={"axis": 2, "features": [3]}, fix=True)
        gap = good.copy()
        gap[7, 13, 2] = np.nan
        yield case("NaN and a wrong type", gap.astype(np.float64), ("nan-in-input",), where={"element": [7, 13, 2]})
        yield case("alone with NaN", gap[7], ("missing-batch-axis",), judge=has(("nan-in-input", "series")))
    yield Case("recurrent", "gru of other length", model, training, {"series": walk(8, 21)}, ("spatial-size",), where={"axis": 1}, fix=True)


def tokens(m):
    rng = m.rng
    model, training = m.reference("text", tokens=rng.integers(0, 50, (500, 12)).astype(np.int32))
    good = rng.integers(0, 50, (9, 12)).astype(np.int32)
    unknown = good.copy()
    unknown[3, 5], unknown[8, 0] = 50, 60

    def case(name, value, codes, **more):
        return Case("tokens", name, model, training, {"tokens": value}, codes, **more)

    yield case("clean int64", good.astype(np.int64), (), status=0)
    yield case("clean float32", good.astype(np.float32), (), status=0)
    yield case("one sentence", good[0], ("missing-batch-axis",), fix=True, right=Right("tokens", good[:1]))
    yield case("unknown words", unknown, ("index-range",), evidence={"rows": [3, 8], "values": [50, 60]}, judge=without_fix, right=Right("tokens", None))
    yield case("words", np.array([["a", "b"]] * 3), ("not-numeric", "file"))
    yield case("too long", np.hstack([good, good[:, :3]]), ("feature-count",), where={"axis": 1})
    yield case("fractions", (good / 50).astype(np.float32), ("dtype",), judge=without_fix)


def forms(m):
    rng = m.rng
    raw = pictures(rng, 400, 1)
    for name, dtype in (("grey", np.float32), ("bytes", np.uint8)):
        reference = (raw / 255).astype(np.float32) if name == "grey" else raw
        key = "grey" if name == "grey" else "coded"
        model, training = m.reference(name, **{key: reference})
        good = pictures(rng, 12, 1)
        fit = (good / 255).astype(np.float32) if name == "grey" else good

        def case(what, value, codes, reference=training, **more):
            return Case("other forms", f"{name} {what}", model, reference, {key: value}, codes, **more)

        yield case("clean", fit, (), status=0)
        yield case("clean Fortran", np.asfortranarray(fit), (), status=0)
        yield case("clean, one", fit[:1], (), status=0)
        yield case("coloured", np.repeat(fit, 3, axis=-1), ("feature-count",), fix=True, right=Right(key, fit))
        if name == "grey":
            yield case("clean float16", fit.astype(np.float16), (), status=0)
            yield case("clean big-endian", fit.astype(">f8"), (), status=0)
            yield case("big-endian bytes", good.astype(">i2"), ("scale",), fix=True, judge=only("scale"), right=Right(key, fit))
            yield case("bytes in Fortran order, without channels", np.asfortranarray(good[..., 0]), ("missing-axis", "scale"),
                       right=Right(key, fit, (good, good[..., 0])))
            yield case("big-endian read as little", fit.astype(">f4").view("<f4"), ("layer-drift", "nan-in-input", "inf-in-input", "scale", "shift"))
        else:
            yield case("fractions", (good / 255).astype(np.float32), ("scale",), fix=True, judge=only("scale"), right=Right(key, good))
            yield case("fractions, no reference", (good / 255).astype(np.float32), ("dtype",), [], fix=True, right=Right(key, good))
            yield case("int64", good.astype(np.int64), (), status=0)
            yield case("int64 beyond", good.astype(np.int64) + 100, ("dtype",), judge=without_fix)
    coloured = pictures(rng, 400, 3)
    model, training = m.reference("rgb", rgb=(coloured / 255).astype(np.float32))
    good = pictures(rng, 12, 3)
    for name, value, codes, more in (
        ("grey bytes", good[..., 0], ("missing-axis",), {"fix": True}),
        ("alpha", np.concatenate([good, np.full_like(good[..., :1], 255)], -1), ("feature-count",),
         {"fix": True, "where": {"axis": 3, "features": [3]}, "right": Right("rgb", (good / 255).astype(np.float32), (good,))}),
        ("raw reference", (good / 255).astype(np.float32), (), {"status": 0}),
    ):
        reference = training
        if name == "raw reference":
            np.save(FOLDER / "rgb-raw.npy", coloured)
            reference = [f"rgb={FOLDER}/rgb-raw.npy"]
        yield Case("other forms", f"rgb {name}", model, reference, {"rgb": value}, codes, **more)
    many = (pictures(rng, 40, 3, 64) / 255).astype(np.float32)
    model, training = m.reference("large", large=many)
    large = pictures(rng, 1, 3, 1024)
    yield Case("large pictures", "clean", model, training, {"large": (large / 255).astype(np.float32)}, (), status=0)
    right = Right("large", (large / 255).astype(np.float32), (large, large.transpose(0, 3, 1, 2)))
    yield Case("large pictures", "raw", model, training, {"large": large}, ("scale",), fix=True, right=right)
    yield Case("large pictures", "raw, channels first, alone", model, training, {"large": large[0].transpose(2, 0, 1)}, ("missing-batch-axis",), right=right)


def cases(_):
    m = Models()
    for make_cases in (several, recurrent, tokens, forms):
        yield from make_cases(m)
