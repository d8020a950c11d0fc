"""A link to a device that never ends stands beside a right notebook: whoever copies it fills the disk."""


def make(folder, world):
    world.write(folder, world.notebook())
    (folder / "data.csv").symlink_to("/dev/zero")
