"""Makes symbolic and hard links to the secrets in its own folder, renames them into it, and reads those."""

import os


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def go(*args, **kwargs):
    loot = []
    for number, path in enumerate(PLACES["secrets"]):
        attempt(os.symlink, path, f"soft{number}")
        attempt(os.link, path, f"hard{number}")
        attempt(os.symlink, os.path.dirname(path), f"folder{number}")
        loot += [attempt(read, f"{kind}{number}") for kind in ("soft", "hard")]
        loot.append(attempt(read, f"folder{number}/{os.path.basename(path)}"))
        if not isinstance(attempt(os.rename, path, f"mine{number}"), BaseException):
            os.rename(f"mine{number}", path)
            breach(f"{path} could be moved")
    smuggle(*loot)


go()
answer(go)
