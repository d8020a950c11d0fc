"""A notebook without marks, one line of which is a million spaces and an x: a pattern with two gaps never finishes."""


def make(folder, world):
    cell = {"cell_type": "code", "source": " " * 10**6 + "x", "metadata": {}, "outputs": [], "execution_count": None}
    world.write(folder, {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
