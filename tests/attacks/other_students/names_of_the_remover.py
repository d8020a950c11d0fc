"""Puts its files into a folder with the name that the remover gives to the next one, so that it stops and they stay."""

import os

SAVED = b"an answer for the next submission" * 1000


def hide(folder):
    os.makedirs(folder)
    for number in range(50):
        with open(f"{folder}/answer-{number}-is-42.txt", "wb") as stream:
            stream.write(SAVED)


answer(lambda *args, **kwargs: 0.0)
hide("lifted-1/kept")
