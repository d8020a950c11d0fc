"""`autograder data import` as typed, with its exit codes."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.dataset import load_split, verify_dataset
from autograder.dataset.store import read_manifest
from autograder.importing import examination
from tests.importing.makers import class_folders, dicom, picture, save

SPLITS = ("train", "validation", "test")


def contents(folder) -> dict[str, bytes]:
    """Every file and folder below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in folder.rglob("*")}


def test_folders_become_a_data_set(tmp_path, typed):
    """Counts, labels and pixels are right, the manifest agrees, and the order is not that of the classes."""
    class_folders(tmp_path / "xrays")
    ran = typed("xrays", "--out", "data", "--size", 20)
    assert ran.code == 0 and "20 images of 20 x 20" in ran.out and "train: 6 normal, 6 abnormal" in ran.out
    assert "patients unknown: images of one patient may land in several splits; see --patient-pattern" in ran.out
    assert verify_dataset(tmp_path / "data") == []
    assert read_manifest(tmp_path / "data").per_class == {"train": [6, 6], "validation": [2, 2], "test": [2, 2]}
    expected = {
        np.rint(picture(1000 * label + n).reshape(20, 2, 20, 2).mean(axis=(1, 3))).astype(np.uint8).tobytes(): label
        for label in (0, 1)
        for n in range(10)
    }
    loaded = [load_split(split, tmp_path / "data") for split in SPLITS]
    assert {i.tobytes(): int(y) for images, labels in loaded for i, y in zip(images, labels, strict=True)} == expected
    assert sorted(loaded[0][1].tolist()) != loaded[0][1].tolist()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "xrays"]


def test_the_same_seed_gives_the_same_bytes(tmp_path, typed):
    """And another seed gives others."""
    class_folders(tmp_path / "xrays")
    for out, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert typed("xrays", "--out", out, "--seed", seed).code == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_the_hidden_share_is_apart_and_closed(tmp_path, typed):
    """Its images are in no other split, its folder is its owner's alone, and the students' does not mention it."""
    class_folders(tmp_path / "xrays", 20)
    ran = typed("xrays", "--out", "data", "--hidden", 20, "--split", "50,25,25")
    assert ran.code == 0 and "data-hidden" in ran.out and "hidden: 4 normal, 4 abnormal" in ran.out
    hidden, _ = load_split("hidden", tmp_path / "data-hidden")
    public = [image.tobytes() for split in SPLITS for image in load_split(split, tmp_path / "data")[0]]
    assert len(public) == 32 and not {image.tobytes() for image in hidden} & set(public)
    assert stat.S_IMODE((tmp_path / "data-hidden").stat().st_mode) == 0o700
    assert verify_dataset(tmp_path / "data-hidden") == []
    assert "hidden" not in (tmp_path / "data" / "manifest.json").read_text()
    assert "hidden" not in (tmp_path / "data" / "DATA_CARD.md").read_text()
    again = typed("xrays", "--out", "data-2")
    assert again.code == 0
    (tmp_path / "data").rename(tmp_path / "old")
    assert "graders would use it" in typed("xrays", "--out", "data").err


def test_nothing_of_the_source_but_pixels_is_written(tmp_path, typed):
    """No file of the data set holds names, headers or patients."""
    for label, name in enumerate(("normal", "abnormal")):
        for n in range(10):
            path = tmp_path / "SOURCEX" / name / f"FILEX{n}"
            dicom(path, picture(100 * label + n), PatientName="NAMEX", PatientID=f"IDX{n}", StudyID="STUDYX")
    ran = typed("SOURCEX", "--out", "data", "--allow-identifiers", "--hidden", 10)
    assert (
        ran.code == 0
        and "headers that identify patients, as you allowed: 20" in ran.out
        and "no header was copied" in ran.out
    )
    assert "20 images of 10 patients; no patient is in two splits" in ran.out
    for folder in ("data", "data-hidden"):
        written = b"".join(name.encode() + data for name, data in contents(tmp_path / folder).items())
        assert not [word for word in (b"SOURCEX", b"FILEX", b"NAMEX", b"IDX", b"STUDYX") if word in written]


def test_identifiers_are_refused_by_tag_and_file(tmp_path, typed):
    """Tags, counts and files are named, values never are, and nothing is written."""
    class_folders(tmp_path / "xrays")
    for n in range(5):
        dicom(tmp_path / "xrays" / "normal" / f"d{n}.dcm", picture(50 + n), PatientBirthDate="19990131")
    before = contents(tmp_path)
    ran = typed("xrays", "--out", "deep/er/data")
    assert ran.code == 2 and "PatientBirthDate (0010,0030): 5 files: normal/d0.dcm, normal/d1.dcm" in ran.err
    assert "1999" not in ran.err and "--allow-identifiers" in ran.err and "no header is ever copied" in ran.err
    assert contents(tmp_path) == before


