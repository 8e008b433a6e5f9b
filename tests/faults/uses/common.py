"""A use of a model as its maker meant it: nothing above a note may stand on it."""

from case import Case


def use(kind, known, name, value, training=None, **others):
    inputs = known.inputs(value, **others)
    return Case(f"clean: {kind}", f"{known.name} {name}", known.model, known.training if training is None else training, inputs, ())


def rows_of(kind, known, counts=(1, 2, 8, 32, 200)):
    """Few rows, many rows, rows that training had, its own file."""
    for count in counts:
        if count <= len(known.good):
            yield use(kind, known, f"{count} rows", known.good[:count])
    start = {name: array[:16] for name, array in known.train.items()}
    end = {name: array[-16:] for name, array in known.train.items()}
    for name, part in (("first rows of training", start), ("last rows of training", end)):
        yield use(kind, known, name, part[known.input], **{n: a for n, a in part.items() if n != known.input})
    some = known.rng("rows of training").permutation(len(known.train[known.input]))[:50]
    drawn = {name: array[some] for name, array in known.train.items()}
    yield use(kind, known, "rows drawn from training", drawn[known.input], **{n: a for n, a in drawn.items() if n != known.input})
    whole = {source.split("=")[0]: source.split("=")[1] for source in known.training}
    yield use(kind, known, "training's own file", known.good, **whole)
