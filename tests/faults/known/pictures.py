"""Pictures in every scaling people use: bytes are their truth. Colours have a tint, brightness differs from picture to picture, and some are
taken by night."""

import numpy as np

from known.common import Known, save, split

TRAIN = 400
IMAGENET = (np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225]))


def scenes(rng, rows, size=16, night=0.1):
    """Bytes (rows, size, size, 3): sky over ground, lit from 0.1 (night) to 1."""
    y, x = np.mgrid[0:size, 0:size] / (size - 1)
    light = np.where(rng.random(rows) < night, rng.uniform(0.08, 0.2, rows), rng.uniform(0.3, 1, rows))[:, None, None, None]
    horizon = rng.uniform(0.3, 0.7, rows)[:, None, None]
    sky = np.clip((horizon - y) * 8, 0, 1)[..., None]
    colour = sky * rng.uniform([90, 140, 190], [150, 190, 250], (rows, 3))[:, None, None] + (1 - sky) * rng.uniform([60, 90, 20], [170, 140, 80], (rows, 3))[:, None, None]
    waves = np.sin(2 * np.pi * (rng.uniform(0.5, 3, (rows, 1, 1)) * x + rng.random((rows, 1, 1))))[..., None] * 20
    noise = rng.normal(0, 10, (rows, size, size, 3))
    return np.clip(light * (colour + waves + noise), 0, 255).astype(np.uint8)


def by_light(known):
    """Rows of bytes by their brightness, the darkest first."""
    return np.argsort(known.raw.reshape(len(known.raw), -1).mean(1))


def grey(pictures):
    return np.round(pictures @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)


def digits(rng, rows, size=20):
    """Bytes (rows, size, size): light strokes on black, as MNIST's."""
    out = np.zeros((rows, size, size))
    y, x = np.mgrid[0:size, 0:size]
    for i in range(rows):
        at, angle = rng.uniform(6, 14, 2), rng.uniform(0, 2 * np.pi)
        for _ in range(rng.integers(8, 16)):
            out[i] = np.maximum(out[i], np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / 2.2))
            angle += rng.normal(0, 0.6)
            at = np.clip(at + 1.3 * np.array([np.cos(angle), np.sin(angle)]), 3, 16)
    return np.round(np.clip(out * 1.15, 0, 1) * 255).astype(np.uint8)


def unit(x):
    return (x / 255).astype(np.float32)


def signed(x):
    return (x / 127.5 - 1).astype(np.float32)


def imagenet(x):
    return ((x / 255 - IMAGENET[0]) / IMAGENET[1]).astype(np.float32)


def same(x):
    return x


def conv(layers, x, last="sigmoid", **more):
    channels = x.shape[1] if more else x.shape[-1]
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="first", **more)(x)
    x = layers.BatchNormalization(name="norm", axis=1 if more else -1)(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="second", **more)(x)
    return layers.Conv2D(channels, 3, padding="same", activation=last, name="last", **more)(x)


def scaled(scale, offset):
    def outputs(layers, x):
        return conv(layers, layers.Rescaling(scale, offset, name="rescaling")(x), "linear")
    return outputs


def dense(layers, x):
    size = int(np.prod(x.shape[1:]))
    code = layers.Dense(32, activation="relu", name="code")(layers.Flatten(name="flat")(x))
    out = layers.Dense(size, activation="sigmoid", name="out")(code)
    return layers.Reshape(x.shape[1:], name="shape")(out) if len(x.shape) > 2 else out


def clips(layers, x):
    frames = layers.TimeDistributed(layers.Conv2D(8, 3, padding="same", activation="relu"), name="frames")(x)
    return layers.Conv3D(3, 3, padding="same", activation="sigmoid", name="last")(frames)


def moving(rng, rows):
    """Clips (rows, 5, 12, 12, 3): a scene under a window that moves."""
    wide = scenes(rng, rows, 16)
    return np.stack([wide[:, 2:14, t : t + 12] for t in range(5)], 1)


def picture(name, raw, scaling, outputs, target=unit, **more):
    """`raw` are bytes; the reference has them by `scaling`."""
    value = scaling(raw)
    train, held = split(name, TRAIN, picture=value)
    known = Known(name, train, held, raw=raw[TRAIN:], facts={"scaling": scaling})
    save(known, outputs, target(raw[:TRAIN]), epochs=3, **more)
    return known


def make():
    rng = np.random.default_rng(41)
    rows = TRAIN + 120
    colour, strokes = scenes(rng, rows), digits(rng, rows)
    grown = grey(scenes(rng, rows))[..., None]
    first = lambda layers, x: conv(layers, x, data_format="channels_first")
    return [
        picture("unit", colour, unit, conv),
        picture("signed", colour, signed, lambda layers, x: conv(layers, x, "tanh"), signed),
        picture("imagenet", colour, imagenet, lambda layers, x: conv(layers, x, "linear"), imagenet),
        picture("bytes", colour, same, scaled(1 / 255, 0), unit),
        picture("bytes2", grown, same, scaled(1 / 127.5, -1), signed),
        picture("grey", grown, unit, conv),
        picture("greysigned", grown, signed, lambda layers, x: conv(layers, x, "tanh"), signed),
        picture("digits", strokes, unit, dense),
        picture("flat", strokes.reshape(rows, -1), unit, dense),
        picture("first", colour.transpose(0, 3, 1, 2), unit, first),
        picture("video", moving(rng, rows), unit, clips),
    ]
