"""Generators: latents of a normal and of a uniform law, decoders of two autoencoders, classes by index and one-hot."""

import numpy as np

from known.common import Known, save, split

TRAIN = 1000


def pictures_of(z, size=16):
    """Smooth pictures that depend on the latents, as targets."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:size, 0:size] / size
    basis = np.stack([np.sin(2 * np.pi * (a * x + b * y)) for a, b in rng.normal(0, 1, (z.shape[1], 2))])
    return np.tanh(np.einsum("nk,khw->nhw", z, basis) / np.sqrt(z.shape[1]))[..., None].astype(np.float32)


def grow(layers, x):
    x = layers.LeakyReLU()(layers.BatchNormalization(name="norm")(layers.Dense(128, name="project")(x)))
    x = layers.Reshape((4, 4, 8), name="grid")(x)
    for i, filters in enumerate((16, 8)):
        x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", activation="relu", name=f"up{i}")(x)
    return layers.Conv2D(1, 3, padding="same", activation="tanh", name="picture")(x)


def generator(name, z, law=None, **facts):
    train, held = split(name, TRAIN, z=z.astype(np.float32))
    known = Known(name, train, held, facts={"law": law, **facts})
    save(known, grow, pictures_of(train["z"]))
    return known


def conditional(name, labels, embed):
    rng = np.random.default_rng(33)
    z = rng.normal(0, 1, (len(labels), 32)).astype(np.float32)
    train, held = split(name, TRAIN, z=z, label=labels)
    known = Known(name, train, held, facts={"law": "normal(0,1)", "classes": 10})
    levels = labels[:TRAIN, 0] if labels.shape[1] == 1 else labels[:TRAIN].argmax(1)

    def outputs(layers, z, label):
        return grow(layers, layers.Concatenate(name="join")([z, embed(layers, label)]))

    save(known, outputs, np.clip(pictures_of(train["z"]) * 0.5 + (levels[:, None, None, None] - 4.5) / 9, -1, 1).astype(np.float32))
    return known


def variational(name, dimensions, between, within):
    """z = mean + deviation * noise; what a user decodes is often the mean alone. Three groups of inputs."""
    rng = np.random.default_rng(34)
    rows = TRAIN + 400
    group = rng.integers(0, 3, rows)
    centres = rng.normal(0, between * 0.7, (3, dimensions))
    mean = centres[group] + rng.normal(0, between * 0.6, (rows, dimensions))
    z = mean + within * np.exp(rng.normal(0, 0.05, (rows, dimensions))) * rng.normal(0, 1, (rows, dimensions))
    return generator(name, z, mean=mean[TRAIN:].astype(np.float32), group=group[TRAIN:])


def make():
    rng = np.random.default_rng(32)
    index = rng.integers(0, 10, (TRAIN + 400, 1)).astype(np.int32)
    return [
        generator("normal", rng.normal(0, 1, (TRAIN + 400, 64)), "normal(0,1)"),
        generator("uniform", rng.uniform(-1, 1, (TRAIN + 400, 32)), "uniform(-1,1)"),
        variational("decoder2", 2, 0.25, 1.0),
        variational("decoder8", 8, 0.85, 0.5),
        conditional("index", index, lambda layers, label: layers.Flatten(name="flat")(layers.Embedding(10, 8, name="classes")(label))),
        conditional("onehot", np.eye(10, dtype=np.float32)[index[:, 0]], lambda layers, label: layers.Dense(8, name="classes")(label)),
    ]
