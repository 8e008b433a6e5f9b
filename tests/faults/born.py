"""NaN that nobody put in: born in a layer, by arithmetic, from finite inputs. The models are made by Keras once, into build/faults/models."""

import os

import numpy as np

from case import WORK, Case

NAMES = ("log", "divide", "sqrt", "subtract", "variance")


def make(folder):
    """One model a cause. The layer that bears the NaN is called `here`, but where it is a raw operation, whose name Keras gives."""
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    from keras import layers, ops

    folder.mkdir(parents=True, exist_ok=True)
    x = keras.Input((4,), name="x")
    before = layers.Dense(4, name="before", kernel_initializer="identity")(x)
    after = layers.Dense(2, name="after")
    keras.Model(x, after(ops.log(before))).save(folder / "log.keras")
    keras.Model(x, layers.Dense(2)(ops.divide(before, ops.abs(before)))).save(folder / "divide.keras")
    keras.Model(x, layers.Dense(2)(ops.sqrt(before))).save(folder / "sqrt.keras")
    grown = layers.Activation("exponential", name="grown")(before)
    twice = layers.Add(name="twice")([grown, grown])
    keras.Model(x, layers.Dense(2)(layers.Subtract(name="here")([grown, twice]))).save(folder / "subtract.keras")
    norm = layers.BatchNormalization(name="here")
    model = keras.Model(x, layers.Dense(2)(norm(before)))
    norm.moving_variance.assign([1.0, 1.0, -0.5, 1.0])
    model.save(folder / "variance.keras")


def cases(_):
    folder = WORK / "models" / "born"
    if not all((folder / f"{name}.keras").exists() for name in NAMES):
        make(folder)
    train = np.random.default_rng(13).uniform(0.5, 2, (300, 4)).astype(np.float32)
    np.save(folder / "train.npy", train)
    reference = [f"x={folder}/train.npy"]
    for name, layer, value, cause in (
        ("log", "log", -1.5, "log of a negative"),
        ("divide", None, 0.0, "0 / 0"),
        ("sqrt", "sqrt", -2.0, "square root of a negative"),
        ("subtract", "here", 100.0, "inf - inf"),
    ):
        for training in ([], reference):
            x = train[:5].copy()
            x[3, 2] = value

            def look(document, layer=layer, cause=cause):
                born = next((f for f in document["findings"] if f["code"] == "nan-born"), None)
                if born is None:
                    return "no nan-born"
                if layer and born["where"]["name"] != layer:
                    return f"at {born['where']['name']}, should be {layer}"
                if born["evidence"].get("element") not in (None, [3, 2]) or born["where"].get("element") not in (None, [3, 2]):
                    return f"element {born['evidence'].get('element')} {born['where'].get('element')}, should be [3, 2]"
                found = born["evidence"].get("cause")
                return None if found and (cause == found or name_of(cause) in found) else f"cause is {found}, should be {cause}"

            # Where the reference tells that the value itself is off, that may stand first and explain the NaN.
            codes = ("nan-born", "inf-born") if not training else ("nan-born", "inf-born", "scale", "shift", "layer-drift")
            yield Case("nan-born", f"{name}, {'reference' if training else 'no reference'}", folder / f"{name}.keras", training, {"x": x}, codes, judge=look)
    for training in ([], reference):
        yield Case("nan-born", f"negative variance, {'reference' if training else 'no reference'}", folder / "variance.keras", training,
                   {"x": train[:5]}, ("nan-born", "negative-variance"), where={"name": "here"})


def name_of(cause):
    """The word of a cause that has to be in it however it is put."""
    return cause.split()[-1]
