"""`autograder data` as typed."""

from __future__ import annotations

import csv
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from autograder.cli.data import command
from autograder.dataset import build, load_split, verify_dataset
from autograder.errors import UsageError
from tests.dataset.conftest import ScriptedSampler


def run(*arguments):
    """The command's result, with its errors raised as the main command sees them."""
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def quick(monkeypatch):
    """Builds without TensorFlow."""
    monkeypatch.setattr(build, "GeneratorSampler", lambda path, size, batch: ScriptedSampler(size))


@pytest.fixture
def dataset(tmp_path, make_job):
    """A small data set with PNG files."""
    build.build_dataset(tmp_path / "d", make_job(png=True))
    return tmp_path / "d"


def test_build_makes_what_was_asked_for(tmp_path, quick):
    """Counts, size, split, PNG files and sheet follow the options."""
    out = tmp_path / "d"
    arguments = ("build", "--out", out, "--per-class", 20, "--size", 16, "--split", "50,25,25")
    result = run(*arguments, "--png", "--sheet")
    assert result.exit_code == 0 and "40 images of 16 x 16" in result.stdout
    assert [len(load_split(name, out)[1]) for name in ("train", "validation", "test")] == [20, 10, 10]
    with np.load(out / "train.npz", allow_pickle=False) as data:
        assert data["images"].shape == (20, 16, 16) and data["labels"].tolist().count(1) == 10
    assert not list(out.glob("*.npy"))
    assert len(list(out.glob("png/*/*/*.png"))) == 40 and (out / "sheet.png").is_file()
    assert verify_dataset(out) == []
    assert "is there already" in run(*arguments).stdout


def test_build_writes_npy_files_on_request(tmp_path, quick):
    """The same images in the other form; a folder of one form is not taken for the other."""
    for form in ("npz", "npy"):
        run("build", "--out", tmp_path / form, "--per-class", 5, "--size", 16, "--format", form)
    for split in ("train", "validation", "test"):
        packed, plain = (load_split(split, tmp_path / form) for form in ("npz", "npy"))
        assert np.array_equal(packed[0], plain[0]) and np.array_equal(packed[1], plain[1])
    assert (tmp_path / "npy" / "train_images.npy").is_file() and verify_dataset(tmp_path / "npy") == []
    with pytest.raises(UsageError, match="--format npy, not npz"):
        run("build", "--out", tmp_path / "npy", "--per-class", 5, "--size", 16)


def test_build_draws_the_hidden_split_apart(tmp_path, quick, monkeypatch):
    """The grader's images lie in the course's state, and the students' folder does not know of them."""
    course = tmp_path / "course"
    course.mkdir()
    checkout = Path(__file__).parents[2].as_posix()
    (course / "autograder.toml").write_text(f'repository = "{checkout}"\n')
    (course / "secret").write_text("ab" * 32)
    monkeypatch.chdir(course)
    assert run("build", "--out", "d", "--per-class", 20, "--hidden-per-class", 6).exit_code == 0
    hidden = course / ".autograder" / "hidden" / "d"
    assert len(load_split("hidden", hidden)[1]) == 12
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700
    students = (course / "d" / "manifest.json").read_text() + (course / "d" / "DATA_CARD.md").read_text()
    assert "hidden" not in students and "secret" not in students


def test_an_interruption_says_how_to_go_on(tmp_path, monkeypatch):
    """Ctrl-C ends with exit code 130 and the next step; the same command then finishes."""
    monkeypatch.setattr(build, "GeneratorSampler", lambda path, size, batch: ScriptedSampler(size, limit=0))
    result = run("build", "--out", tmp_path / "d", "--per-class", 20)
    assert result.exit_code == 130 and "again to go on" in result.stderr
    assert not (tmp_path / "d").exists()
    monkeypatch.setattr(build, "GeneratorSampler", lambda path, size, batch: ScriptedSampler(size))
    assert run("build", "--out", tmp_path / "d", "--per-class", 20).exit_code == 0


def test_a_misspelt_split_is_a_usage_error(tmp_path):
    """Wrong options end with exit code 2."""
    assert run("build", "--out", tmp_path / "d", "--split", "60;20;20").exit_code == 2


def test_verify_is_content_with_a_good_copy(dataset):
    """Exit code 0 when every hash is right."""
    assert run("verify", dataset).exit_code == 0


@pytest.mark.parametrize("name", ["train_images.npy", "test_labels.npy", "DATA_CARD.md"])
def test_verify_finds_a_changed_byte(dataset, name):
    """One flipped bit in any file is named, with exit code 1."""
    path = dataset / name
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    result = run("verify", dataset)
    assert result.exit_code == 1 and f"{name}: contents differ" in result.stdout


def test_verify_finds_missing_and_short_files(dataset):
    """Missing and truncated files are told apart, and all are listed."""
    (dataset / "test_images.npy").unlink()
    (dataset / "train_images.npy").write_bytes(b"short")
    text = run("verify", dataset).stdout
    assert "test_images.npy: missing" in text and "train_images.npy: 5 bytes" in text


