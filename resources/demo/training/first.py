"""The three first cases: Sequential([Dense(128, input 10), Dense(1)]) trained on rand(1000, 10)."""

import keras
import numpy as np

from . import common


def make(folder):
    rng = common.begin(1)
    model = keras.Sequential([keras.Input((10,), name="z"), keras.layers.Dense(128, activation="relu"), keras.layers.Dense(1)])
    train = rng.random((1000, 10), dtype=np.float32)
    wanted = train @ np.linspace(-1, 1, 10, dtype=np.float32)[:, None]
    model.compile("adam", "mse")
    model.fit(train, wanted, epochs=20, batch_size=50, verbose=0)
    common.save_model(model, folder / "generator.keras")
    common.save(
        folder,
        train=train,
        good=rng.random((4, 10), dtype=np.float32),
        one_sample=rng.random(10, dtype=np.float32),
        nine_columns=rng.random((1, 9), dtype=np.float32),
        integers=rng.integers(0, 10, (1, 10), dtype=np.int64),
    )
