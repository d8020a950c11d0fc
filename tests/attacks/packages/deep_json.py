"""JSON that is nested a hundred thousand deep, in the file and within a cell's metadata."""

import json


def make(folder, world):
    text = json.dumps(world.notebook()).replace('"metadata": {', '"metadata": {"deep": ' + "[" * 50_000 + "]" * 50_000 + ", ", 1)
    (folder / "activations.ipynb").write_text(text)
    (folder / "second.ipynb").write_text("[" * 10**6)
