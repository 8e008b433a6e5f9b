"""Sequences: series of several features and of one, sentences of word indices, letters one-hot."""

import numpy as np

from known.common import Known, save, split

TRAIN = 800


def weather(rng, rows, steps=24):
    """Raw windows (rows, steps, 5) of sensors: temperature, pressure, humidity, wind, power; each window of its own day, some calm, some not."""
    t = np.arange(steps) / 24
    season, storm = rng.normal(0, 1, (rows, 1)), rng.gamma(1.5, 0.6, (rows, 1))
    walk = lambda: np.cumsum(rng.normal(0, 1, (rows, steps)), 1) / np.sqrt(steps)
    temperature = 12 + 8 * season + 5 * np.sin(2 * np.pi * t) + storm * walk()
    pressure = 1013 + 6 * walk() - 5 * storm
    humidity = np.clip(60 - 8 * season + 10 * storm * walk(), 5, 100)
    wind = np.abs(3 * storm + 2 * storm * walk())
    power = 40000 + 3000 * season + 2500 * wind + 4000 * walk()
    return np.stack([temperature, pressure, humidity, wind, power], 2)


def recurrent(layers, x):
    return layers.Dense(x.shape[-1], name="out")(layers.LSTM(24, return_sequences=True, name="lstm")(x))


def series(name, scaler):
    raw = weather(np.random.default_rng(61), TRAIN + 300)
    flat = raw[:TRAIN].reshape(-1, 5)
    scale, offset = scaler(flat)
    train, held = split(name, TRAIN, series=(raw * scale + offset).astype(np.float32))
    known = Known(name, train, held, raw=raw[TRAIN:], facts={"scale": scale, "offset": offset})
    save(known, recurrent, np.concatenate([train["series"][:, 1:], train["series"][:, -1:]], 1))
    return known


def signal(name, scaler):
    """One quantity, (rows, 48): beats of a heart in raw counts of the converter; all steps have one scale."""
    rng = np.random.default_rng(62)
    t = np.linspace(0, 1, 48)
    at, high, base = rng.uniform(0.3, 0.7, (TRAIN + 300, 1)), rng.gamma(9, 60, (TRAIN + 300, 1)), rng.normal(900, 40, (TRAIN + 300, 1))
    raw = base + high * np.exp(-(((t - at) / 0.05) ** 2)) - 0.3 * high * np.exp(-(((t - at - 0.12) / 0.08) ** 2)) + rng.normal(0, 8, (TRAIN + 300, 48))
    scale, offset = scaler(raw[:TRAIN].reshape(-1, 1))
    train, held = split(name, TRAIN, signal=(raw * scale + offset).astype(np.float32))
    known = Known(name, train, held, raw=raw[TRAIN:], facts={"scale": scale, "offset": offset})

    def outputs(layers, x):
        return layers.Dense(48, name="out")(layers.Dense(12, activation="relu", name="code")(layers.Dense(32, activation="relu", name="wide")(x)))

    save(known, outputs, train["signal"], epochs=8)
    return known


def zscore(x):
    return 1 / x.std(0), -x.mean(0) / x.std(0)


def minmax(x):
    return 1 / (x.max(0) - x.min(0)), -x.min(0) / (x.max(0) - x.min(0))


def sentences(rng, rows, words=60, steps=20):
    """Indices (rows, steps), 0 before the first word; frequent words have small indices, and one word leads to some others."""
    frequency = 1 / np.arange(1, words)
    follow = rng.integers(1, words, (words, 4))
    out = np.zeros((rows, steps), np.int32)
    for row in out:
        length = rng.integers(4, steps + 1)
        word = rng.choice(np.arange(1, words), p=frequency / frequency.sum())
        for k in range(steps - length, steps):
            row[k] = word
            word = follow[word, rng.integers(4)] if rng.random() < 0.6 else rng.choice(np.arange(1, words), p=frequency / frequency.sum())
    return out


def text(name, left=True, masked=True):
    tokens = sentences(np.random.default_rng(63), TRAIN + 400)
    if not left:
        tokens = np.stack([np.concatenate([row[row > 0], row[row == 0]]) for row in tokens])
    train, held = split(name, TRAIN, words=tokens)
    known = Known(name, train, held, facts={"vocabulary": 60, "left": left})

    def outputs(layers, x):
        x = layers.Embedding(60, 12, mask_zero=masked, name="embedding")(x)
        return layers.Dense(60, activation="softmax", name="next")(layers.LSTM(24, name="lstm")(x) if masked else layers.Dense(24, activation="relu", name="mix")(
            layers.Flatten(name="flat")(x)))

    save(known, outputs, train["words"][:, -1 if left else 0].astype(np.int32))
    return known


def letters(name):
    index = sentences(np.random.default_rng(64), TRAIN + 300, words=13, steps=16) % 12
    train, held = split(name, TRAIN, letters=np.eye(12, dtype=np.float32)[index])
    known = Known(name, train, held, raw=index[TRAIN:])

    def outputs(layers, x):
        return layers.Dense(12, activation="softmax", name="next")(layers.GRU(16, name="gru")(x))

    save(known, outputs, train["letters"][:, -1])
    return known


def make():
    return [series("series", zscore), series("seriesminmax", minmax), signal("signal", minmax), signal("signalz", zscore), text("words"),
            text("wordsflat", left=False, masked=False), letters("letters")]
