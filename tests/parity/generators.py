"""Whole generators: several inputs and outputs, nested and shared layers, skips, open sizes."""

import keras
from keras import layers

from models import model


@model
def dcgan():
    stack = [keras.Input((100,), name="z"), layers.Dense(7 * 7 * 64, use_bias=False), layers.BatchNormalization(), layers.LeakyReLU()]
    stack += [layers.Reshape((7, 7, 64)), layers.Conv2DTranspose(32, 5, 1, padding="same", use_bias=False), layers.BatchNormalization()]
    stack += [layers.LeakyReLU(), layers.Conv2DTranspose(16, 5, 2, padding="same", use_bias=False), layers.BatchNormalization()]
    stack += [layers.LeakyReLU(), layers.Conv2DTranspose(1, 5, 2, padding="same", activation="tanh")]
    return keras.Sequential(stack)


@model
def dcgan_upsampling():
    stack = [keras.Input((32,), name="z"), layers.Dense(4 * 4 * 32, activation="relu"), layers.Reshape((4, 4, 32))]
    for channels in (32, 16):
        stack += [layers.UpSampling2D(), layers.Conv2D(channels, 3, padding="same"), layers.BatchNormalization(momentum=0.8), layers.ReLU()]
    return keras.Sequential([*stack, layers.Conv2D(3, 3, padding="same", activation="tanh")])


@model
def conditional():
    z, label = keras.Input((20,), name="z"), keras.Input((1,), dtype="int32", name="label")
    x = layers.Multiply()([z, layers.Flatten()(layers.Embedding(10, 20)(label))])
    x = layers.Reshape((4, 4, 8))(layers.Dense(128, activation="relu")(x))
    return keras.Model([z, label], layers.Conv2DTranspose(1, 4, 2, padding="same", activation="sigmoid")(x))


@model
def conditional_nested():
    body = keras.Sequential([keras.Input((24,)), layers.Dense(32), layers.LeakyReLU(), layers.BatchNormalization(), layers.Dense(16)], name="body")
    z, label = keras.Input((20,), name="z"), keras.Input((1,), dtype="int32", name="label")
    x = layers.Concatenate()([z, layers.Flatten()(layers.Embedding(10, 4)(label))])
    return keras.Model([z, label], layers.Reshape((4, 4, 1))(body(x)))


@model
def nested_functional_shared():
    inner_input = keras.Input((6, 6, 4))
    y = layers.Conv2D(4, 3, padding="same", activation="relu")(inner_input)
    inner = keras.Model(inner_input, layers.Add()([y, inner_input]), name="block")
    image = keras.Input((6, 6, 4), name="image")
    return keras.Model(image, layers.Conv2D(1, 1)(inner(inner(image))))


@model
def shared_dense():
    a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
    shared = layers.Dense(5, activation="tanh", name="shared")
    return keras.Model([a, b], layers.Subtract()([shared(a), shared(b)]))


@model
def two_outputs():
    z = keras.Input((16,), name="z")
    trunk = layers.Dense(32, activation="elu")(z)
    mean, spread = layers.Dense(4, name="mean")(trunk), layers.Dense(4, activation="softplus", name="spread")(trunk)
    return keras.Model(z, [mean, spread])


@model
def unet():
    image = keras.Input((None, None, 1), name="image")
    x, skips = image, []
    for channels in (8, 16):
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.BatchNormalization()(layers.Conv2D(32, 3, padding="same", activation="relu")(x))
    for channels in (16, 8):
        x = layers.Conv2DTranspose(channels, 2, 2, padding="same")(x)
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(layers.Concatenate()([x, skips.pop()]))
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid")(x))


