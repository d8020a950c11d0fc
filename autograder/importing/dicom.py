"""Pixels of DICOM files, as a viewer would show them: modality LUT, then VOI LUT or window, then MONOCHROME1.

If a file has neither window nor VOI LUT, its darkest and brightest pixel become black and white; pixels that are
declared as padding do not count and become black.  Error messages never quote a header's values.

Source: DICOM PS3.3, C.7.6.3 (pixels), C.11.1 (modality LUT), C.11.2 (VOI LUT and windows).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.errors import EnvironmentFault
from autograder.importing.identifiers import find_identifiers, has_private, patient_of
from autograder.importing.records import BadImage, SourceImage

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_PIXELS = 100_000_000
GREY_BITS = 16
NEEDED = ("Rows", "Columns", "BitsAllocated", "PhotometricInterpretation")
PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R 601, as Pillow
PIXEL_PACKAGES = "pip install pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg"


def read_dicom(path: Path, *, has_preamble: bool) -> SourceImage:
    """Reads one image, with what its header says about the patient; a bad one has a reason instead of pixels.

    Args:
        path: the file.
        has_preamble: whether it begins as DICOM files should; a file without the preamble is tried as well.

    Raises:
        BadImage: it is not a DICOM file.
        EnvironmentFault: pydicom is not installed.
    """
    dataset = _open(path, has_preamble)
    about: dict[str, Any] = {
        "patient": patient_of(dataset),
        "identifiers": find_identifiers(dataset),
        "has_private": has_private(dataset),
    }
    try:
        return SourceImage(_grey(dataset), **about)
    except BadImage as error:
        return SourceImage(None, str(error), **about)
    except MemoryError:
        return SourceImage(None, "needs more memory than there is", **about)
    except Exception as error:  # headers can be wrong in any way
        return SourceImage(None, f"damaged: its header does not fit its pixels ({type(error).__name__})", **about)


def _open(path: Path, has_preamble: bool) -> Dataset:
    try:
        import pydicom
    except ModuleNotFoundError:
        raise EnvironmentFault("DICOM files need pydicom: pip install 'cxr-autograder[grade]'") from None
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # its messages can quote a header's values
    try:
        dataset = pydicom.dcmread(path, force=not has_preamble)
    except OSError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise BadImage(f"damaged: not readable as DICOM ({type(error).__name__})") from None
    if not has_preamble and "Rows" not in dataset and "SOPClassUID" not in dataset:
        raise BadImage("not PNG, JPEG or DICOM, though its name ends as that of a DICOM file")
    return dataset


def _grey(dataset: Dataset) -> np.ndarray:
    """``(h, w)`` float32 from 0 to 255."""
    _check_header(dataset)
    pixels = _decode(dataset)
    interpretation = str(dataset.PhotometricInterpretation)
    if interpretation == "PALETTE COLOR":
        from pydicom.pixels import apply_color_lut

        pixels = apply_color_lut(pixels, dataset)
        return _luma(pixels, 255.0 if pixels.dtype == np.uint8 else 65535.0)
    if pixels.ndim == 3:
        return _luma(pixels, float(2 ** int(dataset.get("BitsStored") or dataset.BitsAllocated) - 1))
    return _monochrome(dataset, pixels, inverted=interpretation == "MONOCHROME1")


def _check_header(dataset: Dataset) -> None:
    if not any(keyword in dataset for keyword in PIXEL_KEYWORDS):
        raise BadImage("DICOM without pixels (a report, or a file that was cut off)")
    missing = [keyword for keyword in NEEDED if dataset.get(keyword) in (None, "")]
    if missing:
        raise BadImage(f"its header lacks {', '.join(missing)}")
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames > 1:
        raise BadImage(f"{frames} frames (a series or a film); wanted one image")
    if int(dataset.Rows) * int(dataset.Columns) > MAX_PIXELS:
        raise BadImage(f"too large: {dataset.Rows} x {dataset.Columns} pixels, more than {MAX_PIXELS:,}")
    interpretation = str(dataset.PhotometricInterpretation)
    if not interpretation.startswith(("MONOCHROME1", "MONOCHROME2", "RGB", "YBR_", "PALETTE COLOR")):
        raise BadImage("its photometric interpretation is not one of MONOCHROME1, MONOCHROME2, RGB, YBR, PALETTE COLOR")


def _decode(dataset: Dataset) -> np.ndarray:
    syntax = _transfer_syntax(dataset)
    if syntax.is_encapsulated:
        _check_decoder(syntax)
    try:
        return np.asarray(dataset.pixel_array)
    except Exception as error:  # decoders can raise anything
        if syntax.is_encapsulated:
            raise BadImage(
                f"its pixels, compressed as {syntax.name}, are damaged, or the installed decoders cannot read them "
                f"({PIXEL_PACKAGES})"
            ) from None
        raise BadImage(f"truncated or damaged pixels ({type(error).__name__})") from None


def _transfer_syntax(dataset: Dataset) -> Any:
    """How the pixels are encoded; a file that does not say so is assumed to use its header's encoding."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    meta = getattr(dataset, "file_meta", None)
    if meta is None or not meta.get("TransferSyntaxUID"):
        implicit, little = dataset.original_encoding
        explicit = ExplicitVRLittleEndian if little is not False else ExplicitVRBigEndian
        dataset.file_meta = meta if meta is not None else FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    return dataset.file_meta.TransferSyntaxUID


