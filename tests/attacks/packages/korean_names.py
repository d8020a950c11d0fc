"""A notebook whose name is CP949, beside files in decomposed Unicode: no attack, but it breaks what reads names.

earns: relu, dead_units
"""

import os
import unicodedata


def make(folder, world):
    world.write(folder, world.notebook(world.right))
    here = os.fsencode(folder)
    os.rename(here + b"/activations.ipynb", here + b"/" + "활성화_김.ipynb".encode("cp949"))
    (folder / unicodedata.normalize("NFD", "보고서.txt")).write_text("x")
    (folder / unicodedata.normalize("NFD", "활성화")).mkdir()
