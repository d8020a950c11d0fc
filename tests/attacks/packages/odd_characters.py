"""Null bytes, lone surrogates, right-to-left marks and invisible characters in code, names and Markdown."""


def make(folder, world):
    odd = "\0\ud800\u202e\u2066\ufeff\x1b[2J\x07\u200b"
    notebook = world.notebook({"relu": f"def relu(x):\n    return '{odd}'\n", "imports": f"# {odd}\nx{odd} = 1"})
    notebook["cells"].append({"cell_type": "markdown", "source": odd, "metadata": {"nbgrader": {"grade_id": odd}}})
    world.write(folder, notebook)
