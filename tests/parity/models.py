"""The models of live parity: every layer Plumbline lowers, in the options people use, and whole generators as people build them.

`MODELS` maps a name to a function that gives a fresh Keras model; weights and inputs are drawn by run.py.
"""

import keras
from keras import layers

MODELS = {}


def model(build):
    MODELS[build.__name__] = build
    return build


def single(name, shape, make, dtype=None):
    """A model of one layer: what it computes cannot hide behind another."""
    def build():
        inputs = keras.Input(shape, name="x", dtype=dtype)
        return keras.Model(inputs, make()(inputs))

    MODELS[name] = build


ACTIVATIONS = ["relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "softsign", "tanh", "sigmoid",
               "hard_sigmoid", "hard_silu", "hard_tanh", "exponential", "softmax", "log_softmax", "log_sigmoid", "linear", "squareplus",
               "soft_shrink", "hard_shrink", "tanh_shrink", "sparse_plus", "glu", "sparse_sigmoid", "sparsemax"]
for activation in ACTIVATIONS:
    single(f"activation_{activation}", (6, 8), lambda a=activation: layers.Activation(a))
    if activation != "glu":
        single(f"dense_{activation}", (8,), lambda a=activation: layers.Dense(6, activation=a))

for name, make in {
    "relu_plain": lambda: layers.ReLU(),
    "relu_options": lambda: layers.ReLU(max_value=2.0, negative_slope=0.1, threshold=0.3),
    "leaky_relu": lambda: layers.LeakyReLU(negative_slope=0.2),
    "prelu": lambda: layers.PReLU(),
    "prelu_shared": lambda: layers.PReLU(shared_axes=[1]),
    "elu": lambda: layers.ELU(alpha=0.7),
    "softmax_axis": lambda: layers.Softmax(axis=1),
    "dense_rank3": lambda: layers.Dense(5),
    "dense_no_bias": lambda: layers.Dense(5, use_bias=False),
    "dropout": lambda: layers.Dropout(0.5),
    "spatial_dropout": lambda: layers.SpatialDropout1D(0.5),
    "gaussian_noise": lambda: layers.GaussianNoise(1.0),
    "gaussian_dropout": lambda: layers.GaussianDropout(0.3),
    "alpha_dropout": lambda: layers.AlphaDropout(0.3),
    "flatten": lambda: layers.Flatten(),
    "reshape": lambda: layers.Reshape((4, -1)),
    "permute": lambda: layers.Permute((2, 1)),
    "batch_normalization": lambda: layers.BatchNormalization(),
    "batch_normalization_axis": lambda: layers.BatchNormalization(axis=1),
    "batch_normalization_bare": lambda: layers.BatchNormalization(center=False, scale=False, epsilon=0.01),
    "layer_normalization": lambda: layers.LayerNormalization(),
    "layer_normalization_axes": lambda: layers.LayerNormalization(axis=[1, 2]),
    "layer_normalization_bare": lambda: layers.LayerNormalization(center=False, scale=False),
    "group_normalization": lambda: layers.GroupNormalization(groups=4),
    "rescaling": lambda: layers.Rescaling(1 / 127.5, offset=-1),
    "normalization": lambda: layers.Normalization(mean=[0.5] * 8, variance=[2.0] * 8),
    "conv1d": lambda: layers.Conv1D(5, 3),
    "conv1d_same_stride": lambda: layers.Conv1D(5, 3, 2, padding="same"),
    "conv1d_causal": lambda: layers.Conv1D(5, 3, padding="causal", dilation_rate=2),
    "conv1d_transpose": lambda: layers.Conv1DTranspose(5, 4, 2, padding="same"),
    "conv1d_transpose_valid": lambda: layers.Conv1DTranspose(5, 3, 2),
    "max_pooling1d": lambda: layers.MaxPooling1D(2),
    "average_pooling1d": lambda: layers.AveragePooling1D(3, 2, padding="same"),
    "global_max_pooling1d": lambda: layers.GlobalMaxPooling1D(),
    "global_average_pooling1d": lambda: layers.GlobalAveragePooling1D(keepdims=True),
    "up_sampling1d": lambda: layers.UpSampling1D(3),
    "zero_padding1d": lambda: layers.ZeroPadding1D((1, 2)),
    "cropping1d": lambda: layers.Cropping1D((1, 2)),
    "simple_rnn": lambda: layers.SimpleRNN(7),
    "simple_rnn_sequences": lambda: layers.SimpleRNN(7, return_sequences=True, activation="relu"),
    "lstm": lambda: layers.LSTM(7),
    "lstm_sequences": lambda: layers.LSTM(7, return_sequences=True),
    "lstm_backwards": lambda: layers.LSTM(7, go_backwards=True, return_sequences=True),
    "lstm_options": lambda: layers.LSTM(7, activation="relu", recurrent_activation="hard_sigmoid", use_bias=False),
    "gru": lambda: layers.GRU(7),
    "gru_sequences": lambda: layers.GRU(7, return_sequences=True),
    "gru_reset_before": lambda: layers.GRU(7, reset_after=False, return_sequences=True),
    "gru_backwards": lambda: layers.GRU(7, go_backwards=True),
    "bidirectional_lstm": lambda: layers.Bidirectional(layers.LSTM(7, return_sequences=True)),
    "bidirectional_gru_sum": lambda: layers.Bidirectional(layers.GRU(7), merge_mode="sum"),
    "bidirectional_mul": lambda: layers.Bidirectional(layers.SimpleRNN(7, return_sequences=True), merge_mode="mul"),
    "time_distributed_dense": lambda: layers.TimeDistributed(layers.Dense(4, activation="tanh")),
}.items():
    single(name, (6, 8), make)