@model
def pix2pix():
    image = keras.Input((16, 16, 3), name="image")
    down1 = layers.LeakyReLU(negative_slope=0.2)(layers.Conv2D(8, 4, 2, padding="same")(image))
    down2 = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(layers.Conv2D(16, 4, 2, padding="same", use_bias=False)(down1)))
    up = layers.ReLU()(layers.Dropout(0.5)(layers.BatchNormalization()(layers.Conv2DTranspose(8, 4, 2, padding="same", use_bias=False)(down2))))
    return keras.Model(image, layers.Conv2DTranspose(3, 4, 2, padding="same", activation="tanh")(layers.Concatenate()([up, down1])))


@model
def super_resolution():
    image = keras.Input((12, 12, 3), name="image")
    x = first = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(16, 9, padding="same")(image))
    for _ in range(2):
        y = layers.PReLU(shared_axes=[1, 2])(layers.BatchNormalization()(layers.Conv2D(16, 3, padding="same")(x)))
        x = layers.Add()([x, layers.BatchNormalization()(layers.Conv2D(16, 3, padding="same")(y))])
    x = layers.Add()([x, first])
    x = layers.UpSampling2D(2)(layers.Conv2D(32, 3, padding="same")(x))
    return keras.Model(image, layers.Conv2D(3, 9, padding="same", activation="tanh")(x))


@model
def cyclegan():
    image = keras.Input((16, 16, 3), name="image")
    x = layers.ZeroPadding2D(3)(image)
    x = layers.ReLU()(layers.GroupNormalization(groups=-1)(layers.Conv2D(8, 7)(x)))
    y = layers.ReLU()(layers.GroupNormalization(groups=-1)(layers.Conv2D(8, 3, padding="same")(x)))
    x = layers.Add()([x, y])
    return keras.Model(image, layers.Conv2D(3, 7, padding="same", activation="tanh")(x))


@model
def table_generator():
    stack = [keras.Input((32,), name="z")]
    for width in (64, 64):
        stack += [layers.Dense(width), layers.BatchNormalization(), layers.ReLU()]
    return keras.Sequential([*stack, layers.Dense(12, activation="tanh")])


@model
def variational_decoder():
    z = keras.Input((2,), name="z")
    x = layers.Reshape((4, 4, 16))(layers.Dense(4 * 4 * 16, activation="relu")(z))
    x = layers.Conv2DTranspose(16, 3, 2, padding="same", activation="relu")(x)
    return keras.Model(z, layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid")(x))


@model
def series_gan():
    noise = keras.Input((24, 8), name="noise")
    x = layers.GRU(16, return_sequences=True)(layers.GRU(16, return_sequences=True)(noise))
    return keras.Model(noise, layers.TimeDistributed(layers.Dense(5, activation="sigmoid"))(x))


@model
def series_to_series():
    past = keras.Input((12, 4), name="past")
    x = layers.Bidirectional(layers.LSTM(8))(past)
    x = layers.LSTM(8, return_sequences=True)(layers.RepeatVector(5)(x))
    return keras.Model(past, layers.Dense(4)(x))


@model
def open_series():
    past = keras.Input((None, 4), name="past")
    x = layers.Conv1D(8, 3, padding="causal", activation="relu")(past)
    return keras.Model(past, layers.Dense(2)(layers.LSTM(8, return_sequences=True)(x)))


@model
def wave_generator():
    stack = [keras.Input((16,), name="z"), layers.Dense(8 * 16), layers.Reshape((8, 16)), layers.Conv1DTranspose(8, 25, 4, padding="same"), layers.ReLU()]
    return keras.Sequential([*stack, layers.Conv1DTranspose(1, 25, 4, padding="same", activation="tanh")])


@model
def mobile_block():
    image = keras.Input((10, 10, 8), name="image")
    x = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(layers.Conv2D(16, 1, use_bias=False)(image)))
    x = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)))
    return keras.Model(image, layers.Add()([image, layers.BatchNormalization()(layers.Conv2D(8, 1, use_bias=False)(x))]))


@model
def text_generator():
    tokens = keras.Input((7,), dtype="int32", name="tokens")
    x = layers.GRU(16)(layers.Embedding(30, 8)(tokens))
    return keras.Model(tokens, layers.Dense(30, activation="softmax")(x))
