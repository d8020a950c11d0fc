"""A time of submission that is no time: nbgrader reads it before it grades."""


def make(folder, world):
    world.write(folder, world.notebook())
    (folder / "timestamp.txt").write_text("a year before the deadline \ud83d\ude00 99999-13-45", encoding="utf-16", errors="surrogatepass")
