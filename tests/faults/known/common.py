"""What a model with a known past is: how its training data were made, so that of every spoiled input the right one is known."""

import dataclasses
import os
import pathlib
import zlib

import numpy as np

from case import WORK

# Other makers, other models: what an earlier version of these files trained is never taken for today's.
VERSION = zlib.crc32(b"".join(path.read_bytes() for path in sorted(pathlib.Path(__file__).parent.glob("*.py"))))
FOLDER = WORK / "models" / f"known-{VERSION:08x}"


@dataclasses.dataclass
class Known:
    name: str
    train: dict  # model input's name -> the array training had
    held: dict  # rows of the same making that training did not have
    raw: np.ndarray | None = None  # the held rows before they were scaled
    facts: dict = dataclasses.field(default_factory=dict)  # what the makers know else: scalers, columns, groups of rows
    header: tuple = ()  # with it the reference is a CSV

    @property
    def model(self):
        return FOLDER / f"{self.name}.keras"

    @property
    def input(self):
        """The input that is spoiled: the first."""
        return next(iter(self.train))

    @property
    def good(self):
        return self.held[self.input]

    @property
    def training(self):
        ending = "csv" if self.header else "npy"
        return [f"{name}={FOLDER}/{self.name}-{name}.{ending}" for name in self.train]

    def write(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, array in self.train.items():
            path = FOLDER / f"{self.name}-{name}"
            if self.header:
                write_table(path.with_suffix(".csv"), array, self.header)
            else:
                np.save(path.with_suffix(".npy"), array)

    def inputs(self, value, rows=None, **replaced):
        """`value` for the first input, and as many right rows of the others."""
        rows = len(value) if rows is None else rows
        return {self.input: value, **{n: a[:rows] for n, a in self.held.items() if n != self.input}, **replaced}

    def rng(self, purpose):
        """A stream of its own for each purpose, so that a new case moves no other one."""
        return np.random.default_rng(zlib.crc32(f"{self.name}/{purpose}".encode()))


def write_table(path, array, header):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, array, delimiter=",", header=",".join(header), comments="", fmt="%.9g")
    return path


def split(name, rows, **arrays):
    """The first `rows` were training, the others were not."""
    return {n: a[:rows] for n, a in arrays.items()}, {n: a[rows:] for n, a in arrays.items()}


def save(known, outputs, target, epochs=4, learn=True):
    """Builds, trains and saves the model: `outputs` makes the output of the inputs by name, `target` is what it should give for training's rows."""
    if known.model.exists():
        return
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import tensorflow

    tensorflow.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(zlib.crc32(known.name.encode()) % 2**31)
    inputs = {name: keras.Input(array.shape[1:], name=name, dtype="int32" if array.dtype == np.int32 else "float32") for name, array in known.train.items()}
    model = keras.Model(list(inputs.values()), outputs(keras.layers, *inputs.values()))
    if learn:
        loss = "sparse_categorical_crossentropy" if target.dtype == np.int32 else "mse"
        model.compile(optimizer=keras.optimizers.Adam(0.003), loss=loss)
        model.fit([known.train[name] for name in inputs], target, batch_size=32, epochs=epochs, verbose=0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    model.save(known.model)
