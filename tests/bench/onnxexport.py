"""Keras models as ONNX, the way a user would have them: by tf2onnx. Series with a GRU are written here with ONNX's own operators, since tf2onnx
1.17 leaves Keras 3's GRU as a Loop, against which any time would be a cheap win."""

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from keras import layers
from onnx import helper, numpy_helper

OPSET = 18


def convert(model, path):
    if any(isinstance(layer, layers.GRU) for layer in model.layers):
        onnx.save(recurrent(model), path)
        return
    signature = [tf.TensorSpec((None, *model.inputs[0].shape[1:]), tf.float32, name="input")]
    function = tf.function(lambda x: model(x, training=False), input_signature=signature)
    tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET, output_path=str(path))


def recurrent(model):
    """A Sequential of LSTM, GRU and Dense, batch first outside and time first inside, as ONNX Runtime wants it."""
    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def gates(matrix, order):
        """Keras has the gates side by side in the last axis; ONNX stacks them, in an order of its own."""
        parts = np.split(matrix, len(order), axis=-1)
        return np.concatenate([parts[i] for i in order], axis=-1)

    (source,) = model.inputs
    nodes.append(helper.make_node("Transpose", [source.name], ["steps"], perm=[1, 0, 2]))
    value = "steps"
    for layer in model.layers:
        if isinstance(layer, layers.Dense):
            kernel, bias = layer.get_weights()
            nodes.append(helper.make_node("MatMul", [value, constant(layer.name + ".w", kernel)], [layer.name + ".product"]))
            nodes.append(helper.make_node("Add", [layer.name + ".product", constant(layer.name + ".b", bias)], [layer.name + ".sum"]))
            activation = keras.activations.serialize(layer.activation).capitalize()
            nodes.append(helper.make_node("Identity" if activation == "Linear" else activation, [layer.name + ".sum"], [layer.name]))
            value = layer.name
            continue
        kernel, recurrent_kernel, bias = layer.get_weights()
        if isinstance(layer, layers.LSTM):
            op, order, extra = "LSTM", [0, 3, 1, 2], {}  # i f c o -> i o f c
            biases = [gates(bias, order), np.zeros_like(bias)]
        else:
            op, order, extra = "GRU", [0, 1, 2], {"linear_before_reset": 1}  # z r h in both
            biases = list(bias)
        w = constant(layer.name + ".w", gates(kernel, order).T[None])
        r = constant(layer.name + ".r", gates(recurrent_kernel, order).T[None])
        b = constant(layer.name + ".b", np.concatenate(biases)[None])
        sequence, last = layer.name + ".y", layer.name + ".h"
        nodes.append(helper.make_node(op, [value, w, r, b], [sequence, last], hidden_size=layer.units, **extra))
        axis = constant(layer.name + ".axis", np.array([1 if layer.return_sequences else 0], np.int64))
        nodes.append(helper.make_node("Squeeze", [sequence if layer.return_sequences else last, axis], [layer.name]))
        value = layer.name
    if len(model.outputs[0].shape) == 3:
        nodes.append(helper.make_node("Transpose", [value], ["result"], perm=[1, 0, 2]))
        value = "result"
    inputs = [helper.make_tensor_value_info(source.name, onnx.TensorProto.FLOAT, ["batch", *source.shape[1:]])]
    outputs = [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, ["batch", *model.outputs[0].shape[1:]])]
    graph = helper.make_graph(nodes, model.name, inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
