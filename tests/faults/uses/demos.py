"""The same uses of the demo models."""

import numpy as np

from case import Case
from subjects import subjects
from uses.latents import line, sphere, truncated


def cases():
    s = subjects()
    rng = np.random.default_rng(71)

    def use(kind, name, what, value, **others):
        k = s[name]
        return Case(f"clean: {kind}", f"demo {name} {what}", k.model, k.training, k.inputs(value, **others), ())

    for name in ("dcgan", "first"):
        z = s[name].good
        yield use("walks", name, "line", line(z[0], z[1], 10))
        yield use("walks", name, "around one", np.clip(z[2] + 0.05 * rng.standard_normal((12, z.shape[1])), z.min(), z.max()).astype(np.float32))
        yield use("repeated", name, "one latent", np.repeat(z[3:4], 16, 0))
        yield use("means", name, "the mean", np.repeat(z.mean(0, keepdims=True), 4, 0))
    yield use("walks", "dcgan", "sphere", sphere(s["dcgan"].good[0], s["dcgan"].good[1], 16))
    yield use("means", "dcgan", "zeros", np.zeros((1, 100), np.float32))
    for rows in (1, 25):
        yield use("truncated", "dcgan", f"within 0.5, {rows}", truncated(rng, rows, 100, 0.5))
        yield use("truncated", "dcgan", f"x 0.7, {rows}", (0.7 * rng.standard_normal((rows, 100))).astype(np.float32))
    z = rng.standard_normal((40, 50)).astype(np.float32)
    for label in (0, 3, 9):
        yield use("one class only", "conditional", str(label), z[:16], label=np.full((16, 1), label, np.int32))
    yield use("one class only", "conditional", "one latent, every class", np.repeat(z[:1], 10, 0), label=np.arange(10, dtype=np.int32)[:, None])
    yield use("truncated", "conditional", "within 0.5", truncated(rng, 20, 50, 0.5), label=rng.integers(0, 10, (20, 1)).astype(np.int32))
    market = s["market"].train
    for column in range(0, 10, 3):
        order = np.argsort(market[:, column], kind="stable")
        yield use("sorted rows", "market", f"by column {column}", market[order[::3]])
        yield use("one group", "market", f"low in column {column}", market[order[: len(order) // 10]])
        yield use("one group", "market", f"high in column {column}", market[order[-len(order) // 10 :]])
    yield use("one day", "market", "24 rows in order", market[100:124])
    yield use("one day", "series", "windows in order", s["series"].train[50:80])
    order = np.argsort(s["series"].train.std(1).mean(1))
    yield use("calm series", "series", "the calmest", s["series"].train[order[:16]])
    pictures = s["restorer"].train
    light = np.argsort(pictures.reshape(len(pictures), -1).mean(1))
    yield use("night pictures", "restorer", "the darkest", pictures[light[:12]])
    yield use("night pictures", "restorer", "the darkest alone", pictures[light[:1]])
    yield use("bright pictures", "restorer", "the brightest", pictures[light[-12:]])
    yield use("one picture again", "restorer", "16 times", np.repeat(pictures[7:8], 16, 0))
    yield use("few colours", "restorer", "two levels", np.where(pictures[:12] > 0, 1, -1).astype(np.float32))
