"""Clean uses: what people rightly do with a model that looks unlike a random draw of training's rows."""

from uses import demos, latents, pictures, sequences, tables


def cases(known):
    for module in (latents, pictures, tables, sequences):
        yield from module.cases(known)
    yield from demos.cases()
