"""What Keras itself computes in every layer, under the names of Plumbline's rows: `outer/inner`, `name@1` for a second call, `name:1` for a second output."""

import contextlib

import numpy as np

from outputs import flat


def is_new(framework):
    return framework.__version__.startswith("3")


@contextlib.contextmanager
def recorded(framework, model, record):
    """While it lasts, each layer that `model` or a model nested in it calls is told to `record(path, call, output)`.

    Layers that a layer calls inside itself (the cell of an LSTM, what TimeDistributed wraps) are parts of it and have no rows.
    """
    base = framework.layers.Layer
    original = base.__call__
    stack, calls = [], {}

    def call(layer, *args, **kwargs):
        if layer is model:
            stack.append(("", True))
            try:
                return original(layer, *args, **kwargs)
            finally:
                stack.pop()
        if not stack or not stack[-1][1]:
            return original(layer, *args, **kwargs)
        path = (stack[-1][0] + "/" if stack[-1][0] else "") + layer.name
        number = calls.get(path, 0)
        calls[path] = number + 1
        # What a model calls inside itself stands below the row of that very call.
        stack.append((path + (f"@{number}" if number else ""), isinstance(layer, framework.Model)))
        try:
            output = original(layer, *args, **kwargs)
        finally:
            stack.pop()
        record(path, number, output)
        return output

    base.__call__ = call
    try:
        yield
    finally:
        base.__call__ = original


def activations(framework, model, inputs):
    """{name: array} of every layer, and the list of the model's outputs."""
    result = {}

    def record(path, number, output):
        for i, value in enumerate(output if isinstance(output, (list, tuple)) else [output]):
            result[path + (f"@{number}" if number else "") + (f":{i}" if i else "")] = np.asarray(value)

    if is_new(framework):
        values = [framework.ops.convert_to_tensor(x) for x in inputs]
    else:
        import tensorflow as tf
        values = [tf.convert_to_tensor(x) for x in inputs]
    with recorded(framework, model, record):
        outputs = model(values if len(values) > 1 else values[0], training=False)
    return result, flat(outputs)


def dtype_name(variable):
    return getattr(variable.dtype, "name", variable.dtype)


def randomise(model, seed=7):
    """Weights as a trained network has them: nothing zero, nothing an identity, variances positive."""
    rng = np.random.default_rng(seed)
    for variable in model.variables:
        shape = tuple(variable.shape)
        path = getattr(variable, "path", variable.name)
        if "float" not in dtype_name(variable):
            continue
        if any(word in path for word in ("variance", "gamma")):
            value = rng.uniform(0.5, 1.5, shape)
        elif len(shape) >= 2:
            value = rng.normal(0, 1 / np.sqrt(max(1, np.prod(shape[:-1]))), shape) if "embeddings" not in path else rng.normal(0, 1, shape)
        else:
            value = rng.normal(0, 0.2, shape)
        variable.assign(value.astype(dtype_name(variable)))


def draw(model, batch, seed=11):
    """One array an input: normal, or integers below ten. Open sizes become 16."""
    rng = np.random.default_rng(seed)
    result = {}
    for tensor in model.inputs:
        shape = (batch, *(16 if n is None else n for n in tensor.shape[1:]))
        feeds_embedding = any(type(layer).__name__ == "Embedding" for layer in model.layers) and len(shape) == 2 and "z" not in tensor.name
        name = tensor.name.split(":")[0]
        if "int" in dtype_name(tensor) or feeds_embedding:
            result[name] = rng.integers(0, 10, shape).astype(dtype_name(tensor))
        else:
            result[name] = rng.standard_normal(shape).astype(np.float32)
    return result