def test_all_bad_files_are_listed_and_can_be_left_out(tmp_path, typed):
    """One run shows every bad file with its reason; --skip-bad goes on without them."""
    class_folders(tmp_path / "xrays")
    (tmp_path / "xrays" / "normal" / "empty.png").touch()
    (tmp_path / "xrays" / "normal" / "scan.tif").write_bytes(b"II*\0" * 9)
    save(np.full((9, 9), 7, np.uint8), tmp_path / "xrays" / "abnormal" / "blank.png")
    ran = typed("xrays", "--out", "data")
    assert ran.code == 2 and "3 of 23 images" in ran.err and not (tmp_path / "data").exists()
    for line in ("normal/empty.png: empty file", "scan.tif: not PNG, JPEG or DICOM", "blank.png: blank"):
        assert line in ran.err
    ran = typed("xrays", "--out", "data", "--skip-bad")
    assert ran.code == 0 and "left out as bad: 3" in ran.out and "normal/empty.png: empty file" in ran.out
    assert sum(len(load_split(split, tmp_path / "data")[1]) for split in SPLITS) == 20


def test_at_most_fifty_bad_files_are_shown(tmp_path, typed):
    """The rest is a number."""
    class_folders(tmp_path / "xrays", 1)
    for n in range(60):
        (tmp_path / "xrays" / "normal" / f"e{n:02d}").touch()
    ran = typed("xrays", "--out", "data")
    assert ran.err.count("empty file") == 50 and "and 10 more" in ran.err


def test_copies_are_refused_or_dropped(tmp_path, typed):
    """Of a file and its JPEG the first by name stays."""
    class_folders(tmp_path / "xrays")
    save(picture(3), tmp_path / "xrays" / "normal" / "z.jpg", quality=70)
    ran = typed("xrays", "--out", "data")
    assert ran.code == 2 and "normal/p003_1.png and normal/z.jpg" in ran.err and "--drop-duplicates" in ran.err
    ran = typed("xrays", "--out", "data", "--drop-duplicates")
    assert ran.code == 0 and "20 images of" in ran.out and "copies left out: 1" in ran.out


def test_the_same_image_in_both_classes_is_always_refused(tmp_path, typed):
    """No option can know which label is right."""
    class_folders(tmp_path / "xrays")
    save(picture(3), tmp_path / "xrays" / "abnormal" / "same.png")
    for options in ((), ("--drop-duplicates",)):
        ran = typed("xrays", "--out", "data", *options)
        assert ran.code == 2 and "both classes" in ran.err and "abnormal/same.png and normal/p003_1.png" in ran.err


@pytest.fixture
def given_splits(tmp_path):
    """A source with splits of its own: four images of each class in each."""
    for n, split in enumerate(("train", "val", "test")):
        class_folders(tmp_path / "xrays" / split, 4, start=100 * n)
    return tmp_path / "xrays"


def test_given_splits_are_kept(tmp_path, typed, given_splits):
    """Each image stays in the split that it came in; a hidden share is taken from each."""
    assert typed("xrays", "--out", "data", "--size", 40).code == 0
    for n, split in enumerate(SPLITS):
        images = {image.tobytes() for image in load_split(split, tmp_path / "data")[0]}
        assert images == {picture(100 * n + 1000 * label + k).tobytes() for label in (0, 1) for k in range(4)}
    ran = typed("xrays", "--out", "other", "--hidden", 25)
    assert ran.code == 0 and "hidden: 3 normal, 3 abnormal" in ran.out and "test: 3 normal, 3 abnormal" in ran.out


def test_split_deals_the_images_of_given_splits_anew(tmp_path, typed, given_splits):
    """With given shares, the import ignores the source's splits."""
    ran = typed("xrays", "--out", "data", "--size", 40, "--split", "50,25,25")
    assert ran.code == 0 and "train: 6 normal, 6 abnormal" in ran.out
    images = {image.tobytes() for image in load_split("train", tmp_path / "data")[0]}
    assert not images <= {picture(1000 * label + k).tobytes() for label in (0, 1) for k in range(4)}


def test_copies_across_given_splits_are_refused(tmp_path, typed, given_splits):
    """Neither option nor chance decides which split loses its image; within one split a copy may stay."""
    save(picture(1), given_splits / "train" / "normal" / "again.png")
    ran = typed("xrays", "--out", "data")
    assert ran.code == 0 and "copies kept, as they are in the split of the original: 1" in ran.out
    assert "copies left out: 1" in typed("xrays", "--out", "dropped", "--drop-duplicates").out
    save(picture(1), given_splits / "test" / "normal" / "again.png")
    for options in ((), ("--drop-duplicates",)):
        ran = typed("xrays", "--out", "other", *options)
        assert ran.code == 2 and "in two splits" in ran.err and "test/normal/again.png and train/normal" in ran.err


