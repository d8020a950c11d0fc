"""Reads one image file; its content, not its name, tells PNG, JPEG or DICOM.

Text chunks and EXIF data are not kept, but EXIF's orientation is applied.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder.importing.dicom import read_dicom
from autograder.importing.records import BadImage, SourceImage

if TYPE_CHECKING:
    from PIL import Image

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8\xff"
DICOM_MAGIC, DICOM_MAGIC_AT = b"DICM", 128
DICOM_SUFFIXES = {".dcm", ".dicom", ".dic"}


def read_file(path: Path) -> SourceImage:
    """Reads one image; a bad one has a reason instead of pixels.

    Raises:
        EnvironmentFault: it is DICOM, and pydicom is not installed.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(DICOM_MAGIC_AT + len(DICOM_MAGIC))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # decoders warn about files that they still read, and may quote headers
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


DEPTHS = (255, 4095, 65535)  # 8, 12 and 16 bits: the depths that 16-bit files use


def read_png_or_jpeg(path: Path) -> SourceImage:
    """Reads one image as grey levels: colours by luma (ITU-R 601), transparency on a black background.

    Sets a filter for warnings; call it within ``warnings.catch_warnings()``.

    Raises:
        BadImage: it cannot be decoded, is too large, or has several pictures.
    """
    from PIL import Image, ImageOps

    try:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
                raise BadImage(f"animated PNG with {image.n_frames} pictures; wanted one")  # type: ignore[attr-defined]
            image.load()
            return _grey(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadImage(f"too large: more than {_limit():,} pixels (a decompression bomb?)") from None
    except OSError as error:
        if error.errno is not None:  # an error of the disk, not of the decoder
            raise
        raise BadImage("truncated or damaged") from None
    except (SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, struct.error, zlib.error) as error:
        raise BadImage(f"damaged: the decoder gave up ({type(error).__name__})") from None


def scale_from(top: float) -> int:
    """The largest value of the bit depth that 16-bit pixels use: 255, 4095 (12 bits, as detectors give) or 65535."""
    return next(depth for depth in DEPTHS if top <= depth)


def _limit() -> int:
    from PIL import Image

    return Image.MAX_IMAGE_PIXELS or 0


def _grey(image: Image.Image) -> SourceImage:
    if image.mode.startswith("I"):  # 16 bits
        pixels = np.asarray(image).astype(np.float32)
        depth = scale_from(float(pixels.max()))
        return SourceImage(pixels * np.float32(255.0 / depth), few_bits=depth < DEPTHS[-1])
    if "A" in image.getbands() or "transparency" in image.info:
        image = _before_black(image.convert("RGBA"))
    return SourceImage(np.asarray(image.convert("L")).astype(np.float32))


def _before_black(image: Image.Image) -> Image.Image:
    from PIL import Image

    return Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image).convert("RGB")