def test_verify_looks_into_the_png_files(dataset):
    """Each PNG file has its hash too."""
    first, second, *_ = sorted(dataset.glob("png/train/*/*.png"))
    first.unlink()
    second.write_bytes(b"x")
    text = run("verify", dataset).stdout
    assert f"{first.name}: missing" in text and f"{second.name}: contents differ" in text


def test_verify_refuses_a_folder_without_a_data_set(tmp_path):
    """There is nothing to compare with: the instructor's mistake, not a difference."""
    with pytest.raises(UsageError, match="does not hold a data set"):
        run("verify", tmp_path)


def test_png_files_hold_the_images(dataset):
    """PNG and array agree, and the folder names the class."""
    images, labels = load_split("train", dataset)
    for index in (0, 7):
        name = ("normal", "abnormal")[labels[index]]
        picture = np.asarray(Image.open(dataset / "png" / "train" / name / f"{index:06d}.png"))
        assert np.array_equal(picture, images[index])


def test_sheet_shows_normal_above_abnormal(dataset, tmp_path):
    """The upper half is made of normal images, the lower half of abnormal ones."""
    assert run("sheet", dataset, "--out", tmp_path / "s.png", "--per-class", 4).exit_code == 0
    sheet = np.asarray(Image.open(tmp_path / "s.png"))
    images, labels = load_split("train", dataset)
    assert sheet.shape == (16, 32)
    assert np.array_equal(sheet[:8, :8], images[labels == 0][0])
    assert np.array_equal(sheet[8:, 24:], images[labels == 1][3])


class ScriptedTrainer:
    """Keeps its step in a file, as the real one keeps a checkpoint; stops the clock at ``limit``."""

    limit = 10**9

    def __init__(self, images, out, settings, *, resume, start_from=None):
        self.state, self.settings = out / "step", settings
        if self.state.exists() and not resume:
            raise UsageError(f"{out} holds a training run: add --resume")
        out.mkdir(exist_ok=True)
        self.step = int(self.state.read_text()) if self.state.exists() else 0
        self.best_step = 100

    def train(self, steps, *, report_every, save_every, report):
        """Counts up to ``steps``."""
        while self.step < steps:
            self.step += 1
            self.state.write_text(str(self.step))
            if self.step == self.limit:
                raise KeyboardInterrupt
            if self.step % report_every == 0:
                report({"step": self.step, "loss": 1.5})


@pytest.fixture
def trainer(monkeypatch, tmp_path):
    """The command's arguments up to the number of steps, with a trainer that needs no TensorFlow."""
    module = SimpleNamespace(GanSettings=lambda size: {"size": size}, GanTrainer=ScriptedTrainer)
    monkeypatch.setitem(sys.modules, "autograder.generator", module)
    (tmp_path / "real.npz").touch()
    return ("train-gan", "--images", tmp_path / "real.npz", "--out", tmp_path / "run", "--steps")


def test_train_gan_goes_on_where_it_was_interrupted(trainer, monkeypatch):
    """Ctrl-C names --resume, and with it the run reaches its last step."""
    monkeypatch.setattr(ScriptedTrainer, "limit", 150)
    result = run(*trainer, 300)
    assert result.exit_code == 130 and "--resume" in result.stderr
    assert "step 100  loss 1.5" in result.stderr
    monkeypatch.setattr(ScriptedTrainer, "limit", 0)
    assert "trained to step 300; best.npz is from step 100" in run(*trainer, 300, "--resume").stdout


def test_train_gan_does_not_overwrite_a_run(trainer):
    """A folder with a run wants --resume."""
    run(*trainer, 1)
    with pytest.raises(UsageError, match="--resume"):
        run(*trainer, 1)


def test_train_gan_resumes_or_starts_from_another_run_but_not_both(trainer, tmp_path):
    """A resumed run has its weights already."""
    with pytest.raises(UsageError, match="leave one of them out"):
        run(*trainer, 1, "--resume", "--start-from", tmp_path)


@pytest.fixture
def real_images(tmp_path):
    """Random images in place of real ones, 16 x 16 pixels."""
    rng = np.random.default_rng(1)
    path = tmp_path / "real.npz"
    patients = np.array([f"p{n}" for n in range(120)])
    np.savez(path, images=rng.integers(0, 256, (120, 16, 16), np.uint8), labels=np.arange(120) % 2, patient=patients)
    return path


@pytest.mark.slow
def test_train_gan_trains_and_resumes(tmp_path, real_images):
    """Two steps, then one more: the log goes on and the weights can be sampled from."""
    arguments = ("train-gan", "--images", real_images, "--out", tmp_path / "run", "--size", 16, "--steps")
    assert "trained to step 2" in run(*arguments, 2).stdout
    assert "trained to step 3" in run(*arguments, 3, "--resume").stdout
    rows = list(csv.DictReader((tmp_path / "run" / "log.csv").read_text().splitlines()))
    assert rows[0]["step"] == "2"
    weights = tmp_path / "run" / "weights" / "generator_000003.npz"
    result = run("build", "--out", tmp_path / "d", "--per-class", 5, "--size", 16, "--generator", weights)
    assert result.exit_code == 0
