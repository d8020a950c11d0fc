"""Archives whose entries lead out of the folder: dots, absolute paths, a backslash, links in a tar."""

import io
import tarfile
import zipfile


def make(folder, world):
    home = world.secrets[0].parent
    names = ["../../../owned", f"{home}/owned", "..\\..\\owned", "checks/../../../owned", "/owned"]
    with zipfile.ZipFile(folder / "activations.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "owned")
    with tarfile.open(folder / "activations.tar.gz", "w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 5
            archive.addfile(entry, io.BytesIO(b"owned"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, str(home)
        archive.addfile(link)
    world.write(folder, world.notebook())
