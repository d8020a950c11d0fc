"""In the exchange: pipes, sockets, no rights, a thousand folders in each other, and more bytes than are allowed.

earns: relu, dead_units
"""

import os

BY = "exchange"


def make(folder, world):
    world.write(folder, world.notebook(world.right))
    os.mkfifo(folder / "0")
    os.mkfifo(folder / "submission_secret.txt")
    for number in range(20_000):
        os.close(os.open(folder / f"{number:05}.txt", os.O_CREAT | os.O_WRONLY))
    with (folder / "!large.bin").open("wb") as stream:
        stream.truncate(10**12)
    (folder / "closed").mkdir(mode=0)
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(1000):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)
