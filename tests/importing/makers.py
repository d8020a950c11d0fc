"""Tiny sources of images: arrays, PNG, JPEG and real DICOM files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid


def picture(seed: int, height: int = 40, width: int = 40) -> np.ndarray:
    """A random image of coarse blobs, unlike any of another seed: ``(h, w)`` uint8."""
    blobs = np.random.default_rng(seed).integers(0, 256, (5, 5), np.uint8)
    return np.asarray(Image.fromarray(blobs).resize((width, height), Image.Resampling.BICUBIC))


def save(image: np.ndarray, path: Path, **options: Any) -> Path:
    """Writes an image in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)
    return path


def class_folders(
    root: Path, count: int = 10, *, names: tuple[str, str] = ("normal", "abnormal"), start: int = 0
) -> Path:
    """A folder for each class with ``count`` different PNG files of ``count`` patients."""
    for label, name in enumerate(names):
        for n in range(count):
            save(picture(start + 1000 * label + n), root / name / f"p{n + 100 * label:03d}_1.png")
    return root


def dicom(path: Path, pixels: np.ndarray, *, bits: int = 16, remove: tuple[str, ...] = (), **elements: Any) -> Path:
    """Writes a DICOM file without identifiers; ``elements`` are added to its header by keyword."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = ComputedRadiographyImageStorage, meta.MediaStorageSOPInstanceUID
    dataset.Modality = "CR"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    dataset.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    dataset.BitsStored = min(bits, dataset.BitsAllocated)
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    for keyword in remove:
        delattr(dataset, keyword)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path
