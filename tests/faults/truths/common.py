"""A fault whose right input is known: what the tool's verified fixes make of the wrong one has to be it."""

import numpy as np

from case import Case
from repair import Right

FEW = (1, 2, 8, 40)
UNKNOWN = object()


def truth(kind, known, name, wrong, right, codes, steps=(), fitted=False, training=None, **more):
    """`right` is the array that was spoiled, None where no fix can give it, UNKNOWN where several inputs could be meant; `steps` are states on the way that are no lie where two faults stand
    together. `fitted`: the map is not written anywhere, it can only be estimated from the rows."""
    spread = None
    if fitted:
        train = known.train[known.input].astype(np.float64)
        spread = train.reshape(-1, train.shape[-1]).std(0) if train.ndim != 2 or train.shape[-1] < 40 else np.array(train.std())
    rows = len(right) if isinstance(right, np.ndarray) else None
    inputs = known.inputs(wrong, rows, **more.pop("others", {}))
    return Case(kind, f"{known.name} {name}", known.model, known.training if training is None else training, inputs, codes,
                right=None if right is UNKNOWN else Right(known.input, right, tuple(steps), spread), **more)
