"""The whole folder is a link to another student's."""


def make(folder, world):
    folder.rmdir()
    folder.symlink_to(world.other)
