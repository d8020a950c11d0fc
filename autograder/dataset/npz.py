"""Uncompressed ``.npz`` files that can be mapped into memory like ``.npy`` ones.

An ``.npz`` is a zip of ``.npy`` files.  Without compression the file holds an array's bytes unchanged, so they
can be mapped.  Needs NumPy only.
"""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np

from autograder.files import replacing

LOCAL_HEADER_BYTES = 30
NAME_LENGTHS_AT = 26


def pack(arrays: dict[str, Path], path: Path) -> None:
    """Writes ``.npy`` files as one uncompressed ``.npz``, whole or not at all; the same files give the same bytes."""
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, source in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")  # always dated 1980
            with source.open("rb") as stream, archive.open(member, "w", force_zip64=True) as out:
                shutil.copyfileobj(stream, out, 1 << 20)


def map_array(path: Path, name: str) -> np.ndarray:
    """One array of an uncompressed ``.npz``, mapped read-only.

    Raises:
        ValueError: the file is not such an ``.npz``, or has no such array.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo(f"{name}.npy")
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"no array {name!r} in it: {error}") from None
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError("its arrays are compressed")
    with path.open("rb") as stream:
        stream.seek(member.header_offset + NAME_LENGTHS_AT)
        name_bytes, extra_bytes = struct.unpack("<HH", stream.read(4))
        stream.seek(member.header_offset + LOCAL_HEADER_BYTES + name_bytes + extra_bytes)
        shape, fortran, dtype = _array_header(stream)
        if dtype.hasobject:
            raise ValueError("it holds Python objects")
        return np.memmap(path, dtype=dtype, mode="r", offset=stream.tell(), shape=shape, order="F" if fortran else "C")


def _array_header(stream) -> tuple[tuple[int, ...], bool, np.dtype]:  # type: ignore[no-untyped-def]
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(stream)
    raise ValueError(f"its arrays are of version {version} of NumPy's format")
