"""Two megabytes of one letter on each line, and a magic at the end: a parser would make three gigabytes of them."""

MIB = 64


def make(folder, world):
    world.write(folder, world.notebook({"relu": "a\n" * 10**6 + "%x", "imports": "a;" * 10**6 + "(1\n%x\n)"}))
