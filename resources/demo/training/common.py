"""What all demo trainings share: seeds, the digits, saving."""

import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits


def begin(seed, threads=1):
    """One seed for Python, NumPy and TensorFlow; few threads, since a desk has other work to do."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        pass  # TensorFlow has started already: it keeps the threads it began with
    return np.random.default_rng(seed)


def digits():
    """scikit-learn's 1,797 digits, (n, 8, 8, 1) float32 in [-1, 1], and their labels."""
    data = load_digits()
    images = (data.images / 8.0 - 1.0).astype(np.float32)[..., None]
    return images, data.target.astype(np.int32)


def save(folder, **arrays):
    """Each array as folder/NAME.npy."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def save_model(model, path):
    """Architecture and weights alone: nothing of a training run that a demo does not need."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bare = keras.models.clone_model(model)  # a clone is not compiled: no optimizer is written
    bare.set_weights(model.get_weights())
    bare.save(path)
