"""Models whose outputs are not the first tensors and first calls of their layers, for Keras 3 and tf-keras: which array bears which name.

`problems` compares what `plumbline trace` writes: each output is, bit for bit, the activation of its name, and in order what the framework gives.
"""

import numpy as np

from odd import is_new, odd


def flat(outputs):
    """Outputs as the framework lists them: those of a dictionary by key."""
    if isinstance(outputs, dict):
        return [x for key in sorted(outputs) for x in flat(outputs[key])]
    if isinstance(outputs, (list, tuple)):
        return [x for item in outputs for x in flat(item)]
    return [np.asarray(outputs)]


def problems(names, outputs, layers, wanted, error, allowed):
    """`names` of the model's outputs in order, `outputs` and `layers` by name, `wanted` the framework's arrays in order."""
    wrong = []
    if len(names) != len(wanted):
        return [f"{len(names)} outputs, the framework has {len(wanted)}"]
    if set(names) != set(outputs):
        wrong.append(f"outputs are named {names}, and {sorted(outputs)} written")
    for name, values in zip(names, wanted):
        found = outputs.get(name)
        if found is None:
            continue
        if name not in layers:
            wrong.append(f"output {name} is no layer's tensor")
        elif found.dtype != layers[name].dtype or found.shape != layers[name].shape or found.tobytes() != layers[name].tobytes():
            wrong.append(f"output {name} is not the activation {name}")
        e = error(found, values)
        if isinstance(e, str) or e > allowed(name):
            wrong.append(f"output {name} is not the framework's: {e}")
    return wrong


@odd
def states_swapped(k):
    """The states of recurrent layers, the last first, without their sequences."""
    l = k.layers
    steps = k.Input((5, 4), name="steps")
    _, h, c = l.LSTM(3, return_state=True)(steps)
    y, s = l.GRU(4, return_state=True, return_sequences=True)(steps)
    both = l.Bidirectional(l.LSTM(2, return_state=True))(steps)
    return k.Model(steps, [c, h, s, both[4], both[1], y])


@odd
def later_calls(k):
    """Calls of one layer and of one model, the later ones first, some of them read again."""
    l = k.layers
    i = k.Input((6,), name="block_in")
    block = k.Model(i, [l.Dense(6, activation="tanh")(i), l.Dense(3)(i)], name="block")
    x = k.Input((6,), name="x")
    head = l.Dense(6, activation="relu", name="head")
    first = head(x)
    second, third = head(first), head(l.Dense(6)(first))
    p, q = block(x)
    r, s = block(p)
    return k.Model(x, [third, second, first, s, p, q, l.Add()([r, second])])


@odd
def inputs_and_repeats(k):
    """An input that is an output, and one tensor listed twice."""
    l = k.layers
    a, b = k.Input((4,), name="a"), k.Input((4,), name="b")
    y = l.Dense(4)(a)
    return k.Model([a, b], [b, y, l.Add()([y, b]), y])


@odd
def states_within(k):
    """Layers of several outputs inside a model, of which the model gives some, in another order."""
    l = k.layers
    i = k.Input((5, 4), name="inner_in")
    y, h, c = l.LSTM(3, return_state=True, return_sequences=True)(i)
    inner = k.Model(i, [c, y], name="inner")
    steps = k.Input((5, 4), name="steps")
    first = inner(steps)
    second = inner(l.Dense(4)(first[1]))
    return k.Model(steps, [second[0], first[1], first[0], l.GlobalAveragePooling1D()(second[1])])


@odd
def dictionary(k):
    """Outputs by key, whose order is not the layers'."""
    l = k.layers
    x = k.Input((6,), name="x")
    trunk = l.Dense(8, activation="relu")(x)
    return k.Model(x, {"b_mean": l.Dense(2)(trunk), "a_spread": l.Dense(3)(trunk), "c_trunk": trunk})


@odd
def raw_pieces(k):
    """An operation of several outputs."""
    x = k.Input((6,), name="x")
    if is_new(k):
        left, middle, right = k.ops.split(x * 2.0, 3, axis=-1)
    else:
        import tensorflow as tf
        left, middle, right = tf.split(x * 2.0, 3, axis=-1)
    return k.Model(x, [right, left, k.layers.Dense(2)(middle)])


@odd
def model_as_last(k):
    """A Sequential that ends in a model."""
    l = k.layers
    i = k.Input((5,), name="inner_in")
    tail = k.Model(i, l.Dense(2)(l.Dense(3)(i)), name="tail")
    return k.Sequential([k.Input((4,), name="x"), l.Dense(5, activation="relu"), tail])
