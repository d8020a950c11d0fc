"""Images from an ``.npz``, compressed or not: read one by one and never unpickled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from autograder.errors import UsageError
from autograder.importing.folders import SPLIT_NAMES, check_splits
from autograder.importing.pixels import DEPTHS, scale_from
from autograder.importing.records import Entry, Found, ImportSettings, SourceImage

WANTED = (
    "images (n, h, w) uint8, uint16 or float, labels (n,) with 0 (normal) and 1 (abnormal), and if known patient (n,) "
    "and split (n,) with train, validation, test"
)
PICKLED = "it holds Python objects (dtype object), which are never unpickled; save plain arrays"
UNKNOWN_PATIENTS = {"", "nan", "none", "nat"}


@dataclass(frozen=True)
class Header:
    """Shape and dtype of the images; each is ``(height, width)``."""

    count: int
    height: int
    width: int
    dtype: np.dtype

    @property
    def image_bytes(self) -> int:
        """Bytes of one image."""
        return self.height * self.width * self.dtype.itemsize


def find_in_archive(source: Path, settings: ImportSettings) -> Found:
    """The images of an ``.npz``.

    Raises:
        UsageError: an array is missing, has another form, or values that are not grey levels; the message says which.
    """
    if settings.patient_pattern is not None:
        raise UsageError("--patient-pattern is for names of files; in an .npz, put the patients into the array patient")
    arrays, header = _read_small_arrays(source)
    labels = _labels(source, arrays["labels"], header.count)
    patients = _column(source, arrays, "patient", header.count)
    given = _column(source, arrays, "split", header.count) if settings.keeps_splits else None
    splits = _splits(source, given)
    scale, few_bits = _scale(source, header)
    entries = tuple(
        Entry(f"images[{n}]", int(labels[n]), splits[n] if splits is not None else None) for n in range(header.count)
    )

    def pictures() -> Iterator[SourceImage]:
        for n, image in enumerate(_images(source, header)):
            patient = "" if patients is None else patients[n]
            patient = "" if patient.lower() in UNKNOWN_PATIENTS else patient
            yield SourceImage(image.astype(np.float32) * np.float32(scale), patient=patient, few_bits=few_bits)

    return Found(entries, pictures, has_splits=splits is not None, has_names=False, notes=_notes(arrays))


def _read_small_arrays(source: Path) -> tuple[dict[str, np.ndarray], Header]:
    """The arrays other than the images, and the images' header; of unknown arrays only the names."""
    arrays: dict[str, np.ndarray] = {}
    with _faults_named(source), source.open("rb") as file, _opened(file) as data:
        missing = [name for name in ("images", "labels") if name not in data.files]
        if missing:
            raise UsageError(
                f"{source} lacks {' and '.join(missing)}; wanted {WANTED}; found {', '.join(data.files) or 'nothing'}"
            )
        for name in data.files:
            known = name in ("labels", "patient", "split")
            arrays[name] = data[name] if known else np.zeros(0)
    with _faults_named(source), _open_images(source) as stream:
        return arrays, _header(source, *_array_header(stream))


def _opened(stream: IO[bytes]) -> Any:
    if not zipfile.is_zipfile(stream):
        raise ValueError("it is not an archive of arrays, or it is damaged")
    stream.seek(0)
    return np.load(stream, allow_pickle=False)


@contextmanager
def _faults_named(source: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        reason = PICKLED if "Object arrays" in reason else reason
        raise UsageError(f"{source} cannot be read as an .npz: {reason}. Wanted {WANTED}") from None


@contextmanager
def _open_images(source: Path) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(source) as archive, archive.open("images.npy") as stream:
        yield stream


def _array_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(stream)


def _header(source: Path, shape: tuple[int, ...], fortran: bool, dtype: np.dtype) -> Header:
    grey = len(shape) == 3 or (len(shape) == 4 and shape[3] == 1)
    if not grey or 0 in shape:
        raise UsageError(f"{source}: wanted images (n, h, w) or (n, h, w, 1), got the shape {shape}{_hint(shape)}")
    if dtype.hasobject:
        raise ValueError(PICKLED)
    if not (dtype.kind == "f" or (dtype.kind == "u" and dtype.itemsize in (1, 2))):
        raise UsageError(
            f"{source}: wanted images of uint8, uint16 or float, got {dtype}; for grey levels 0 to 255 convert them "
            "with images.astype(np.uint8)"
        )
    if fortran:
        raise UsageError(f"{source}: images are in Fortran order; save np.ascontiguousarray(images)")
    return Header(shape[0], shape[1], shape[2], dtype)


def _hint(shape: tuple[int, ...]) -> str:
    return "; for colours average the last axis first" if len(shape) == 4 and shape[3] in (3, 4) else ""


def _images(source: Path, header: Header) -> Iterator[np.ndarray]:
    with _faults_named(source), _open_images(source) as stream:
        _array_header(stream)
        for _ in range(header.count):
            raw = stream.read(header.image_bytes)
            if len(raw) != header.image_bytes:
                raise ValueError("the images end too early")
            yield np.frombuffer(raw, header.dtype).reshape(header.height, header.width)


def _labels(source: Path, labels: np.ndarray, count: int) -> np.ndarray:
    if labels.shape != (count,):
        raise UsageError(f"{source}: wanted labels ({count},), as many as images, got {labels.shape}")
    values = np.unique(labels)
    if labels.dtype.kind not in "buif" or not np.isin(values, (0, 1)).all():
        raise UsageError(f"{source}: wanted labels 0 (normal) and 1 (abnormal), got {values[:10].tolist()}")
    return labels.astype(np.int64)


def _column(source: Path, arrays: dict[str, np.ndarray], name: str, count: int) -> list[str] | None:
    if name not in arrays:
        return None
    values = arrays[name]
    if values.shape != (count,):
        raise UsageError(f"{source}: wanted {name} ({count},), as many as images, got {values.shape}")
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    return [str(value).strip() for value in values.tolist()]


def _splits(source: Path, values: list[str] | None) -> list[str] | None:
    if values is None:
        return None
    unknown = sorted({value for value in values if value.lower() not in SPLIT_NAMES})
    if unknown:
        raise UsageError(f"{source}: wanted train, validation or test in the array split, got {unknown[:10]}")
    splits = [SPLIT_NAMES[value.lower()] for value in values]
    check_splits(set(splits), f"the array split of {source}")
    return splits


def _scale(source: Path, header: Header) -> tuple[float, bool]:
    """Factor to grey levels 0 to 255, the same for all images, and whether 16-bit ones use fewer bits."""
    if header.dtype == np.uint8:
        return 1.0, False
    lowest, highest = np.inf, -np.inf
    for n, image in enumerate(_images(source, header)):
        if not np.all(np.isfinite(image)):
            raise UsageError(f"{source}: images[{n}] has NaN or infinite pixels; repair or remove it")
        lowest, highest = min(lowest, float(image.min())), max(highest, float(image.max()))
    if header.dtype.kind == "u":
        depth = scale_from(highest)
        return 255.0 / depth, depth < DEPTHS[-1]
    if lowest < 0 or highest > 255:
        raise UsageError(
            f"{source}: wanted float images within 0 to 1 or 0 to 255, got {lowest:g} to {highest:g}; rescale them"
        )
    return (255.0 if highest <= 1 else 1.0), False


def _notes(arrays: dict[str, Any]) -> tuple[str, ...]:
    extra = sorted(set(arrays) - {"images", "labels", "patient", "split"})
    return (f"arrays that were not used: {', '.join(extra)}",) if extra else ()
