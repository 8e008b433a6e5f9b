"""A DCGAN generator of 8x8 digits: latent of 100, law normal(0,1)."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from . import common

LATENT = 100


def generator():
    return keras.Sequential(
        [
            keras.Input((LATENT,), name="z"),
            layers.Dense(2 * 2 * 64, use_bias=False, name="project"),
            layers.Reshape((2, 2, 64), name="seed_image"),
            layers.BatchNormalization(name="bn0"),
            layers.LeakyReLU(name="act0"),
            layers.Conv2DTranspose(48, 4, 2, padding="same", use_bias=False, name="up1"),
            layers.BatchNormalization(name="bn1"),
            layers.LeakyReLU(name="act1"),
            layers.Conv2DTranspose(32, 4, 2, padding="same", use_bias=False, name="up2"),
            layers.BatchNormalization(name="bn2"),
            layers.LeakyReLU(name="act2"),
            layers.Conv2DTranspose(1, 3, padding="same", activation="tanh", name="image"),
        ],
        name="digit_generator",
    )


def critic():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(48, 4, 2, padding="same"),
            layers.LeakyReLU(),
            layers.Dropout(0.3),
            layers.Conv2D(96, 4, 2, padding="same"),
            layers.LeakyReLU(),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


def train(gen, judge, images, epochs, batch=64):
    gen_optimizer = keras.optimizers.Adam(5e-4, beta_1=0.5)
    judge_optimizer = keras.optimizers.Adam(3e-4, beta_1=0.5)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    gen_optimizer.build(gen.trainable_variables)
    judge_optimizer.build(judge.trainable_variables)

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], LATENT))
        with tf.GradientTape() as judge_tape, tf.GradientTape() as gen_tape:
            fake = gen(z, training=True)
            real_score, fake_score = judge(real, training=True), judge(fake, training=True)
            judge_loss = loss(0.9 * tf.ones_like(real_score), real_score) + loss(tf.zeros_like(fake_score), fake_score)
            gen_loss = loss(tf.ones_like(fake_score), fake_score)
        judge_optimizer.apply(judge_tape.gradient(judge_loss, judge.trainable_variables), judge.trainable_variables)
        gen_optimizer.apply(gen_tape.gradient(gen_loss, gen.trainable_variables), gen.trainable_variables)
        return judge_loss, gen_loss

    data = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images), seed=2).batch(batch, drop_remainder=True)
    for epoch in range(epochs):
        for real in data:
            losses = step(real)
        if (epoch + 1) % 50 == 0:
            print(f"dcgan: epoch {epoch + 1} of {epochs}, critic {float(losses[0]):.3f}, generator {float(losses[1]):.3f}")


def make(folder, epochs=400):
    rng = common.begin(2)
    images, _ = common.digits()
    gen = generator()
    train(gen, critic(), images, epochs)
    common.save_model(gen, folder / "dcgan.keras")

    latents = rng.standard_normal((600, LATENT)).astype(np.float32)
    with_nan = rng.standard_normal((8, LATENT)).astype(np.float32)
    with_nan[5, 42] = np.nan
    common.save(
        folder,
        latents=latents,
        good=rng.standard_normal((16, LATENT)).astype(np.float32),
        one_latent=rng.standard_normal(LATENT).astype(np.float32),
        latents_128=rng.standard_normal((8, 128)).astype(np.float32),
        latents_nan=with_nan,
    )
    return gen
