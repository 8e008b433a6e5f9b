"""A conditional generator: a latent of 50 and a label give an 8x8 picture of that digit. Trained against a critic that sees the label too."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from . import common

LATENT = 50


def generator():
    latent = keras.Input((LATENT,), name="latent")
    label = keras.Input((1,), dtype="int32", name="label")
    x = layers.Embedding(10, LATENT, name="label_embedding")(label)
    x = layers.Flatten(name="label_vector")(x)
    x = layers.Concatenate(name="latent_and_label")([latent, x])
    x = layers.Dense(4 * 4 * 48, use_bias=False, name="project")(x)
    x = layers.Reshape((4, 4, 48), name="seed_image")(x)
    x = layers.BatchNormalization(name="bn0")(x)
    x = layers.ReLU(name="act0")(x)
    x = layers.UpSampling2D(name="enlarge")(x)
    x = layers.Conv2D(48, 3, padding="same", use_bias=False, name="refine")(x)
    x = layers.BatchNormalization(name="bn1")(x)
    x = layers.ReLU(name="act1")(x)
    image = layers.Conv2D(1, 3, padding="same", activation="tanh", name="image")(x)
    return keras.Model([latent, label], image, name="conditional_generator")


def critic():
    image = keras.Input((8, 8, 1))
    label = keras.Input((1,), dtype="int32")
    x = layers.Conv2D(48, 4, 2, padding="same")(image)
    x = layers.LeakyReLU()(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Conv2D(96, 4, 2, padding="same")(x)
    x = layers.LeakyReLU()(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.3)(x)
    # Projection critic (Miyato and Koyama, 2018): how real, plus how well it fits the label.
    fits = layers.Dot(1)([x, layers.Flatten()(layers.Embedding(10, 384)(label))])
    return keras.Model([image, label], layers.Add()([layers.Dense(1)(x), fits]))


def train(gen, judge, images, labels, epochs, batch=64):
    gen_optimizer = keras.optimizers.Adam(5e-4, beta_1=0.5)
    judge_optimizer = keras.optimizers.Adam(3e-4, beta_1=0.5)
    gen_optimizer.build(gen.trainable_variables)
    judge_optimizer.build(judge.trainable_variables)

    @tf.function
    def step(real, label):
        z = tf.random.normal((tf.shape(real)[0], LATENT))
        with tf.GradientTape() as judge_tape, tf.GradientTape() as gen_tape:
            fake = gen([z, label], training=True)
            real_score, fake_score = judge([real, label], training=True), judge([fake, label], training=True)
            judge_loss = tf.reduce_mean(tf.nn.relu(1 - real_score)) + tf.reduce_mean(tf.nn.relu(1 + fake_score))
            gen_loss = -tf.reduce_mean(fake_score)
        judge_optimizer.apply(judge_tape.gradient(judge_loss, judge.trainable_variables), judge.trainable_variables)
        gen_optimizer.apply(gen_tape.gradient(gen_loss, gen.trainable_variables), gen.trainable_variables)
        return judge_loss, gen_loss

    data = tf.data.Dataset.from_tensor_slices((images, labels[:, None])).shuffle(len(images), seed=3).batch(batch, drop_remainder=True)
    for epoch in range(epochs):
        for real, label in data:
            losses = step(real, label)
        if (epoch + 1) % 50 == 0:
            print(f"conditional: epoch {epoch + 1} of {epochs}, critic {float(losses[0]):.3f}, generator {float(losses[1]):.3f}")


def make(folder, epochs=250):
    rng = common.begin(3)
    images, labels = common.digits()
    gen = generator()
    train(gen, critic(), images, labels, epochs)
    common.save_model(gen, folder / "conditional.keras")

    label = rng.integers(0, 10, (10, 1)).astype(np.int32)
    wrong = np.arange(1, 11, dtype=np.int32)[:, None]  # counted from one: the last label is 10
    common.save(
        folder,
        labels=rng.integers(0, 10, (600, 1)).astype(np.int32),
        latents=rng.standard_normal((600, LATENT)).astype(np.float32),
        good_latent=rng.standard_normal((10, LATENT)).astype(np.float32),
        good_label=label,
        labels_from_one=wrong,
    )
    return gen