def test_a_patient_in_two_given_splits_is_refused(typed, given_splits):
    """By names of files, not of patients."""
    ran = typed("xrays", "--out", "data", "--patient-pattern", r"(p\d+)_")
    assert ran.code == 2 and "patients with images in two splits: 8" in ran.err
    assert "test/abnormal/p100_1.png and train/abnormal/p100_1.png" in ran.err


def test_patients_are_never_torn_apart(tmp_path, typed):
    """Whether a name or an array says whose an image is."""
    names = np.array([f"q{n // 3}" for n in range(60)])
    images, labels = np.stack([picture(n) for n in range(60)]), np.arange(60) // 3 % 2
    for image, label, name, n in zip(images, labels, names, range(60), strict=True):
        save(image, tmp_path / "xrays" / ("normal", "abnormal")[label] / f"{name}_{n}.png")
    np.savez(tmp_path / "xrays.npz", images=images, labels=labels, patient=names)
    whose = {image.tobytes(): name for image, name in zip(images, names, strict=True)}
    for source, *options in (("xrays", "--patient-pattern", r"/(q\d+)_"), ("xrays.npz",)):
        out = tmp_path / f"of-{source}"
        ran = typed(source, "--out", out, "--size", 40, *options)
        assert ran.code == 0 and "60 images of 20 patients" in ran.out
        patients = [{whose[image.tobytes()] for image in load_split(split, out)[0]} for split in SPLITS]
        assert [len(group) for group in patients] == [12, 4, 4] and not set.intersection(*patients[:2])
        assert not patients[2] & (patients[0] | patients[1])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(p", "not a regular expression"), (r"p\d+", "one group"), ("(a)(b)", "got 2"), ("(zzz)", "in no file's name")],
)
def test_patterns_that_find_nobody_are_refused(tmp_path, typed, pattern, text):
    """With an example of what to write, or of what it is searched for in."""
    class_folders(tmp_path / "xrays", 5)
    ran = typed("xrays", "--out", "data", "--patient-pattern", pattern)
    assert ran.code == 2 and text in ran.err


def test_dark_corners_are_told(tmp_path, typed):
    """Enlarged images, and classes that differ in their proportions, are not refused but noted."""
    for n in range(6):
        save(picture(n, 30, 40), tmp_path / "xrays" / "normal" / f"{n}.png")
        save(picture(50 + n, 40, 30), tmp_path / "xrays" / "abnormal" / f"{n}.png")
    ran = typed("xrays", "--out", "data")
    assert "fewer pixels than 64 x 64, which were enlarged: 12 (the smallest has 30 x 40)" in ran.out
    assert "AUC of 1.00" in ran.out and "AUC" not in typed("xrays", "--out", "cropped", "--fit", "crop").out


def test_a_folder_that_is_not_empty_is_refused_before_anything_is_read(tmp_path, typed):
    """Existing files stay; an empty folder is filled."""
    class_folders(tmp_path / "xrays")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine").touch()
    (tmp_path / "xrays" / "normal" / "bad.png").touch()
    ran = typed("xrays", "--out", "data")
    assert ran.code == 2 and "is not empty" in ran.err and "bad.png" not in ran.err
    (tmp_path / "data" / "mine").unlink()
    assert typed("xrays", "--out", "data", "--skip-bad").code == 0


def test_an_interruption_leaves_nothing(tmp_path, typed, monkeypatch):
    """Ctrl-C ends with 130, says what to do, and no unfinished folder is left."""
    class_folders(tmp_path / "xrays")
    before = contents(tmp_path)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(examination, "fingerprint", interrupted)
    ran = typed("xrays", "--out", "data", "--hidden", 20)
    assert ran.code == 130 and "run the same command again" in ran.err and contents(tmp_path) == before


def test_an_unfinished_folder_is_not_touched(tmp_path, typed):
    """It may be that of an import that still runs."""
    class_folders(tmp_path / "xrays")
    (tmp_path / "data.part").mkdir()
    ran = typed("xrays", "--out", "data")
    assert ran.code == 2 and "another import is running" in ran.err and (tmp_path / "data.part").is_dir()


