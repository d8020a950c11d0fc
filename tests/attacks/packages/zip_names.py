"""A right notebook in a folder of an archive, under a decomposed Korean name, beside what macOS adds.

earns: relu, dead_units
"""

import json
import unicodedata
import zipfile

BY = "zip"


def make(folder, world):
    with zipfile.ZipFile(folder / "activations.zip", "w") as archive:
        name = unicodedata.normalize("NFD", "과제/활성화 함수.ipynb")
        archive.writestr(name, json.dumps(world.notebook(world.right)))
        archive.writestr("__MACOSX/과제/._활성화 함수.ipynb", b"\0\5\x16\7")
        archive.writestr("과제/.ipynb_checkpoints/활성화 함수-checkpoint.ipynb", "{}")
