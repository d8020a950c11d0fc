"""Cells just below any bound on bytes, as full of words and signs as can be, marked and unmarked, with and without magics."""

MIB = 128


def make(folder, world):
    notebook = world.notebook({"relu": "a\n" * 9_000 + "%x", "imports": "a<b\n" * 5_000})
    odd = ["a;" * 90_000, "%x\n" + "*a,\n" * 40_000, "def f():\n" + " 0\n" * 60_000, "-1," * 60_000, "f'{a}{a}'\n" * 9_000]
    notebook["cells"] += [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
                          for source in odd]
    notebook["cells"] += [{"cell_type": "markdown", "source": "def f(): 0\n" * 15_000, "metadata": {}}]
    world.write(folder, notebook)
