"""Thirty megabytes of JSON that become gigabytes of objects: millions of keys and numbers."""


def make(folder, world):
    keys = ",".join(f'"{number:x}":{number}.5' for number in range(1_500_000))
    (folder / "activations.ipynb").write_text('{"cells": [], "metadata": {' + keys + "}}")
