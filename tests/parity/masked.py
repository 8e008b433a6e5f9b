"""Masks in recurrent layers, whole: every cell alone, wrapped and with states, in every option that says what a masked step shows, and what comes after.

Each row of the batch has its padding elsewhere. The models are those of odd.py: functions of the framework. `INPUTS` are their inputs, which draw() would
never make: a step is masked where the token is 0 and where all features are 0.5.
"""

import itertools

import numpy as np

from odd import ODD, is_new

ROWS = {"whole": "111111", "left": "001111", "right": "111100", "middle": "110011", "ends": "011110", "gaps": "101010", "padding": "000000",
        "first": "011111", "last": "111110", "one": "000100"}
INPUTS = {}

CELLS = {"lstm": lambda l, **a: l.LSTM(2, **a), "gru": lambda l, **a: l.GRU(2, **a), "gru_before": lambda l, **a: l.GRU(2, reset_after=False, **a),
         "simple": lambda l, **a: l.SimpleRNN(2, **a)}


def padded():
    rng = np.random.default_rng(3)
    counts = np.array([[step == "1" for step in row] for row in ROWS.values()])
    series = rng.normal(0, 1.5, (*counts.shape, 3)).astype(np.float32)
    series[~counts] = 0.5
    return {"tokens": np.where(counts, rng.integers(1, 5, counts.shape), 0).astype(np.int32), "series": series}


def options(k, **choices):
    """Every combination of what each keyword may be, but for the one that tf-keras cannot run."""
    for values in itertools.product(*choices.values()):
        settings = dict(zip(choices, values))
        if is_new(k) or settings["return_sequences"] or not (settings["unroll"] and settings["zero_output_for_mask"]):
            yield settings


def named(settings):
    return "_".join(f"{key}_{value}".lower() for key, value in settings.items()).replace("zero_output_for_mask", "zeros")


def after(l, steps, name):
    """What reads the mask that is handed on."""
    timed = l.TimeDistributed(l.Dense(2), name=name + "_timed")(steps)
    return [l.GRU(2, name=name + "_next")(steps), l.SimpleRNN(2, name=name + "_after_timed")(timed), l.GlobalAveragePooling1D(name=name + "_mean")(steps)]


def alone(k, make, words, series):
    l, outputs = k.layers, []
    for settings in options(k, return_sequences=(False, True), go_backwards=(False, True), zero_output_for_mask=(False, True), unroll=(False, True)):
        name = named(settings)
        outputs.append(make(l, name=name, **settings)(words if settings["unroll"] else series))
        if settings["return_sequences"] and not settings["unroll"]:
            outputs += after(l, outputs[-1], name)
    return outputs


def both_ways(k, make, words, series):
    l, outputs = k.layers, []
    for mode, settings in itertools.product(("concat", "sum", "mul", "ave", None),
                                            options(k, return_sequences=(False, True), zero_output_for_mask=(False, True), unroll=(False, True))):
        if settings["unroll"] and mode not in ("concat", None):
            continue
        name = f"{mode}_{named(settings)}".lower()
        found = l.Bidirectional(make(l, **settings), merge_mode=mode, name=name)(words if mode in ("sum", None) else series)
        outputs += found if isinstance(found, (list, tuple)) else [found]
        if settings["return_sequences"] and not settings["unroll"]:
            outputs += after(l, outputs[-1], name)
    for first, second in itertools.product((False, True), repeat=2):  # a backward layer of its own
        forward = make(l, return_sequences=True, zero_output_for_mask=first, name=f"forward_{first}_{second}".lower())
        backward = make(l, return_sequences=True, zero_output_for_mask=second, go_backwards=True, name=f"backward_{first}_{second}".lower())
        outputs.append(l.Bidirectional(forward, backward_layer=backward, name=f"apart_{first}_{second}".lower())(words))
    return outputs


def with_states(k, make, words, series):
    l, outputs = k.layers, []
    for settings in options(k, return_sequences=(False, True), go_backwards=(False, True), zero_output_for_mask=(False, True), unroll=(False, True)):
        name = named(settings)
        first, *states = make(l, return_state=True, name=name, **settings)(words)
        outputs += [first, *states, make(l, name=name + "_started", **settings)(series, initial_state=states)]
    for sequences in (False, True):
        name = f"both_{sequences}".lower()
        first, *states = l.Bidirectional(make(l, return_state=True, return_sequences=sequences), name=name)(words)
        outputs += [first, *states, l.Bidirectional(make(l, return_sequences=sequences), name=name + "_started")(series, initial_state=states)]
    return outputs


def add(cell, wrap):
    def build(k):
        l = k.layers
        tokens, series = k.Input((6,), dtype="int32", name="tokens"), k.Input((6, 3), name="series")
        words = l.Embedding(5, 3, mask_zero=True, name="words")(tokens)
        return k.Model([tokens, series], wrap(k, CELLS[cell], words, l.Masking(0.5, name="masked_series")(series)))

    name = f"masked_{wrap.__name__}_{cell}"
    ODD[name], INPUTS[name] = build, padded


for cell, wrap in itertools.product(CELLS, (alone, both_ways, with_states)):
    add(cell, wrap)