@pytest.mark.parametrize(
    "options",
    [("--split", "60;20;20"), ("--split", "60,20"), ("--split", "90,20,-10"), ("--split", "nan,50,50"),
     ("--hidden", "95"), ("--size", "4"), ("--fit", "squeeze"), ("--normal", "x"), ()],
)  # fmt: skip
def test_wrong_options_end_with_2(tmp_path, typed, options):
    """Also a source with too few images for three splits."""
    class_folders(tmp_path / "xrays", 2)
    ran = typed("xrays", "--out", "data", *options)
    assert ran.code == 2 and ran.err and not (tmp_path / "data").exists()


def test_other_sources_are_refused(tmp_path, typed):
    """A zip has to be unpacked, a missing folder is missing."""
    (tmp_path / "xrays.zip").write_bytes(b"PK")
    assert "unpack" in typed("xrays.zip", "--out", "data").err
    assert typed("nowhere", "--out", "data").code == 2


def test_dicom_without_its_package_is_the_machines_fault(tmp_path, typed, monkeypatch):
    """Exit code 3 and the command that installs it."""
    class_folders(tmp_path / "xrays", 5)
    dicom(tmp_path / "xrays" / "normal" / "d", picture(77))
    monkeypatch.setitem(sys.modules, "pydicom", None)
    ran = typed("xrays", "--out", "data")
    assert ran.code == 3 and "pip install" in ran.err and not (tmp_path / "data").exists()


def test_a_full_disk_is_the_machines_fault(tmp_path, typed, monkeypatch):
    """Exit code 3, found before anything is read."""
    import shutil

    class_folders(tmp_path / "xrays", 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 0))
    ran = typed("xrays", "--out", "data")
    assert ran.code == 3 and "make room" in ran.err


def test_the_manifest_says_what_was_done(tmp_path, typed):
    """The recipe names source, size, fit, seed and how the splits were made."""
    class_folders(tmp_path / "xrays")
    typed("xrays", "--out", "data", "--size", 16, "--seed", 7, "--fit", "crop", "--patient-pattern", r"(p\d+)_")
    recipe = json.loads((tmp_path / "data" / "manifest.json").read_text())["recipe"]
    counts = {"train": [6, 6], "validation": [2, 2], "test": [2, 2]}
    assert recipe == {"source": "imported", "size": 16, "per_class": counts, "seed": 7, "fit": "crop",
                      "split": "by patient 60,20,20"}  # fmt: skip
    card = (tmp_path / "data" / "DATA_CARD.md").read_text()
    assert "| train | 6 | 6 |" in card and "not\ngenerated" in card and "personal data" in card


def test_text_in_pictures_is_not_copied(tmp_path, typed):
    """Text chunks of a PNG do not reach the data set."""
    class_folders(tmp_path / "xrays")
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "TEXTX")
    Image.fromarray(picture(88)).save(tmp_path / "xrays" / "normal" / "t.png", pnginfo=info)
    assert typed("xrays", "--out", "data").code == 0
    assert not any(b"TEXTX" in data for data in contents(tmp_path / "data").values())


def test_help_loads_no_numerical_library():
    """The module of the command is quick to import."""
    code = "import sys, autograder.cli.data_import\nprint({'numpy', 'PIL', 'pydicom'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


def test_a_course_takes_only_images_that_it_can_grade_with(tmp_path, typed, monkeypatch):
    """In a course's folder of images, profile, size and hidden share are looked at before anything is read."""
    course = tmp_path / "course"
    course.mkdir()
    checkout = Path(__file__).parents[2].as_posix()
    (course / "autograder.toml").write_text(f'repository = "{checkout}"\nprofile = "demo"\n')
    (course / "secret").write_text("ab" * 32)
    class_folders(tmp_path / "xrays", 60)
    monkeypatch.chdir(course)
    data = ".autograder/data"
    assert "this course uses demo" in typed("../xrays", "--out", f"{data}/dmeo", "--hidden", 40).err
    assert "--size 64" in typed("../xrays", "--out", f"{data}/demo", "--hidden", 40, "--size", 40).err
    assert "--hidden 20" in typed("../xrays", "--out", f"{data}/demo").err
    assert not (course / data).exists()
    ran = typed("../xrays", "--out", f"{data}/demo", "--hidden", 40)
    assert ran.code == 0 and "hidden has only 24 images of a class" in ran.out


def test_the_secret_decides_which_images_are_hidden(tmp_path, typed):
    """Whoever has the source and the public seed does not know the hidden share."""
    class_folders(tmp_path / "xrays", 30)
    for name in ("a", "b"):
        assert typed("xrays", "--out", name, "--hidden", 50).code == 0
    first, second = (load_split("hidden", tmp_path / f"{name}-hidden")[0] for name in ("a", "b"))
    assert {image.tobytes() for image in first} != {image.tobytes() for image in second}
