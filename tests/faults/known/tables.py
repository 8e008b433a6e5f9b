"""Customers: rows that hang together, columns of very different units, some whole numbers, one flag. Scaled by z-score, by minimum and maximum,
and by the model itself."""

import numpy as np

from known.common import Known, save, split

TRAIN, COLUMNS = 1200, ("age", "income", "balance", "visits", "weekday", "premium", "height", "rate", "temperature")


def customers(rng, people=150, each=12):
    """Raw rows and whose they are. A person's age, income, height and flag stand still; the others move."""
    person = np.repeat(np.arange(people), each)
    wealth = rng.normal(0, 1, people)[person]
    age = rng.integers(18, 80, people)[person]
    income = np.exp(10.3 + 0.4 * wealth)
    balance = income * rng.lognormal(-1, 0.6, len(person))
    visits = rng.poisson(np.exp(1 + 0.3 * wealth))
    height = rng.normal(172, 9, people)[person]
    premium = (wealth + rng.normal(0, 0.5, people)[person] > 0.8).astype(float)
    rate = np.clip(rng.normal(0.04 + 0.01 * premium, 0.008), 0.005, 0.1)
    weekday = rng.integers(0, 7, len(person))
    temperature = 12 + 9 * np.sin(weekday / 2) + rng.normal(0, 5, len(person))
    return np.stack([age, income, balance, visits, weekday, premium, height, rate, temperature], 1), person


def autoencoder(layers, x):
    return layers.Dense(x.shape[-1], name="out")(layers.Dense(16, activation="relu", name="decode")(layers.Dense(5, name="code")(
        layers.Dense(16, activation="relu", name="encode")(x))))


def normalizing(mean, deviation):
    def outputs(layers, x):
        return autoencoder(layers, layers.Normalization(mean=mean, variance=np.square(deviation), name="normalization")(x))
    return outputs


def table(name, raw, person, scale, offset, outputs, header=()):
    """The model is given raw * scale + offset."""
    train, held = split(name, TRAIN, customer=(raw * scale + offset).astype(np.float32))
    known = Known(name, train, held, raw=raw[TRAIN:], header=header,
                  facts={"scale": scale, "offset": offset, "columns": COLUMNS, "person": person[TRAIN:], "trainraw": raw[:TRAIN], "trainperson": person[:TRAIN]})
    mean, deviation = raw[:TRAIN].mean(0), raw[:TRAIN].std(0)
    save(known, outputs, ((raw[:TRAIN] - mean) / deviation).astype(np.float32), epochs=6)
    return known


def make():
    raw, person = customers(np.random.default_rng(51))
    mean, deviation = raw[:TRAIN].mean(0), raw[:TRAIN].std(0)
    low, high = raw[:TRAIN].min(0), raw[:TRAIN].max(0)
    return [
        table("zscore", raw, person, 1 / deviation, -mean / deviation, autoencoder, header=COLUMNS),
        table("zscorenpy", raw, person, 1 / deviation, -mean / deviation, autoencoder),
        table("minmax", raw, person, 1 / (high - low), -low / (high - low), autoencoder),
        table("normalization", raw, person, np.ones(len(COLUMNS)), np.zeros(len(COLUMNS)), normalizing(mean, deviation), header=COLUMNS),
    ]
