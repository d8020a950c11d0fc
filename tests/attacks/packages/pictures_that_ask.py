"""Pictures and links whose addresses are the formgrader's: it would load a configuration, or log the TA out."""

MARKDOWN = [
    "![x](/formgrader?path=/tmp/EVIL)", "![x](../../formgrader?path=/tmp/EVIL)", "![x](//evil.example/EVIL.png)",
    "![x](https://evil.example/EVIL.png)", "![x][1]\n\n[1]: /logout", "![x](files/../../logout)",
    "[here](/formgrader?path=/tmp/EVIL)", "[here](http://localhost:8888/formgrader?path=/tmp/EVIL)",
    "<http://127.0.0.1:8888/%66ormgrader?path=EVIL>", "[here](files//formgrader?path=EVIL)", "[here](EVIL.html)",
]


def make(folder, world):
    (folder / "EVIL.html").write_text("<script>alert('EVIL')</script>")
    notebook = world.notebook()
    notebook["cells"] += [{"cell_type": "markdown", "source": text, "metadata": {}} for text in MARKDOWN]
    world.write(folder, notebook)
