"""A zip archive by the name of the notebook, with archives in archives in it: 200 kB that unpack to 200 MB."""

import io
import zipfile


def make(folder, world):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.ipynb", bytes(200 * 2**20))
    for name in ("activations.ipynb", "activations.zip", "data.zip"):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", inner.getvalue())
