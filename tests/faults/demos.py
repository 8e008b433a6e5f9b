"""The demos say themselves what is wrong in them; with their right input they are clean."""

import json

from case import DEMO, Case


def cases(_):
    def absolute(source):
        name, _, value = source.partition("=")
        return name, value if "(" in value else str(DEMO / value)

    for demo in json.loads((DEMO / "demos.json").read_text())["demos"]:
        training = ["=".join(absolute(source)) for source in demo["training"]]
        model = DEMO / demo["model"]
        fix = demo["code"] in ("scale", "missing-batch-axis", "axis-order")
        yield Case("demo", demo["id"], model, training, dict(map(absolute, demo["prediction"])), (demo["code"],), fix=fix)
        yield Case("demo, right input", demo["id"], model, training, dict(map(absolute, demo["good"])), ())
