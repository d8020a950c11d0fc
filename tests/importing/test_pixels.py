"""Pixels of PNG and JPEG files, against values worked out by hand."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from autograder.importing.pixels import read_file
from tests.importing.makers import picture, save

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def test_grey_of_8_bits_is_kept(tmp_path):
    """Grey levels come out as they are, from PNG exactly and from JPEG nearly."""
    np.testing.assert_array_equal(read_file(save(RAMP, tmp_path / "a.png")).pixels, RAMP)
    assert np.abs(read_file(save(RAMP, tmp_path / "a.jpg", quality=95)).pixels - RAMP).max() < 6


@pytest.mark.parametrize(("top", "few"), [(65535, False), (4095, True), (255, True)])
def test_16_bits_are_scaled_from_the_bits_in_use(tmp_path, top, few):
    """Full 16 bits by 257; 12 bits in a 16-bit file do not come out black."""
    values = np.linspace(0, top, 64).round().astype(np.uint16).reshape(8, 8)
    read = read_file(save(values, tmp_path / "a.png"))
    np.testing.assert_allclose(read.pixels, values * (255 / top), atol=1e-3)
    assert read.few_bits == few


def test_16_bits_keep_fractions(tmp_path):
    """Nothing is rounded before resizing: 128 steps within one grey level stay 128."""
    values = (40000 + np.arange(128)).astype(np.uint16).reshape(8, 16)
    assert len(np.unique(read_file(save(values, tmp_path / "a.png")).pixels)) == 128


def test_colours_become_luma(tmp_path):
    """Red, green and blue count 0.299, 0.587 and 0.114."""
    colours = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(read_file(save(colours, tmp_path / "a.png")).pixels, [[76, 150], [29, 255]], atol=1)


def test_palette_and_single_bits_become_grey(tmp_path):
    """Indexed colours are looked up; black and white are 0 and 255."""
    indexed = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8)).convert("P")
    indexed.putpalette([10, 10, 10, 200, 200, 200, 90, 90, 90])
    indexed.save(tmp_path / "p.png")
    np.testing.assert_array_equal(read_file(tmp_path / "p.png").pixels, [[10, 200], [90, 200]])
    Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8)).convert("1").save(tmp_path / "b.png")
    np.testing.assert_array_equal(read_file(tmp_path / "b.png").pixels, [[0, 255], [255, 0]])


def test_transparency_lies_before_black(tmp_path):
    """What is transparent is black, what is half transparent half as bright."""
    image = np.full((1, 3, 4), 200, np.uint8)
    image[0, :, 3] = (0, 128, 255)
    np.testing.assert_allclose(read_file(save(image, tmp_path / "a.png")).pixels, [[0, 100, 200]], atol=1)
    np.testing.assert_allclose(read_file(save(image[..., 2:], tmp_path / "la.png")).pixels, [[0, 100, 200]], atol=1)


def test_orientation_of_exif_is_applied(tmp_path):
    """A photograph that lies on its side is turned upright: orientation 6 means a quarter clockwise."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = picture(1, 16, 32)
    save(image, tmp_path / "a.png", exif=exif.tobytes())
    np.testing.assert_array_equal(read_file(tmp_path / "a.png").pixels, np.rot90(image, -1))


def test_content_counts_not_the_name(tmp_path):
    """A JPEG called .png, and one without an ending, are read."""
    source = save(RAMP, tmp_path / "a.jpg").read_bytes()
    for name in ("b.png", "c"):
        (tmp_path / name).write_bytes(source)
        assert read_file(tmp_path / name).pixels is not None


def _claims(width: int, height: int) -> bytes:
    """A PNG file whose header claims a size that its pixels do not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"GIF89a" + b"\0" * 200, "not PNG, JPEG or DICOM"),
        (b"\x89PNG\r\n\x1a\n rubbish", "truncated or damaged"),
        (b"\xff\xd8\xff rubbish", "truncated or damaged"),
        (_claims(50000, 50000), "decompression bomb"),
        (_claims(11000, 11000), "decompression bomb"),
        (_claims(20, 20), "truncated or damaged"),
    ],
)
def test_bad_files_have_a_reason(tmp_path, content, reason):
    """No bad file raises; each says what is wrong with it, without a path."""
    (tmp_path / "a.png").write_bytes(content)
    read = read_file(tmp_path / "a.png")
    assert read.pixels is None and reason in read.reason and str(tmp_path) not in read.reason


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_truncated_files_are_bad(tmp_path, name):
    """The first half of a file is refused, even if a decoder could show some of it."""
    path = save(picture(1, 200, 200), tmp_path / name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "truncated" in read_file(path).reason


def test_animated_png_is_bad(tmp_path):
    """Nothing tells which picture is meant."""
    frames = [Image.fromarray(picture(n)) for n in (1, 2)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:])
    assert "2 pictures" in read_file(tmp_path / "a.png").reason


def test_a_link_to_nowhere_is_bad(tmp_path):
    """A file that cannot be opened is listed like other bad ones."""
    (tmp_path / "a.png").symlink_to(tmp_path / "gone.png")
    assert "cannot be read" in read_file(tmp_path / "a.png").reason
