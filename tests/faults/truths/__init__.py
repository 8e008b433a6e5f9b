"""Faults whose right input is known, so that a fix can be held against it."""

from truths import latents, pictures, sequences, tables


def cases(known):
    for module in (latents, pictures, tables, sequences):
        yield from module.cases(known)