single("repeat_vector", (8,), lambda: layers.RepeatVector(5))
single("embedding", (4,), lambda: layers.Embedding(10, 6), dtype="int32")
single("embedding_float_input", (4,), lambda: layers.Embedding(10, 6))

for name, make in {
    "conv2d": lambda: layers.Conv2D(6, 3),
    "conv2d_same": lambda: layers.Conv2D(6, 3, padding="same", activation="relu"),
    "conv2d_same_stride": lambda: layers.Conv2D(6, 3, 2, padding="same"),
    "conv2d_even_kernel": lambda: layers.Conv2D(6, (2, 4), (2, 1), padding="same"),
    "conv2d_dilated": lambda: layers.Conv2D(6, 3, dilation_rate=2, padding="same"),
    "conv2d_groups": lambda: layers.Conv2D(8, 3, groups=4),
    "conv2d_transpose_same": lambda: layers.Conv2DTranspose(6, 4, 2, padding="same"),
    "conv2d_transpose_same_odd": lambda: layers.Conv2DTranspose(6, 5, 2, padding="same", use_bias=False),
    "conv2d_transpose_stride1": lambda: layers.Conv2DTranspose(6, 3, 1, padding="same"),
    "conv2d_transpose_stride3": lambda: layers.Conv2DTranspose(6, 2, 3, padding="same"),
    "conv2d_transpose_valid": lambda: layers.Conv2DTranspose(6, 3, 2),
    "conv2d_transpose_valid_wide_stride": lambda: layers.Conv2DTranspose(6, 2, 3),
    "conv2d_transpose_output_padding": lambda: layers.Conv2DTranspose(6, 5, 3, padding="same", output_padding=1),
    "conv2d_transpose_oblong": lambda: layers.Conv2DTranspose(6, (3, 5), (1, 2), padding="same", activation="tanh"),
    "separable_conv2d": lambda: layers.SeparableConv2D(6, 3, depth_multiplier=2, padding="same"),
    "separable_conv2d_stride": lambda: layers.SeparableConv2D(6, 3, 2),
    "depthwise_conv2d": lambda: layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2),
    "depthwise_conv2d_stride": lambda: layers.DepthwiseConv2D(3, 2),
    "max_pooling2d": lambda: layers.MaxPooling2D(),
    "max_pooling2d_same": lambda: layers.MaxPooling2D(3, 2, padding="same"),
    "average_pooling2d": lambda: layers.AveragePooling2D((2, 3)),
    "average_pooling2d_same": lambda: layers.AveragePooling2D(3, 2, padding="same"),
    "global_max_pooling2d": lambda: layers.GlobalMaxPooling2D(),
    "global_average_pooling2d": lambda: layers.GlobalAveragePooling2D(),
    "up_sampling2d": lambda: layers.UpSampling2D((2, 3)),
    "up_sampling2d_bilinear": lambda: layers.UpSampling2D(2, interpolation="bilinear"),
    "up_sampling2d_bicubic": lambda: layers.UpSampling2D(2, interpolation="bicubic"),
    "zero_padding2d": lambda: layers.ZeroPadding2D(((1, 2), (3, 0))),
    "cropping2d": lambda: layers.Cropping2D(((1, 2), (0, 3))),
    "batch_normalization_image": lambda: layers.BatchNormalization(),
    "group_normalization_image": lambda: layers.GroupNormalization(groups=2),
    "instance_normalization": lambda: layers.GroupNormalization(groups=-1),
    "layer_normalization_image": lambda: layers.LayerNormalization(axis=[1, 2, 3]),
    "prelu_image": lambda: layers.PReLU(shared_axes=[1, 2]),
    "spatial_dropout2d": lambda: layers.SpatialDropout2D(0.4),
    "time_distributed_dense_image": lambda: layers.TimeDistributed(layers.Dense(3)),
}.items():
    single(name, (9, 11, 8), make)

single("time_distributed_conv", (4, 8, 8, 3), lambda: layers.TimeDistributed(layers.Conv2D(5, 3, padding="same")))

for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
    def merge(name=name):
        a, b = keras.Input((5, 8), name="a"), keras.Input((5, 8), name="b")
        return keras.Model([a, b], getattr(layers, name)()([a, b]))

    MODELS[f"merge_{name.lower()}"] = merge
