"""Archives that unpack to gigabytes, hold themselves in each other, or list a million entries."""

import io
import zipfile

BY = "zip"


def make(folder, world):
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("activations.ipynb", "w", force_zip64=True) as entry:
            for _ in range(300):
                entry.write(bytes(2**20))
    (folder / "activations.zip").write_bytes(zeros.getvalue())
    data = zeros.getvalue()
    for depth in range(20):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("a.zip", data)
            archive.writestr("b.zip", data[: 10**6])
        data = outer.getvalue()[: 20 * 2**20]
    (folder / "nested.zip").write_bytes(data)
    header = b"PK\x01\x02" + bytes(24) + b"\x01\0" + bytes(16) + b"x"
    many = header * 600_000
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + len(many).to_bytes(4, "little") + bytes(6)
    (folder / "many.zip").write_bytes(many + end)
