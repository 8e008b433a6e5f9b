"""Pictures in another scaling, inverted, with other axes, with colours in another order: few of them and many."""

import numpy as np

from known.pictures import by_light, imagenet, signed, unit
from truths.common import FEW, UNKNOWN, truth

SCALE, AXES, FRONT = ("scale", "double-scale"), ("axis-order",), ("missing-batch-axis", "missing-axis")
SHAPE = ("missing-batch-axis", "missing-axis", "extra-axis", "feature-count", "spatial-size", "axis-order")


def scalings(k):
    """Every scaling but the model's own, of the same bytes."""
    raw, own = k.raw, k.facts["scaling"]
    forms = {
        "bytes": lambda x: x,
        "bytes as float32": lambda x: x.astype(np.float32),
        "bytes as int64": lambda x: x.astype(np.int64),
        "in 0..1": unit,
        "in -1..1": signed,
        "scaled twice": lambda x: own(x) / np.float32(255),
        "x/127.5 without - 1": lambda x: (x / 127.5).astype(np.float32),
        "by imagenet": imagenet,
    }
    own_name = {"unit": "in 0..1", "signed": "in -1..1", "imagenet": "by imagenet"}.get(own.__name__)
    for name, form in forms.items():
        if name == own_name or (own_name is None and (name.startswith("bytes") or name == "scaled twice")):
            continue
        if name == "by imagenet" and k.good.shape[-1] != 3:
            continue
        yield name, form


def ranges(k):
    for name, form in scalings(k):
        for rows in FEW:
            yield truth("scale of pictures", k, f"{name}, {rows}", form(k.raw[:rows]), k.good[:rows], SCALE)
    night = by_light(k)[:6]
    scaling = k.facts["scaling"].__name__
    if scaling != "same":
        yield truth("scale of pictures", k, "night in bytes", k.raw[night], k.good[night], SCALE)
        yield truth("scale of pictures", k, "one by night in bytes", k.raw[night[:1]], k.good[night[:1]], SCALE)
    if scaling == "unit":
        yield truth("scale of pictures", k, "percent", k.good[:8] * 100, k.good[:8], SCALE)
        yield truth("scale of pictures", k, "16 bits", k.raw[:8].astype(np.uint16) * 257, k.good[:8], SCALE)


def inverted(k):
    for rows in FEW:
        yield truth("inverted pictures", k, f"bytes, {rows}", 255 - k.raw[:rows], k.good[:rows], ("scale",))
        if k.facts["scaling"] is unit:
            yield truth("inverted pictures", k, f"in 0..1, {rows}", 1 - k.good[:rows], k.good[:rows], ("scale",))


def axes(k):
    x = k.good[:8]
    channels = x.shape[-1]
    yield truth("axes", k, "one alone", k.good[2], k.good[2:3], FRONT)
    yield truth("axes", k, "channels first", np.ascontiguousarray(x.transpose(0, 3, 1, 2)), x, AXES + (("missing-axis",) if channels == 1 else ()))
    yield truth("axes", k, "rows last", np.ascontiguousarray(x.transpose(1, 2, 3, 0)), x, AXES)
    yield truth("axes", k, "another axis in front", x[None], x, ("extra-axis",))
    yield truth("axes", k, "flattened", x.reshape(8, -1), x, ("missing-axis",))
    if k.facts["scaling"].__name__ != "same":
        raw = k.raw[:8]
        yield truth("axes and scale", k, "one alone in bytes", raw[1], k.good[1:2], FRONT, steps=(raw[1:2],))
        yield truth("axes and scale", k, "channels first in bytes", np.ascontiguousarray(raw.transpose(0, 3, 1, 2)), x, AXES + (("missing-axis", "scale") if channels == 1 else ()),
                    steps=(raw,))
        yield truth("axes and scale", k, "flattened in bytes", raw.reshape(8, -1), x, ("missing-axis",), steps=(raw,))


def colours(k):
    for rows in FEW:
        x = k.good[:rows]
        yield truth("BGR", k, f"{rows}", np.ascontiguousarray(x[..., ::-1]), x, ("channel-order",))
    scaling = k.facts["scaling"].__name__
    if scaling != "same":
        turned = np.ascontiguousarray(k.raw[:40, ..., ::-1])
        yield truth("BGR", k, "in bytes", turned, k.good[:40], ("scale", "channel-order"), steps=(k.raw[:40], k.good[:40, ..., ::-1], k.facts["scaling"](turned)))
        alpha = np.concatenate([k.raw[:8], np.full((8, 16, 16, 1), 255, np.uint8)], -1)
        yield truth("colour and grey", k, "with alpha, in bytes", alpha, k.good[:8], ("feature-count",), steps=(k.raw[:8],))
    else:
        alpha = np.concatenate([k.good[:8], np.full((8, 16, 16, 1), 255, np.uint8)], -1)
        yield truth("colour and grey", k, "with alpha", alpha, k.good[:8], ("feature-count",))


