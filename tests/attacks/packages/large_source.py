"""Eight megabytes of code in a cell with a magic, which has to be parsed before it is found to be too large."""


def make(folder, world):
    world.write(folder, world.notebook({"relu": "a=[1,2,3]\n" * 800_000 + "b = (5\n%c)\n"}))
