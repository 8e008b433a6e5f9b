"""Generators that are put together in odd but plausible ways, for Keras 3 and for tf-keras: `ODD` maps a name to a function of the framework.

`REFUSED` are those that Plumbline cannot run: their trace has to say so, with the text beside them.
"""

ODD = {}
REFUSED = {}


def odd(build):
    ODD[build.__name__] = build
    return build


def is_new(k):
    return k.__version__.startswith("3")


def upscaled(k, x, filters, activation="relu"):
    l = k.layers
    x = l.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False)(x)
    return l.Activation(activation)(l.BatchNormalization()(x))


@odd
def label_times_noise(k):
    """A conditional GAN whose label is an embedding multiplied into the noise."""
    l = k.layers
    z, label = k.Input((12,), name="z"), k.Input((1,), dtype="int32", name="label")
    x = l.multiply([z, l.Flatten()(l.Embedding(10, 12)(label))])
    x = l.Reshape((4, 4, 4))(l.Dense(64, activation="relu")(x))
    return k.Model([z, label], l.Conv2D(1, 3, padding="same", activation="tanh")(upscaled(k, x, 8)))


@odd
def label_as_channel(k):
    """A conditional GAN whose label becomes one more channel."""
    l = k.layers
    z, label = k.Input((8,), name="z"), k.Input((1,), dtype="int32", name="label")
    plane = l.Reshape((4, 4, 1))(l.Dense(16)(l.Flatten()(l.Embedding(10, 5)(label))))
    x = l.Reshape((4, 4, 6))(l.LeakyReLU()(l.Dense(96)(z)))
    x = upscaled(k, l.Concatenate()([x, plane]), 8)
    return k.Model([z, label], l.Conv2D(3, 3, padding="same", activation="sigmoid")(x))


@odd
def adaptive_instance_norm(k):
    """StyleGAN's mapping and modulation, made by hand of raw operations."""
    l = k.layers
    z, noise = k.Input((8,), name="z"), k.Input((8, 8, 1), name="noise")
    w = z
    for _ in range(3):
        w = l.LeakyReLU()(l.Dense(8)(w))
    x = l.Reshape((4, 4, 6))(l.Dense(96)(w))
    for size in (6, 4):
        scale, shift = l.Dense(size)(w), l.Dense(size)(w)
        x = l.Conv2D(size, 3, padding="same")(x)
        if is_new(k):
            mean, deviation = k.ops.mean(x, axis=[1, 2], keepdims=True), k.ops.std(x, axis=[1, 2], keepdims=True)
        else:
            import tensorflow as tf
            mean, deviation = tf.reduce_mean(x, axis=[1, 2], keepdims=True), tf.math.reduce_std(x, axis=[1, 2], keepdims=True)
        x = (x - mean) / (deviation + 1e-5) * (l.Reshape((1, 1, size))(scale) + 1) + l.Reshape((1, 1, size))(shift)
        if size == 6:
            x = l.UpSampling2D(interpolation="bilinear")(x) + l.Conv2D(size, 1, use_bias=False)(noise)
    return k.Model([z, noise], l.Conv2D(3, 1, activation="tanh")(x))


@odd
def masked_text(k):
    """Words to words, padded with zeros."""
    l = k.layers
    tokens = k.Input((9,), dtype="int32", name="tokens")
    x = l.Embedding(12, 8, mask_zero=True)(tokens)
    x = l.Dropout(0.2)(l.Bidirectional(l.LSTM(6, return_sequences=True))(x))
    return k.Model(tokens, l.TimeDistributed(l.Dense(12, activation="softmax"))(l.GRU(8, return_sequences=True)(x)))


@odd
def wasserstein(k):
    l = k.layers
    z = k.Input((10,), name="z")
    x = l.Reshape((4, 4, 8))(l.LayerNormalization()(l.Dense(128)(z)))
    for filters in (8, 4):
        x = l.LeakyReLU()(l.LayerNormalization(axis=[1, 2, 3])(l.Conv2D(filters, 3, padding="same")(l.UpSampling2D()(x))))
    return k.Model(z, l.Conv2D(1, 5, padding="same", activation="tanh")(x))


