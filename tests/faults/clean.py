"""Right predictions of every batch size: nothing above a note may stand on them."""

import numpy as np

from case import DEMO, Case


def cases(subjects):
    rng = np.random.default_rng(12)
    for s in subjects.values():
        for batch in (*range(1, 9), 10, 12, 16, 23, 32, 60):
            for draw in range(3):
                if s.name == "conditional":
                    value = rng.standard_normal((batch, 50)).astype(np.float32)
                    others = {"label": rng.integers(0, 10, (batch, 1)).astype(np.int32)}
                elif s.name == "dcgan":
                    value, others = rng.standard_normal((batch, 100)).astype(np.float32), {}
                elif s.name == "first":
                    value, others = rng.random((batch, 10), dtype=np.float32), {}
                else:
                    pool = s.good if batch <= len(s.good) // 2 else s.train
                    value, others = pool[rng.permutation(len(pool))[:batch]], {}
                yield Case("clean: against data", f"{s.name} {len(value)} {draw}", s.model, s.training, s.inputs(value, **others), ())
                if draw == 0:
                    yield Case("clean: no reference", f"{s.name} {len(value)}", s.model, [], s.inputs(value, **others), ())
        one = s.inputs(np.repeat(s.good[:1], 9, 0), **{k: np.repeat(v[:1], 9, 0) for k, v in s.others.items()})
        yield Case("clean: a row repeated", s.name, s.model, s.training, one, ())
    for name, law, shape, draw in (("first", "uniform(0,1)", (10,), rng.random), ("dcgan", "normal(0,1)", (100,), rng.standard_normal)):
        for batch in (1, 2, 3, 5, 8, 16, 64):
            s = subjects[name]
            value = draw((batch, *shape)).astype(np.float32)
            yield Case("clean: against a law", f"{name} {batch}", s.model, [f"{s.input}={law}"], {s.input: value}, ())
    for batch in (1, 3, 16):
        s = subjects["conditional"]
        inputs = {"latent": rng.standard_normal((batch, 50)).astype(np.float32), "label": rng.integers(0, 10, (batch, 1)).astype(np.int32)}
        yield Case("clean: against a law", f"conditional {batch}", s.model, ["latent=normal(0,1)", "label=integers(0,10)"], inputs, ())
    s = subjects["market"]
    yield Case("clean: against data", "market csv", s.model, s.training, {"hour_now": DEMO / "market/good.csv"}, ())
    s = subjects["restorer"]
    for name, value in (
        ("Fortran order", np.asfortranarray(s.good)),
        ("big-endian", s.good.astype(">f4")),
    ):
        yield Case("clean: other forms", f"restorer {name}", s.model, s.training, {"image": value}, ())
    s = subjects["dcgan"]
    yield Case("clean: other forms", "dcgan strided", s.model, s.training, {"z": np.asfortranarray(s.good)}, ())
