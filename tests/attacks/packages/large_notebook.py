"""A notebook of 200 MB (a sparse file), and one just below the limit that is one string."""


def make(folder, world):
    with (folder / "activations.ipynb").open("wb") as stream:
        stream.write(b'{"cells": [')
        stream.truncate(200 * 2**20)