@odd
def cropped_skip(k):
    """An autoencoder of valid convolutions: what skips is cropped to what comes up."""
    l = k.layers
    image = k.Input((20, 20, 2), name="image")
    down = l.Conv2D(6, 3, activation="relu")(image)
    low = l.Conv2D(8, 3, activation="relu")(l.MaxPooling2D()(down))
    up = l.Conv2DTranspose(6, 2, strides=2, activation="relu")(low)
    joined = l.Concatenate()([l.Cropping2D(2)(down), up])
    return k.Model(image, l.Conv2D(2, 3, activation="sigmoid")(l.Cropping2D(((0, 1), (1, 0)))(joined)))


@odd
def pix2pix(k):
    l = k.layers
    image = k.Input((16, 16, 3), name="image")
    first = l.LeakyReLU()(l.Conv2D(6, 4, strides=2, use_bias=False)(l.ZeroPadding2D()(image)))
    second = l.LeakyReLU()(l.BatchNormalization()(l.Conv2D(8, 4, strides=2, use_bias=False)(l.ZeroPadding2D(((1, 1), (1, 1)))(first))))
    bottom = l.ReLU()(l.Conv2D(8, 4, strides=2, padding="same")(second))
    x = l.Dropout(0.5)(upscaled(k, bottom, 8))
    x = upscaled(k, l.Concatenate()([x, second]), 6)
    return k.Model(image, l.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")(l.Concatenate()([x, first])))


@odd
def vae_decoder(k):
    l = k.layers
    stack = [k.Input((2,), name="z"), l.Dense(7 * 7 * 4, activation="relu"), l.Reshape((7, 7, 4))]
    stack += [l.Conv2DTranspose(f, 3, strides=2, padding="same", activation="relu") for f in (6, 4)]
    return k.Sequential([*stack, l.Conv2DTranspose(1, 3, padding="same", activation="sigmoid")], name="decoder")


@odd
def nested_twice(k):
    """A shared block inside a generator that is itself called twice."""
    l = k.layers
    i = k.Input((6,), name="block_in")
    block = k.Model(i, l.BatchNormalization()(l.Dense(6, activation="tanh")(i)), name="block")
    j = k.Input((6,), name="generator_in")
    generator = k.Model(j, l.Dense(5)(block(block(j))), name="generator")
    z, y = k.Input((6,), name="z"), k.Input((6,), name="y")
    judge = k.Sequential([k.Input((5,)), l.Dense(4, activation="relu"), l.Dense(1, activation="sigmoid")], name="judge")
    fake, other = generator(z), generator(y)
    return k.Model([z, y], [judge(fake), l.Subtract()([fake, other])], name="gan")


@odd
def two_heads(k):
    """Two outputs of one shared layer, and one of a model's several."""
    l = k.layers
    z = k.Input((6,), name="z")
    head = l.Dense(4, activation="tanh", name="head")
    x = l.Dense(8, activation="relu")(z)
    left, right = head(x), head(l.Dense(8)(x))
    return k.Model(z, [left, right, l.Average()([left, right])])


@odd
def model_in_model_in_steps(k):
    """A Sequential inside a functional model inside TimeDistributed."""
    l = k.layers
    tail = k.Sequential([k.Input((6,)), l.Dense(5, activation="relu"), l.Dense(3)], name="tail")
    i = k.Input((8, 8, 1), name="frame")
    frame = k.Model(i, tail(l.Dense(6)(l.Flatten()(l.Conv2D(2, 3, strides=2)(i)))), name="per_frame")
    video = k.Input((4, 8, 8, 1), name="video")
    return k.Model(video, l.LSTM(5)(l.TimeDistributed(frame)(video)))


@odd
def next_frame(k):
    l = k.layers
    video = k.Input((3, 6, 6, 2), name="video")
    return k.Model(video, l.Conv2D(2, 1)(l.ConvLSTM2D(3, 3, padding="same")(video)))


REFUSED["next_frame"] = "ConvLSTM2D"
