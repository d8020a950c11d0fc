"""An archive with a notebook under another student's name and a later time, and one with his folder's name."""

import json
import zipfile

BY = "zip"


def make(folder, world):
    text = json.dumps(world.notebook({"relu": "'forged'"}))
    with zipfile.ZipFile(folder / "activations.zip", "w") as archive:
        archive.writestr("honest_20991231-000000_activations.ipynb", text)
    with zipfile.ZipFile(folder / "second.zip", "w") as archive:
        archive.writestr("honest_20991231-000000_activations/activations.ipynb", text)
        archive.writestr("../honest_20991231-000000_activations.ipynb", text)
    (folder / "honest_20991231-000000_activations.ipynb").write_text(text)
