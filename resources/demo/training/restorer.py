"""A U-Net that restores 16x16 digits in [-1, 1] from noise and blotted-out squares. Height and width are open: sizes that four divides run,
others fail inside, at the first Concatenate."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from . import common


def unet():
    image = keras.Input((None, None, 1), name="image")
    down1 = layers.Conv2D(16, 3, 2, padding="same", activation="leaky_relu", name="down1")(image)
    bn1 = layers.BatchNormalization(name="bn1")(down1)
    down2 = layers.Conv2D(32, 3, 2, padding="same", activation="leaky_relu", name="down2")(bn1)
    bn2 = layers.BatchNormalization(name="bn2")(down2)
    neck = layers.Conv2D(64, 3, padding="same", activation="leaky_relu", name="neck")(bn2)
    up1 = layers.Conv2DTranspose(32, 4, 2, padding="same", activation="leaky_relu", name="up1")(neck)
    cat1 = layers.Concatenate(name="cat1")([up1, bn1])
    up2 = layers.Conv2DTranspose(16, 4, 2, padding="same", activation="leaky_relu", name="up2")(cat1)
    cat2 = layers.Concatenate(name="cat2")([up2, image])
    restored = layers.Conv2D(1, 3, padding="same", activation="tanh", name="restored")(cat2)
    return keras.Model(image, restored, name="restorer")


def spoil(images, rng):
    """Noise over the whole picture and one square of background over a part of it."""
    spoiled = images + rng.normal(0, 0.25, images.shape).astype(np.float32)
    for picture in spoiled:
        side = rng.integers(3, 6)
        y, x = rng.integers(0, 16 - side, 2)
        picture[y : y + side, x : x + side] = -1
    return np.clip(spoiled, -1, 1).astype(np.float32)


def make(folder, epochs=60):
    rng = common.begin(4)
    small, _ = common.digits()
    clean = np.clip(tf.image.resize(small, (16, 16), "bicubic").numpy(), -1, 1)
    clean = clean[rng.permutation(len(clean))]
    held_back, clean = clean[:200], clean[200:]
    spoiled = np.concatenate([spoil(clean, rng) for _ in range(4)])
    model = unet()
    model.compile(keras.optimizers.Adam(2e-3), "mae")
    history = model.fit(spoiled, np.concatenate([clean] * 4), epochs=epochs, batch_size=64, verbose=0)
    print(f"restorer: mean absolute error {history.history['loss'][-1]:.3f}")
    common.save_model(model, folder / "restorer.keras")

    images = spoil(held_back, rng)
    scans = np.round((images[:8] + 1) * 127.5).astype(np.float32)
    common.save(
        folder,
        train_images=spoiled[rng.permutation(len(spoiled))[:700]],
        good=images[8:24],
        scan_batch=scans,
        scan_bytes=scans.astype(np.uint8),
        odd_size=spoil(np.pad(clean[:4], ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1), rng),
        channels_first=np.ascontiguousarray(images[24:32].transpose(0, 3, 1, 2)),
    )
    return model
