"""Latents of another law, with other axes; labels from one, one-hot for an index and the reverse."""

import numpy as np

from truths.common import FEW, UNKNOWN, truth

FRONT = ("missing-batch-axis",)


def laws(k, training=None, mark=""):
    rng, d = k.rng("laws"), k.good.shape[1]
    for rows in FEW:
        z = k.good[:rows]
        if k.facts["law"] == "uniform(-1,1)":
            yield truth("latents of another law", k, f"in 0..1, {rows}{mark}", (z + 1) / 2, z, ("latent-law", "scale", "shift"), training=training)
            yield truth("latents of another law", k, f"normal, {rows}{mark}", rng.standard_normal((rows, d)).astype(np.float32), None, ("latent-law", "layer-drift"), training=training)
        else:
            # Its own quantiles would bring it there, x 12 ** 0.5 does not: the corners of a cube are no normal law.
            yield truth("latents of another law", k, f"in 0..1, {rows}{mark}", rng.random((rows, d), dtype=np.float32), None, ("latent-law", "scale", "layer-drift", "shift"), training=training)
            yield truth("latents of another law", k, f"x 255, {rows}{mark}", z * 255, z, ("latent-law", "scale"), training=training, fitted=True)


def axes(k):
    z = k.good[:12]  # never as many rows as columns
    yield truth("axes", k, "one alone", k.good[3], k.good[3:4], FRONT)
    yield truth("axes", k, "columns first", np.ascontiguousarray(z.T), z, ("axis-order",))
    yield truth("axes", k, "another axis in front", z[None], z, ("extra-axis",))
    yield truth("axes", k, "as one row", z.ravel(), z, ("missing-axis", "missing-batch-axis", "feature-count"))
    for size in (k.good.shape[1] - 1, k.good.shape[1] + 28):
        yield truth("latent size", k, f"{size}", k.rng("size").standard_normal((8, size)).astype(np.float32), UNKNOWN, ("feature-count",))


def labels(k):
    label = k.held["label"]
    for rows in FEW:
        z = k.good[:rows]
        if label.shape[1] == 1:
            chosen = np.resize(np.array([9, 0, 4, 2, 7], np.int32), (rows, 1))

            def case(name, wrong, codes, right=chosen):
                made = truth("labels", k, f"{name}, {rows}", z, z, codes, others={"label": wrong})
                made.right.input, made.right.array = "label", right
                return made

            yield case("from one", chosen + 1, ("index-range",))
            yield case("one-hot", np.eye(10, dtype=np.float32)[chosen[:, 0]], ("feature-count",))
            yield case("one beyond", np.where(np.arange(rows)[:, None] == 0, 12, chosen).astype(np.int32), ("index-range",), None)
        else:
            right = label[:rows]
            made = truth("labels", k, f"an index, {rows}", z, z, ("feature-count",), others={"label": right.argmax(1)[:, None].astype(np.int32)})
            made.right.input, made.right.array = "label", right
            yield made


def cases(known):
    for name in ("normal", "uniform", "decoder8", "decoder2"):
        yield from axes(known[name])
    for name in ("normal", "uniform"):
        yield from laws(known[name])
        yield from laws(known[name], [f"z={known[name].facts['law']}"], ", law")
    for name in ("index", "onehot"):
        yield from labels(known[name])
