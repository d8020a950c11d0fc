"""Reads and overwrites another student's submission, scratch folder and report."""

import glob
import os


def go(*args, **kwargs):
    loot = []
    here = os.getcwd()
    folders = [PLACES["student"], os.path.dirname(here), PLACES["scratch"], os.path.dirname(os.path.dirname(here))]
    for folder in folders:
        names = attempt(os.listdir, folder)
        if not isinstance(names, BaseException):
            breach(f"{folder} can be listed")
        loot += [attempt(lambda p=path: open(p).read()) for path in glob.glob(f"{folder}/**", recursive=True)]
    for number in range(1, 5):
        for root in (os.path.dirname(here), PLACES["scratch"]):
            attempt(os.makedirs, f"{root}/fork-{number}")
            attempt(lambda: open(f"{root}/fork-{number}/x", "w").write("x"))
    attempt(lambda: open(PLACES["student"] + "/activations.ipynb", "w").write("{}"))
    smuggle(*loot)


answer(lambda *args, **kwargs: 0.0)
go()
