"""Pixels of DICOM files, against the standard's formulas worked out by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import MPEG2MPML, ExplicitVRBigEndian, JPEG2000Lossless, JPEGLosslessSV1, RLELossless

from autograder.importing.dicom import apply_window
from autograder.importing.pixels import read_file
from tests.importing.makers import dicom, picture

RAMP = np.arange(0, 65536, 256, dtype=np.uint16).reshape(16, 16)


def greys(path) -> np.ndarray:
    """The pixels of a file that has to be good."""
    read = read_file(path)
    assert read.pixels is not None, read.reason
    return read.pixels


def test_without_a_window_the_full_range_is_used(tmp_path):
    """The darkest pixel becomes 0, the brightest 255."""
    values = np.array([[100, 200], [300, 500]], np.uint16)
    np.testing.assert_allclose(greys(dicom(tmp_path / "a", values)), [[0, 63.75], [127.5, 255]], atol=1e-3)


def test_monochrome1_is_inverted(tmp_path):
    """Where the largest value is meant to be black it comes out black."""
    values = np.array([[100, 200], [300, 500]], np.uint16)
    path = dicom(tmp_path / "a", values, PhotometricInterpretation="MONOCHROME1")
    np.testing.assert_allclose(greys(path), [[255, 191.25], [127.5, 0]], atol=1e-3)


def test_16_bits_with_a_window(tmp_path):
    """Below the window black, above it white, in between a line; of two windows the first counts."""
    path = dicom(tmp_path / "a", RAMP, WindowCenter=[30000, 5], WindowWidth=[20001, 7])
    expected = np.clip((RAMP - 29999.5) / 20000 + 0.5, 0, 1) * 255
    np.testing.assert_allclose(greys(path), expected, atol=0.02)
    assert greys(path).flat[0] == 0 and greys(path).flat[-1] == 255


def test_12_bits_signed_with_rescale_and_window(tmp_path):
    """The window applies to rescaled values (here Hounsfield units), also to negative ones."""
    stored = np.array([[-2048, -1024], [0, 2047]], np.int16)
    elements = {"RescaleSlope": 0.5, "RescaleIntercept": 10, "WindowCenter": 10.5, "WindowWidth": 1025}
    path = dicom(tmp_path / "a", stored, bits=12, **elements)
    rescaled = stored * 0.5 + 10
    np.testing.assert_allclose(greys(path), np.clip((rescaled - 10) / 1024 + 0.5, 0, 1) * 255, atol=1e-3)


def test_monochrome1_is_inverted_after_the_window(tmp_path):
    """The window applies to the values as stored in the file."""
    path = dicom(tmp_path / "a", RAMP, PhotometricInterpretation="MONOCHROME1", WindowCenter=10000, WindowWidth=2000)
    assert greys(path).flat[0] == 255 and greys(path).flat[-1] == 0


@pytest.mark.parametrize("window", [{"WindowCenter": 5, "WindowWidth": 0}, {"WindowCenter": 5}, {"WindowWidth": ""}])
def test_a_window_that_cannot_be_used_is_left_out(tmp_path, window):
    """A width of 0, or half a window, counts as no window."""
    np.testing.assert_allclose(greys(dicom(tmp_path / "a", RAMP, **window)), RAMP * (255 / 65280), atol=1e-2)


@pytest.mark.parametrize(
    ("function", "expected"),
    [("LINEAR", [0.0, 0.5, 1.0]), ("LINEAR_EXACT", [0.0, 0.4995, 0.999]), ("SIGMOID", [0.1192, 0.4995, 0.8804])],
)
def test_the_three_functions_of_a_window(function, expected):
    """PS3.3 C.11.2: values at the lower edge, the middle and the upper edge."""
    np.testing.assert_allclose(apply_window(np.array([0.5, 500.0, 999.5]), 500.5, 1000, function), expected, atol=1e-4)


def test_a_lookup_table_goes_before_a_window(tmp_path):
    """The VOI LUT gives the greys: here 12 bits, reversed."""
    table = Dataset()
    table.add_new("LUTDescriptor", "US", [4, 0, 12])
    table.add_new("LUTData", "US", [4095, 3000, 1000, 0])
    values = np.array([[0, 1], [2, 3]], np.uint16)
    path = dicom(tmp_path / "a", values, VOILUTSequence=[table], WindowCenter=1, WindowWidth=2)
    np.testing.assert_allclose(greys(path), np.array([[4095, 3000], [1000, 0]]) * (255 / 4095), atol=1e-3)


def test_padding_is_black_and_does_not_count(tmp_path):
    """The full range is that of the image, not of the value outside of the detector's field."""
    values = np.array([[-2000, 0], [50, 100]], np.int16)
    path = dicom(tmp_path / "a", values, PixelPaddingValue=-2000)
    np.testing.assert_allclose(greys(path), [[0, 0], [127.5, 255]], atol=1e-3)


def test_8_bits_and_colours(tmp_path):
    """8 bits are read like 16; RGB becomes luma."""
    grey = picture(3)
    scaled = (grey - float(grey.min())) * (255 / (float(grey.max()) - grey.min()))
    np.testing.assert_allclose(greys(dicom(tmp_path / "a", grey)), scaled, atol=1e-3)
    colours = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(greys(dicom(tmp_path / "b", colours)), [[76.2, 149.7], [29.1, 255]], atol=0.1)


