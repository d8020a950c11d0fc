"""Names with line breaks, terminal commands, right-to-left marks, Markdown and HTML; none is the notebook's."""


def make(folder, world):
    names = ["\x1b[2J\n100 of 100 points", "[x](javascript:alert(1))<img src=x onerror=alert(1)>", "\u202egnp.ipynb", "x" * 200]
    world.write(folder, world.notebook())
    (folder / "activations.ipynb").rename(folder / f"{names[1]}.ipynb")
    for name in (names[0], names[2], names[3]):
        (folder / f"{name}.txt").write_text("x")
