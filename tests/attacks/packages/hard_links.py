"""The notebook is a hard link to a secret, whose text an error message might show."""

import os


def make(folder, world):
    os.link(world.secrets[0], folder / "activations.ipynb")
    for number, secret in enumerate(world.secrets):
        os.link(secret, folder / f"data{number}.csv")