def test_other_colours_become_luma(tmp_path):
    """YBR (here: red and blue by the standard's matrix) and palettes of 16 bits."""
    ybr = np.array([[[76, 85, 255], [29, 255, 107]]], np.uint8)
    path = dicom(tmp_path / "y", ybr, PhotometricInterpretation="YBR_FULL")
    np.testing.assert_allclose(greys(path), [[76, 29]], atol=1)
    dataset = pydicom.dcmread(dicom(tmp_path / "p", np.array([[0, 1], [2, 3]], np.uint8)))
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for colour in ("Red", "Green", "Blue"):
        table = np.array([0, 20000, 40000, 65535], np.uint16)
        dataset.add_new(f"{colour}PaletteColorLookupTableDescriptor", "US", [4, 0, 16])
        dataset.add_new(f"{colour}PaletteColorLookupTableData", "OW", table.tobytes())
    dataset.save_as(tmp_path / "p")
    np.testing.assert_allclose(greys(tmp_path / "p"), table.reshape(2, 2) / 257, atol=1e-2)


def test_big_endian_is_read(tmp_path):
    """Retired, but old archives are full of it."""
    dataset = pydicom.dcmread(dicom(tmp_path / "a", RAMP))
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = RAMP.astype(">u2").tobytes()
    pydicom.dcmwrite(tmp_path / "b", dataset, implicit_vr=False, little_endian=False, force_encoding=True)
    np.testing.assert_array_equal(greys(tmp_path / "b"), greys(tmp_path / "a"))


def test_compressed_pixels_are_read_where_a_decoder_is_installed(tmp_path):
    """RLE needs no further package."""
    path = dicom(tmp_path / "a.dcm", RAMP)
    dataset = pydicom.dcmread(path)
    dataset.compress(RLELossless)
    dataset.save_as(tmp_path / "b.dcm")
    np.testing.assert_array_equal(greys(tmp_path / "b.dcm"), greys(path))


def recoded(path, syntax, frames=(b"\0" * 64,)):
    """The file, claiming another transfer syntax with these frames."""
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate(list(frames))
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    return path


def test_a_missing_decoder_is_named(tmp_path, monkeypatch):
    """The reason names the transfer syntax and the package to install."""
    from pydicom.pixels import get_decoder

    monkeypatch.setattr(type(get_decoder(JPEGLosslessSV1)), "is_available", property(lambda self: False))
    reason = read_file(recoded(dicom(tmp_path / "a", RAMP), JPEGLosslessSV1)).reason
    assert "JPEG Lossless" in reason and "pip install pylibjpeg" in reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"NumberOfFrames": 3}, "3 frames"),
        ({"remove": ("PixelData",)}, "without pixels"),
        ({"remove": ("Rows",)}, "lacks Rows"),
        ({"PixelData": b"\0" * 10}, "truncated or damaged pixels"),
        ({"Rows": 60000, "Columns": 60000}, "too large"),
        ({"PhotometricInterpretation": "HSV"}, "photometric interpretation"),
        ({"BitsAllocated": 13}, "damaged"),
    ],
)
def test_bad_files_have_a_reason(tmp_path, change, reason):
    """No bad file raises; each says what is wrong with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom dislikes these files too
        pydicom.config.settings.writing_validation_mode, before = 0, pydicom.config.settings.writing_validation_mode
        try:
            path = dicom(tmp_path / "a.dcm", RAMP, **change)
        finally:
            pydicom.config.settings.writing_validation_mode = before
    read = read_file(path)
    assert read.pixels is None and reason in read.reason


def test_damaged_and_impossible_compression_have_a_reason(tmp_path):
    """Frames that are rubbish, and films, name their transfer syntax."""
    assert "JPEG 2000" in read_file(recoded(dicom(tmp_path / "a", RAMP), JPEG2000Lossless)).reason
    assert "cannot be decoded here" in read_file(recoded(dicom(tmp_path / "b", RAMP), MPEG2MPML)).reason


def test_a_constant_image_is_blank(tmp_path):
    """There is nothing to stretch over the greys."""
    assert "blank" in read_file(dicom(tmp_path / "a", np.full((4, 4), 7, np.uint16))).reason


def test_files_without_preamble_are_tried(tmp_path):
    """Old archives write the data set alone; by the ending it is known as DICOM all the same."""
    path = dicom(tmp_path / "a.dcm", RAMP)
    expected = greys(path)
    dataset = pydicom.dcmread(path)
    del dataset.file_meta, dataset.preamble
    bare = tmp_path / "bare.dcm"
    pydicom.dcmwrite(bare, dataset, implicit_vr=True, little_endian=True)
    assert bare.read_bytes()[128:132] != b"DICM"
    np.testing.assert_array_equal(greys(bare), expected)


@pytest.mark.parametrize("content", [b"\0" * 300, b"hello" * 50, b"\x08\x00"])
def test_rubbish_with_the_ending_of_dicom_is_bad(tmp_path, content):
    """The ending alone does not make a DICOM file."""
    (tmp_path / "a.dcm").write_bytes(content)
    assert read_file(tmp_path / "a.dcm").pixels is None
