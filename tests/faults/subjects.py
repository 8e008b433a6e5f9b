"""The demo models as subjects: their references and right inputs, from which the faults are made."""

import dataclasses

import numpy as np

from case import DEMO


@dataclasses.dataclass
class Subject:
    name: str
    model: object
    training: list
    input: str  # the input that is spoiled
    good: np.ndarray  # right values of it, not of the training reference
    others: dict  # right values of the other inputs
    train: np.ndarray | None = None
    columns: tuple = ()

    def inputs(self, value, **replaced):
        return {self.input: value, **self.others, **replaced}


def table(name):
    path = DEMO / "market" / name
    header = path.read_text().splitlines()[0].split(",")
    return header, np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32)


def load(name):
    return np.load(DEMO / f"{name}.npy")


def subjects():
    columns, market = table("good.csv")
    conditional = ["latent=" + str(DEMO / "conditional/latents.npy"), "label=" + str(DEMO / "conditional/labels.npy")]
    return {
        "first": Subject("first", DEMO / "first/generator.keras", [f"z={DEMO}/first/train.npy"], "z", load("first/good"), {},
                         load("first/train")),
        "dcgan": Subject("dcgan", DEMO / "dcgan/dcgan.keras", [f"z={DEMO}/dcgan/latents.npy"], "z", load("dcgan/good"), {},
                         load("dcgan/latents")),
        "conditional": Subject("conditional", DEMO / "conditional/conditional.keras", conditional, "latent",
                               load("conditional/good_latent"), {"label": load("conditional/good_label")}),
        "restorer": Subject("restorer", DEMO / "restorer/restorer.keras", [f"image={DEMO}/restorer/train_images.npy"], "image",
                            load("restorer/good"), {}, load("restorer/train_images")),
        "market": Subject("market", DEMO / "market/market.keras", [f"hour_now={DEMO}/market/train.csv"], "hour_now", market, {},
                          table("train.csv")[1], tuple(columns)),
        "series": Subject("series", DEMO / "series/series.keras", [f"past={DEMO}/series/train_past.npy"], "past", load("series/good"),
                          {}, load("series/train_past")),
    }
