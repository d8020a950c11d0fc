"""Archives that are none, are cut short, encrypted, packed in unusual ways, or whose sizes and sums are lies."""

import io
import json
import zipfile

BY = "zip"


def make(folder, world):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activations.ipynb", json.dumps(world.notebook(world.right)))
    data = whole.getvalue()
    damaged = {
        "empty": b"", "rubbish": b"PK\x03\x04" + bytes(999), "half": data[: len(data) // 2], "tail": data[len(data) // 2 :],
        "flipped": data[:200] + bytes(50) + data[250:], "encrypted": data.replace(b"\x14\0\0\0", b"\x14\0\1\0"),
        "method": data.replace(b"\x08\0", b"\x63\0"), "size": data.replace(len(data).to_bytes(4, "little"), b"\xff" * 4),
        "twice": data + data, "comment": data[:-2] + b"\xff\xff" + b"PK\x05\x06" * 9,
    }
    for name, content in damaged.items():
        (folder / f"{name}.zip").write_bytes(content)
    for number, method in enumerate((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)):
        with zipfile.ZipFile(folder / f"{number}.zip", "w", method) as archive:
            archive.writestr("activations.ipynb", bytes(10**8))
    (folder / "activations.tar.gz").write_bytes(b"\x1f\x8b rubbish")
