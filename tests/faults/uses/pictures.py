"""Pictures people have: by night, over-exposed, one alone, one again and again, of few colours, of one sort."""

import numpy as np

from known.pictures import by_light
from uses.common import rows_of, use


def sorts(k):
    """Bytes by what they show; each stays within what training's pictures hold."""
    raw = k.raw.astype(np.float64)
    order = by_light(k)
    low, high = raw.min(), raw.max()
    yield "night pictures", "the darkest", raw[order[:12]]
    yield "night pictures", "the darkest alone", raw[order[:1]]
    yield "night pictures", "the darkest two", raw[order[:2]]
    yield "night pictures", "dimmed to a fifth", np.maximum(raw[:24] * 0.2, low)
    yield "night pictures", "one dimmed to a fifth", np.maximum(raw[:1] * 0.2, low)
    yield "bright pictures", "the brightest", raw[order[-12:]]
    yield "bright pictures", "the brightest alone", raw[order[-1:]]
    yield "bright pictures", "over-exposed", np.minimum(raw[:24] * 1.6, high)
    yield "one picture again", "16 times", np.repeat(raw[3:4], 16, 0)
    yield "one picture again", "with noise", np.clip(np.repeat(raw[4:5], 16, 0) + k.rng("noise").normal(0, 3, (16, *raw.shape[1:])), low, high)
    yield "few colours", "two levels", np.where(raw[:16] > np.median(raw), high, low)
    yield "few colours", "four levels", np.floor(raw[:16] / 64) * 64 * (high / 255) + low
    yield "few colours", "poor contrast", np.median(raw) + (raw[:16] - np.median(raw)) * 0.3
    yield "one class only", "like one another", raw[order[50:62]]
    flipped = raw[:16, ..., ::-1, :] if raw.ndim > 3 and raw.shape[-1] in (1, 3) else raw[:16]
    yield "rows", "mirrored", flipped


def cases(known):
    for name in ("unit", "signed", "imagenet", "bytes", "bytes2", "grey", "greysigned", "digits", "flat", "first", "video"):
        k = known[name]
        yield from rows_of("rows", k, (1, 2, 8, 32))
        for kind, what, raw in sorts(k):
            if name in ("digits", "flat") and kind not in ("one picture again", "rows") and what not in ("the darkest", "two levels"):
                continue  # strokes on black have no light of their own
            yield use(kind, k, what, k.facts["scaling"](np.round(raw).astype(np.uint8)))
    still = known["video"]
    yield use("one picture again", still, "a still", np.repeat(still.good[:8, :1], 5, 1))
    for name in ("unit", "bytes"):
        k = known[name]
        for rows in (1, 16):
            yield use("no reference", k, f"{rows}", k.good[:rows], [])
