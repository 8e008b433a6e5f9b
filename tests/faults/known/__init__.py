"""Small models, trained here once (build/faults/models/known), of whose data everything is known."""

from known import latents, pictures, sequences, tables


def known():
    found = {k.name: k for module in (latents, pictures, tables, sequences) for k in module.make()}
    for k in found.values():
        k.write()
    return found
