"""The models of the benchmark: generators, tables, series, U-Net and residual network as people build them in Keras.

Weights are random but fixed, and every BatchNormalization has statistics of its own: nothing is an identity.
"""
import numpy as np


def generator(latent, start, channels, kernel, strides, out_channels, bias):
    """A DCGAN generator: Dense, then transposed convolutions with BatchNormalization and an activation between."""
    from keras import Sequential, layers

    size, first = start
    model = Sequential([layers.Input((latent,)), layers.Dense(size * size * first, use_bias=bias),
                        layers.BatchNormalization(), layers.LeakyReLU(), layers.Reshape((size, size, first))])
    for width, stride in zip(channels, strides):
        model.add(layers.Conv2DTranspose(width, kernel, strides=stride, padding="same", use_bias=bias))
        model.add(layers.BatchNormalization())
        model.add(layers.LeakyReLU() if bias is False else layers.ReLU())
    model.add(layers.Conv2DTranspose(out_channels, kernel, strides=strides[-1], padding="same", activation="tanh"))
    return model


def generator28():
    return generator(100, (7, 256), (128, 64), 5, (1, 2), 1, False)


def generator64():
    return generator(100, (4, 1024), (512, 256, 128), 4, (2, 2, 2), 3, True)


def table():
    from keras import Sequential, layers

    model = Sequential([layers.Input((64,))])
    for width in (256, 256, 128):
        model.add(layers.Dense(width))
        model.add(layers.BatchNormalization())
        model.add(layers.LeakyReLU())
    model.add(layers.Dense(30, activation="tanh"))
    return model


def series(cell):
    from keras import Sequential, layers

    recurrent = {"lstm": layers.LSTM, "gru": layers.GRU}[cell]
    return Sequential([layers.Input((48, 16)), recurrent(64, return_sequences=True), recurrent(64, return_sequences=True),
                       layers.Dense(6, activation="tanh")])


def unet():
    from keras import Model, layers

    def block(x, width):
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(width, 3, padding="same", activation="relu")(x)

    inputs = x = layers.Input((64, 64, 1))
    skips = []
    for width in (32, 64, 128):
        x = block(x, width)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, 256)
    for width in (128, 64, 32):
        x = layers.UpSampling2D()(x)
        x = layers.Concatenate()([x, skips.pop()])
        x = block(x, width)
    return Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))


def residual():
    from keras import Model, layers

    inputs = layers.Input((32, 32, 3))
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(32, 3, padding="same", use_bias=False)(inputs)))
    for width, stride in ((32, 1), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1)):
        skip = x
        y = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same", use_bias=False)(y))
        if stride != 1:
            skip = layers.Conv2D(width, 1, strides=stride, use_bias=False)(x)
        x = layers.ReLU()(layers.Add()([y, skip]))
    return Model(inputs, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


MODELS = {
    "generator 28x28": (generator28, "generator", 32),
    "generator 64x64": (generator64, "generator", 16),
    "table": (table, "other", 32),
    "series LSTM": (lambda: series("lstm"), "other", 32),
    "series GRU": (lambda: series("gru"), "other", 32),
    "U-Net 64x64": (unet, "other", 16),
    "residual 32x32": (residual, "other", 16),
}


def randomised(model, seed=7):
    """Weights of a trained network's size, the same on every machine."""
    random = np.random.default_rng(seed)
    weights = []
    for variable in model.variables:
        shape = tuple(variable.shape)
        if variable.path.endswith(("moving_variance", "gamma")):
            value = random.uniform(0.5, 1.5, shape)
        elif len(shape) >= 2:
            fan = np.prod(shape) / max(shape[-1], 1)
            value = random.normal(0, 1 / np.sqrt(max(fan, 1)), shape)
        else:
            value = random.normal(0, 0.1, shape)
        weights.append(value.astype(variable.dtype) if "seed" not in variable.path else np.array(variable))
    for variable, value in zip(model.variables, weights):
        variable.assign(value)
    return model


def inputs(model, batch, seed=11):
    random = np.random.default_rng(seed)
    return [random.normal(size=(batch,) + tuple(i.shape[1:])).astype("float32") for i in model.inputs]
