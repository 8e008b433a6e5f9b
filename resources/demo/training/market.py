"""A table generator: ten z-scored columns of one simulated market hour give the next hour's open, high, low, close and volume."""

import keras
import numpy as np
from keras import layers

from . import common

COLUMNS = ["open", "high", "low", "close", "vwap", "trades", "spread", "volume", "imbalance", "hour"]


def simulate(rng, hours):
    """Hourly bars in which each column has a law of its own: volatility comes in spells, trading follows the hour of the day."""
    hour = np.arange(hours) % 24
    day = 1.2 + np.sin((hour - 8) / 24 * 2 * np.pi)
    volatility = np.empty(hours)
    level = 0.0
    for i, shock in enumerate(rng.normal(0, 0.12, hours)):
        level = 0.97 * level + shock
        volatility[i] = 0.002 * np.exp(level)
    change = volatility * rng.standard_t(5, hours)
    close = np.empty(hours)
    price = np.log(100.0)
    for i in range(hours):
        price += 0.02 * (np.log(100.0) - price) + change[i]
        close[i] = np.exp(price)
    start = np.concatenate([[100.0], close[:-1]]) * (1 + rng.normal(0, 0.0006, hours))
    high = np.maximum(start, close) * (1 + volatility * rng.exponential(0.8, hours))
    low = np.minimum(start, close) * (1 - volatility * rng.exponential(0.8, hours))
    vwap = (high + low + 2 * close) / 4
    trades = rng.poisson(900 * day * volatility / 0.002).astype(float)
    spread = 0.01 + 0.6 * volatility * rng.gamma(4, 1.0, hours)
    volume = trades * rng.lognormal(3.2, 0.7, hours)
    imbalance = np.tanh(change / volatility * 0.6 + rng.normal(0, 0.5, hours))
    return np.stack([start, high, low, close, vwap, trades, spread, volume, imbalance, hour], axis=1)


def write_csv(path, rows, columns, text_cells=()):
    """`text_cells`: (row, column, text) to stand in place of a number."""
    lines = [[f"{value:.6g}" for value in row] for row in rows]
    for row, column, text in text_cells:
        lines[row][columns.index(column)] = text
    path.write_text("\n".join([",".join(columns)] + [",".join(line) for line in lines]) + "\n")


def generator():
    return keras.Sequential(
        [
            keras.Input((len(COLUMNS),), name="hour_now"),
            layers.Dense(64, activation="elu", name="dense1"),
            layers.LayerNormalization(name="norm1"),
            layers.Dense(64, activation="elu", name="dense2"),
            layers.LayerNormalization(name="norm2"),
            layers.Dense(5, name="next_hour"),
        ],
        name="market_generator",
    )


def make(folder, epochs=30):
    rng = common.begin(5)
    raw = simulate(rng, 6000)
    mean, std = raw[:5000].mean(axis=0), raw[:5000].std(axis=0)
    scaled = ((raw - mean) / std).astype(np.float32)
    model = generator()
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    history = model.fit(scaled[:4999], scaled[1:5000, [0, 1, 2, 3, 7]], epochs=epochs, batch_size=64, verbose=0)
    print(f"market: mean squared error {history.history['loss'][-1]:.3f}")
    common.save_model(model, folder / "market.keras")

    # Hours in any order: a day's hours follow each other, and one day is no sample of the whole.
    order = rng.permutation(np.arange(5000))
    write_csv(folder / "train.csv", scaled[order[:1500]], COLUMNS)
    today = order[1500:1560]
    without_volume = [name for name in COLUMNS if name != "volume"]
    kept = [COLUMNS.index(name) for name in without_volume]
    write_csv(folder / "good.csv", scaled[today], COLUMNS)
    write_csv(folder / "without_volume.csv", scaled[today][:, kept], without_volume)
    common.save(folder, without_volume=scaled[today][:, kept])
    write_csv(folder / "raw.csv", raw[today], COLUMNS)
    write_csv(folder / "text_cell.csv", scaled[today], COLUMNS, [(17, "volume", "n/a")])
    return model
