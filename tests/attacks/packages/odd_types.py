"""A notebook in which everything has another type than it should: cells, sources, metadata, versions."""


def make(folder, world):
    things = [None, True, 1, 1.5, "x", [], {}, [[]], {"cell_type": 1}, {"cell_type": "code", "source": {"a": 1}}]
    notebook = world.notebook()
    for number, cell in enumerate(notebook["cells"]):
        cell[["metadata", "source", "outputs", "cell_type", "id"][number % 5]] = things[number % len(things)]
    notebook |= {"cells": things + notebook["cells"], "metadata": 7, "nbformat": "four", "nbformat_minor": [], "extra": things}
    world.write(folder, notebook)
