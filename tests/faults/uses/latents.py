"""What people feed to a generator: walks, grids, means, truncated, repeated and few latents, classes of their choice."""

import numpy as np

from uses.common import rows_of, use


def line(a, b, steps):
    t = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return ((1 - t) * a + t * b).astype(np.float32)


def sphere(a, b, steps):
    """Spherical interpolation: the length stays."""
    angle = np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))
    t = np.linspace(0, 1, steps)[:, None]
    return ((np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)).astype(np.float32)


def plane(base, steps, reach, axes=(0, 1)):
    """A grid in two directions, the others as `base` has them."""
    out = np.repeat(base[None], steps * steps, 0)
    grid = np.linspace(-reach, reach, steps, dtype=np.float32)
    out[:, axes[0]], out[:, axes[1]] = np.repeat(grid, steps), np.tile(grid, steps)
    return out


def truncated(rng, rows, dimensions, limit):
    """Drawn again until it lies within the limit."""
    out = rng.normal(0, 1, (rows, dimensions))
    while (out_of := np.abs(out) > limit).any():
        out[out_of] = rng.normal(0, 1, out_of.sum())
    return out.astype(np.float32)


def walks(k, training=None, mark=""):
    z = k.good
    d = z.shape[1]
    for steps in (5, 10, 64):
        yield use("walks", k, f"line of {steps}{mark}", line(z[0], z[1], steps), training)
        if d > 2 and k.facts["law"] != "uniform(-1,1)":  # a sphere leaves the cube
            yield use("walks", k, f"sphere of {steps}{mark}", sphere(z[2], z[3], steps), training)
    yield use("walks", k, f"through four{mark}", np.concatenate([line(z[i], z[i + 1], 8) for i in range(4, 7)]), training)
    yield use("walks", k, f"line from the middle{mark}", line(np.zeros(d, np.float32), z[8], 12), training)
    one = np.repeat(z[9][None], 11, 0)
    one[:, 0] = np.linspace(z[:, 0].min(), z[:, 0].max(), 11)
    yield use("walks", k, f"one direction{mark}", one, training)
    near = z[10] + 0.1 * k.rng("near").standard_normal((16, d)).astype(np.float32)
    yield use("walks", k, f"around one{mark}", np.clip(near, z.min(), z.max()), training)


def grids(k, training=None, mark=""):
    z = k.good
    reach = 0.9 if k.facts["law"] == "uniform(-1,1)" else 1.6
    for steps in (4, 10, 15):
        yield use("grids", k, f"{steps} x {steps}, others 0{mark}", plane(np.zeros(z.shape[1], np.float32), steps, reach), training)
    if z.shape[1] > 2:
        yield use("grids", k, f"8 x 8 around a latent{mark}", plane(z[11], 8, reach, (2, 3)), training)
    corner = z[12:16]
    square = np.concatenate([line(a, b, 6) for a, b in zip(line(corner[0], corner[1], 6), line(corner[2], corner[3], 6))])
    yield use("grids", k, f"between four{mark}", square, training)


def narrow(k, training=None, mark=""):
    z, rng = k.good, k.rng("narrow")
    d = z.shape[1]
    for rows in (1, 16, 64):
        yield use("means", k, f"zeros {rows}{mark}", np.zeros((rows, d), np.float32), training)
    if k.facts["law"] == "normal(0,1)":
        for rows in (1, 16, 100):
            yield use("truncated", k, f"within 0.5, {rows}{mark}", truncated(rng, rows, d, 0.5), training)
            yield use("truncated", k, f"within 1, {rows}{mark}", truncated(rng, rows, d, 1.0), training)
            for psi in (0.5, 0.7):
                yield use("truncated", k, f"x {psi}, {rows}{mark}", (psi * rng.standard_normal((rows, d))).astype(np.float32), training)
    for rows in (2, 16, 64):
        yield use("repeated", k, f"one latent {rows} times{mark}", np.repeat(z[17:18], rows, 0), training)
    yield use("repeated", k, f"four latents, each 8 times{mark}", np.repeat(z[18:22], 8, 0), training)


def means(k):
    """The mean of the encoder instead of a sample of it."""
    mean, group = k.facts["mean"], k.facts["group"]
    for rows in (1, 10, 50, 400):
        yield use("means", k, f"z_mean {rows}", mean[:rows])
    for g in range(3):
        yield use("means", k, f"z_mean of group {g}", mean[group == g])
        yield use("one class only", k, f"samples of group {g}", k.good[group == g][:64])
    yield use("means", k, "line between two means", line(mean[0], mean[1], 20))


def classes(k):
    z = k.good
    hot = k.held["label"].shape[1] > 1
    form = (lambda i: np.eye(10, dtype=np.float32)[np.asarray(i)]) if hot else (lambda i: np.asarray(i, np.int32)[:, None])
    for label in (0, 3, 9):
        for rows in (1, 8, 64):
            yield use("one class only", k, f"{label}, {rows}", z[:rows], label=form([label] * rows))
    yield use("one class only", k, "two classes", z[:40], label=form([2, 7] * 20))
    yield use("one class only", k, "0 and 1", z[:40], label=form([0, 1] * 20))
    yield use("one class only", k, "one latent, a class", np.repeat(z[:1], 12, 0), label=form([5] * 12))
    yield use("one class only", k, "line, a class", line(z[0], z[1], 12), label=form([5] * 12))
    yield use("one class only", k, "one latent, every class", np.repeat(z[:1], 10, 0), label=form(range(10)))
    yield use("one class only", k, "every class 8 times", z[:80], label=form(np.repeat(range(10), 8)))
    yield use("one class only", k, "mostly 9", z[:100], label=form([9] * 95 + [1, 2, 3, 4, 5]))
    wide = form(np.repeat(range(10), 3))
    yield use("one class only", k, "wider type", z[:30], label=wide.astype(np.float64 if hot else np.int64))


def cases(known):
    for name in ("normal", "uniform", "decoder2", "decoder8", "index", "onehot"):
        k = known[name]
        yield from rows_of("rows", k)
        if "label" in k.train:
            yield from classes(k)
            continue
        yield from walks(k)
        yield from grids(k)
        yield from narrow(k)
        if "mean" in k.facts:
            yield from means(k)
    for name in ("normal", "uniform"):
        k = known[name]
        law = [f"z={k.facts['law']}"]
        for make in (walks, grids, narrow):
            yield from make(k, law, ", law")
    k = known["index"]
    yield use("one class only", k, "3, laws", k.good[:16], ["z=normal(0,1)", "label=integers(0,10)"], label=np.full((16, 1), 3, np.int32))
