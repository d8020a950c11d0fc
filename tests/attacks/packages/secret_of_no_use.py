"""The file by which nbgrader releases feedback is a link, the time is a folder, and both stop whoever reads them."""


def make(folder, world):
    world.write(folder, world.notebook())
    (folder / "submission_secret.txt").symlink_to(world.secrets[0])
    (folder / "timestamp.txt").mkdir()