def _check_decoder(syntax: Any) -> None:
    from pydicom.pixels import get_decoder

    try:
        usable = get_decoder(syntax).is_available
    except NotImplementedError:
        raise BadImage(f"compressed as {syntax.name}, which cannot be decoded here; convert it first") from None
    if not usable:
        raise BadImage(f"compressed as {syntax.name}, for which no decoder is installed: {PIXEL_PACKAGES}")


def _luma(pixels: np.ndarray, top: float) -> np.ndarray:
    grey = pixels.astype(np.float32) @ LUMA
    return np.asarray(np.clip(grey * np.float32(255.0 / top), 0, 255), np.float32)


def _monochrome(dataset: Dataset, stored: np.ndarray, *, inverted: bool) -> np.ndarray:
    from pydicom.pixels import apply_modality_lut

    values = np.asarray(apply_modality_lut(stored, dataset))
    if not np.all(np.isfinite(values)):
        raise BadImage("some of its pixels are not finite numbers")
    padding = _padding(dataset, stored)
    shades = _shades(dataset, values, ~padding)
    shades = 1.0 - shades if inverted else shades
    return np.asarray(np.where(padding, 0.0, shades) * 255.0, np.float32)


def _padding(dataset: Dataset, stored: np.ndarray) -> np.ndarray:
    """Which pixels are declared as padding; none if that would be all."""
    value = dataset.get("PixelPaddingValue")
    if value in (None, ""):
        return np.zeros(stored.shape, bool)
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((int(value), int(value if limit in (None, "") else limit)))
    padding = (stored >= low) & (stored <= high)
    return padding if not padding.all() else np.zeros(stored.shape, bool)


def _shades(dataset: Dataset, values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """``(h, w)`` from 0 (black, before any inversion) to 1."""
    if dataset.get("VOILUTSequence"):
        return _looked_up(dataset, values)
    window = _first_window(dataset)
    if window is not None:
        return apply_window(values, *window)
    darkest, brightest = float(values[counted].min()), float(values[counted].max())
    if darkest == brightest:
        raise BadImage("blank: all of its pixels are the same")
    return np.asarray(np.clip((values - darkest) / (brightest - darkest), 0.0, 1.0))


def _looked_up(dataset: Dataset, values: np.ndarray) -> np.ndarray:
    from pydicom.pixels import apply_voi

    bits = int(dataset.VOILUTSequence[0].LUTDescriptor[2])
    greys = np.asarray(apply_voi(np.rint(values).astype(np.int32), dataset, index=0), np.float64)
    return np.asarray(np.clip(greys / (2**bits - 1), 0.0, 1.0))


def _first_window(dataset: Dataset) -> tuple[float, float, str] | None:
    """Centre, width and function of the first window; None if there is no usable one."""
    centre, width = (_first(dataset.get(keyword)) for keyword in ("WindowCenter", "WindowWidth"))
    function = str(dataset.get("VOILUTFunction") or "LINEAR").upper()
    smallest = 1.0 if function == "LINEAR" else np.finfo(float).tiny
    if centre is None or width is None or not np.isfinite([centre, width]).all() or width < smallest:
        return None
    return centre, width, function


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    values = value if hasattr(value, "__len__") and not isinstance(value, str) else [value]
    return float(values[0]) if len(values) and values[0] not in (None, "") else None


def apply_window(values: np.ndarray, centre: float, width: float, function: str = "LINEAR") -> np.ndarray:
    """Greys of a window, by pydicom.

    Args:
        values: pixels after the modality LUT.
        centre: the window's centre.
        width: its width; at least 1 for LINEAR, above 0 for the others.
        function: LINEAR, LINEAR_EXACT or SIGMOID.

    Returns:
        float64 of the same shape, from 0 (black) to 1.

    Source: DICOM PS3.3, C.11.2.1.2 and C.11.2.1.3.
    """
    from pydicom import Dataset
    from pydicom.pixels import apply_windowing

    window = Dataset()  # only the window: pydicom's scaling depends on the rest of a header
    window.PhotometricInterpretation, window.PixelRepresentation, window.BitsStored = "MONOCHROME2", 0, GREY_BITS
    window.WindowCenter, window.WindowWidth, window.VOILUTFunction = centre, width, function
    with np.errstate(over="ignore"):  # far from a narrow sigmoid's centre
        return np.asarray(apply_windowing(values, window) / (2**GREY_BITS - 1))
