"""A hundred thousand files, none of which is the notebook."""

import os


def make(folder, world):
    for number in range(100_000):
        os.close(os.open(f"{folder}/{number}.ipynb", os.O_CREAT | os.O_WRONLY))
