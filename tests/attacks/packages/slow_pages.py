"""Code and text for which a highlighter or a renderer needs time by the square: pages that take hours to make."""

SLOW = [" \n" * 300_000, "match " + " " * 300_000 + "x", "a." * 300_000, "(" * 300_000]
TEXTS = ["a" + " " * 300_000 + "b", "\\begin{a}" * 30_000, "$$ a\n" * 50_000, "```r\n\"" + "a" * 300_000 + "\n```",
         "```python\n" + " \n" * 9_000 + "```", "[a](" * 50_000, "<!--" * 50_000]


def make(folder, world):
    notebook = world.notebook({"imports": SLOW[0][:500_000]})
    notebook["cells"] += [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None} for text in SLOW
    ] + [{"cell_type": "markdown", "source": text, "metadata": {}} for text in TEXTS * 3]
    world.write(folder, notebook)
