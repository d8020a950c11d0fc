"""Markdown links, references and formulas that run a script when a TA clicks on them."""

LINKS = [
    "[my answer](javascript:alert('EVIL'))", "[my answer][1]\n\n[1]: javascript:alert('EVIL')",
    "[my answer](JaVaScRiPt&colon;alert('EVIL'))", "[my answer](data:text/html;base64,PHNjcmlwdD4=)",
    "[my answer](vbscript:EVIL)", "![x](javascript:alert('EVIL'))", r"$\href{javascript:alert('EVIL')}{\text{my answer}}$",
]


def make(folder, world):
    notebook = world.notebook()
    notebook["cells"] += [{"cell_type": "markdown", "source": link, "metadata": {}} for link in LINKS]
    world.write(folder, notebook)
