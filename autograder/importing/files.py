"""Reading one image file, whatever its name says: PNG, JPEG or DICOM by content."""

from __future__ import annotations

import warnings
from pathlib import Path

from autograder.importing.dicom import read_dicom
from autograder.importing.png_jpeg import read_png_or_jpeg
from autograder.importing.records import BadImage, SourceImage

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8\xff"
DICOM_MAGIC, DICOM_MAGIC_AT = b"DICM", 128
DICOM_SUFFIXES = {".dcm", ".dicom", ".dic"}


def read_file(path: Path) -> SourceImage:
    """One image, or the reason why there is none.

    Raises:
        EnvironmentFault: it is DICOM, and pydicom is not installed.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(DICOM_MAGIC_AT + len(DICOM_MAGIC))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decoders, about files that they read all the same; may hold values
            return _read(path, head)
    except BadImage as error:
        return SourceImage(None, str(error))
    except OSError as error:
        return SourceImage(None, f"cannot be read: {error.strerror or 'damaged'}")
    except MemoryError:
        return SourceImage(None, "needs more memory than there is")


def _read(path: Path, head: bytes) -> SourceImage:
    if not head:
        raise BadImage("empty file")
    if head.startswith((PNG_MAGIC, JPEG_MAGIC)):
        return read_png_or_jpeg(path)
    if head[DICOM_MAGIC_AT:] == DICOM_MAGIC:
        return read_dicom(path, has_preamble=True)
    if path.suffix.lower() in DICOM_SUFFIXES:
        return read_dicom(path, has_preamble=False)
    raise BadImage("not PNG, JPEG or DICOM; convert it, if it is an image")