def coloured(k):
    """A grey picture saved with three equal channels."""
    spread = lambda x: np.repeat(x if x.shape[-1] == 1 and x.ndim == 4 else x[..., None], 3, -1)
    scaled = k.facts["scaling"].__name__ != "same"
    for rows in FEW:
        x = k.good[:rows]
        yield truth("colour and grey", k, f"three equal channels, {rows}", spread(x), x, SHAPE)
        if scaled:
            raw = k.raw[:rows]
            yield truth("colour and grey", k, f"three equal channels in bytes, {rows}", spread(raw), x, SHAPE, steps=(raw, spread(x)))
    yield truth("colour and grey", k, "three equal channels, one alone", spread(k.good[:1])[0], k.good[:1], SHAPE, steps=(spread(k.good[:1]), k.good[0]))


def flat(k):
    for rows in FEW:
        x = k.good[:rows]
        yield truth("axes", k, f"not flattened, {rows}", x.reshape(rows, 20, 20), x, SHAPE)
        yield truth("axes", k, f"not flattened, with a channel, {rows}", x.reshape(rows, 20, 20, 1), x, SHAPE)
    yield truth("axes", k, "one alone", k.good[0], k.good[:1], FRONT)
    yield truth("axes", k, "columns first", np.ascontiguousarray(k.good[:8].T), k.good[:8], AXES)
    yield truth("axes and scale", k, "one alone in bytes", k.raw[0], k.good[:1], FRONT, steps=(k.raw[:1],))
    yield truth("axes and scale", k, "not flattened, in bytes", k.raw[:8].reshape(8, 20, 20), k.good[:8], SHAPE, steps=(k.raw[:8],))


def strokes(k):
    x = k.good
    yield truth("axes", k, "one alone", x[0], x[:1], FRONT)
    yield truth("axes", k, "flattened", x[:8].reshape(8, -1), x[:8], ("missing-axis",))
    yield truth("axes", k, "rows last", np.ascontiguousarray(x[:8].transpose(1, 2, 0)), x[:8], AXES)
    yield truth("axes and scale", k, "one alone in bytes", k.raw[0], x[:1], FRONT, steps=(k.raw[:1],))


def first(k):
    x = k.good[:8]
    yield truth("axes", k, "one alone", k.good[2], k.good[2:3], FRONT)
    yield truth("axes", k, "channels last", np.ascontiguousarray(x.transpose(0, 2, 3, 1)), x, AXES)
    yield truth("axes and scale", k, "channels last in bytes", np.ascontiguousarray(k.raw[:8].transpose(0, 2, 3, 1)), x, AXES, steps=(k.raw[:8],))
    yield truth("axes", k, "another axis in front", x[None], x, ("extra-axis",))
    for rows in FEW:
        yield truth("BGR", k, f"{rows}", np.ascontiguousarray(k.good[:rows, ::-1]), k.good[:rows], ("channel-order",))
    alpha = np.concatenate([x, np.ones_like(x[:, :1])], 1)
    yield truth("colour and grey", k, "with alpha", alpha, x, ("feature-count",), where={"axis": 1})
    yield truth("sizes", k, "twice as large", np.repeat(np.repeat(x, 2, 2), 2, 3), UNKNOWN, ("spatial-size",))


def video(k):
    x = k.good[:8]
    yield truth("axes", k, "one clip alone", k.good[2], k.good[2:3], FRONT)
    yield truth("axes", k, "channels first", np.ascontiguousarray(x.transpose(0, 1, 4, 2, 3)), x, AXES)
    yield truth("axes", k, "another axis in front", x[None], x, ("extra-axis",))
    yield truth("axes", k, "frames first", np.ascontiguousarray(x.transpose(1, 0, 2, 3, 4)), x, AXES + ("spatial-size",))
    yield truth("one frame", k, "alone", k.good[0, 0], None, SHAPE)
    yield truth("one frame", k, "with a batch", k.good[:1, 0], None, SHAPE)
    yield truth("one frame", k, "bytes alone", k.raw[0, 0], None, SHAPE)
    yield truth("one frame", k, "bytes with a batch", k.raw[:1, 0], None, SHAPE)
    yield truth("one frame", k, "eight pictures", k.good[:8, 0], None, SHAPE)
    yield truth("axes and scale", k, "one clip alone in bytes", k.raw[1], k.good[1:2], FRONT, steps=(k.raw[1:2],))
    for rows in FEW:
        yield truth("BGR", k, f"{rows}", np.ascontiguousarray(k.good[:rows, ..., ::-1]), k.good[:rows], ("channel-order",))


def cases(known):
    pictures = [known[n] for n in ("unit", "signed", "imagenet", "bytes", "bytes2", "grey", "greysigned")]
    for k in (*pictures, *(known[n] for n in ("digits", "flat", "first", "video"))):
        yield from ranges(k)
    for k in pictures:
        yield from axes(k)
        yield from colours(k) if k.good.shape[-1] == 3 else coloured(k)
    yield from flat(known["flat"])
    yield from strokes(known["digits"])
    for name in ("digits", "flat"):
        yield from inverted(known[name])
    yield from coloured(known["digits"])
    yield from first(known["first"])
    yield from video(known["video"])
