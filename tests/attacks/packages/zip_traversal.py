"""Entries that lead out of the folder, are links or devices, have no name, or have rights that nobody may give."""

import stat
import zipfile

BY = "zip"


def make(folder, world):
    home = world.secrets[0].parent
    names = ["../../../../owned.ipynb", f"{home}/owned.ipynb", "..\\..\\owned.ipynb", "C:\\owned.ipynb", "/owned.ipynb",
             "a/../../../../owned.ipynb", "..", "x" * 5000 + ".ipynb", "a\0b.ipynb"]
    with zipfile.ZipFile(folder / "activations.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "owned")
        for number, kind in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFREG | stat.S_ISUID)):
            entry = zipfile.ZipInfo(f"{number}.ipynb")
            entry.external_attr = (kind | 0o777) << 16
            archive.writestr(entry, str(world.secrets[0]))
