"""Links that lead back to the folder itself, twice: whoever follows them walks for ever."""


def make(folder, world):
    world.write(folder, world.notebook())
    (folder / "again").symlink_to(folder)
    (folder / "and_again").symlink_to(folder)
