"""A series generator: the last 24 hours of ten z-scored columns give a path of the next 6 hours, by a GRU and an LSTM."""

import keras
import numpy as np
from keras import layers

from . import common
from .market import COLUMNS, simulate

PAST, FUTURE = 24, 6


def generator():
    return keras.Sequential(
        [
            keras.Input((PAST, len(COLUMNS)), name="past"),
            layers.GRU(48, name="remember"),
            layers.RepeatVector(FUTURE, name="each_hour"),
            layers.LSTM(48, return_sequences=True, name="unroll"),
            layers.TimeDistributed(layers.Dense(4), name="path"),
        ],
        name="series_generator",
    )


def windows(table, starts):
    return np.stack([table[s : s + PAST] for s in starts]), np.stack([table[s + PAST : s + PAST + FUTURE, :4] for s in starts])


def make(folder, epochs=15):
    rng = common.begin(6)
    raw = simulate(rng, 6000)
    scaled = ((raw - raw[:5000].mean(axis=0)) / raw[:5000].std(axis=0)).astype(np.float32)
    starts = rng.permutation(5000 - PAST - FUTURE)
    past, future = windows(scaled, starts)
    model = generator()
    model.compile(keras.optimizers.Adam(2e-3), "mse")
    history = model.fit(past, future, epochs=epochs, batch_size=64, verbose=0)
    print(f"series: mean squared error {history.history['loss'][-1]:.3f}")
    common.save_model(model, folder / "series.keras")

    pick = rng.permutation(len(past))
    with_gap = past[pick[800:832]].copy()
    with_gap[9, 13, COLUMNS.index("spread")] = np.nan
    common.save(
        folder,
        train_past=past[pick[:500]],
        good=past[pick[700:732]],
        columns_first=np.ascontiguousarray(past[pick[732:764]].transpose(0, 2, 1)),
        one_window=past[pick[764]],
        with_gap=with_gap,
    )
    return model
