"""``autograder study`` through its real entry point."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.study import _call
from tests.conftest import ROOT

TINY = """
[profiles.tiny]
size = 32
per_class = 40
hidden_per_class = 4
width = 0.03125
dense_units = 8
epochs = 1
steps_per_epoch = 3
validation_steps = 1
batch_size = 8
training_wall_s = 60
auc_steps = [{ auc = 0.9, credit = 1.0 }]
"""


@pytest.fixture(scope="module")
def tiny_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a profile that takes a moment."""
    folder = tmp_path_factory.mktemp("study")
    for name in ("assignments", "reference_solution"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "assignments" / "course.toml").open("a", encoding="utf-8") as stream:
        stream.write(TINY)
    return folder


def study(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in the checkout."""
    command = [sys.executable, "-m", "autograder", "study", *arguments]
    wide = os.environ | {"COLUMNS": "150"}
    return subprocess.run(
        command, cwd=checkout, env=wide, capture_output=True, text=True, encoding="utf-8", check=False, timeout=900
    )


def test_an_unknown_profile_is_named(tiny_checkout: Path) -> None:
    """With those that there are, before anything is built."""
    done = study(tiny_checkout, "--out", "out", "--profile", "huge")
    assert done.returncode == 2 and "there is no profile 'huge'; course.toml has: cpu, gpu, demo, tiny" in done.stderr
    assert not (tiny_checkout / "out").exists()


def test_an_unknown_experiment_is_named(tiny_checkout: Path) -> None:
    """With those that there are, before anything is built."""
    done = study(tiny_checkout, "--out", "out", "--profile", "tiny", "--only", "elu", "--only", "swish")
    assert done.returncode == 2 and "there is no experiment swish; study.py has: elu, elu_7x7" in done.stderr
    assert not (tiny_checkout / "out").exists()


def test_the_command_on_the_page_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    """The last part of the path, quoted for a shell."""
    found = _call(tmp_path / "my study", "cpu", 10, 3, ("elu", "tanh"))
    assert found == "autograder study --out 'my study' --profile cpu --epochs 10 --seeds 3 --only elu --only tanh"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_experiment_runs(tiny_checkout: Path) -> None:
    """All of them, for an epoch; a second call only draws; another protocol is refused."""
    call = ("--out", "all", "--profile", "tiny", "--seeds", "1")
    done = study(tiny_checkout, *call)
    assert done.returncode == 0, done.stderr
    out = tiny_checkout / "all"
    runs = {path.stem: json.loads(path.read_text()) for path in (out / "runs").glob("*.json")}
    assert len(runs) == 12 and {"elu-0", "elu_7x7-0", "sigmoid_scaled-0", "sigmoid_dense-0"} <= set(runs)
    for name, run in runs.items():
        assert 0 <= run["auc"] <= 1 and len(run["tpr"]) == 101 and run["parameters"] > 1000, name
        assert len(run["loss"]) == len(run["val_loss"]) == (3 if name == "sigmoid_long-0" else 1)
    assert runs["elu_7x7-0"]["parameters"] > 4 * runs["elu-0"]["parameters"]
    assert len(list(out.glob("*.png"))) == 5
    assert "autograder study --out all --profile tiny --epochs 1 --seeds 1" in (out / "index.html").read_text("utf-8")
    for text in ("ELU, 3x3", "sigmoid: batch normalisation", "index.html has all of it"):
        assert text in done.stdout

    before = {path: path.stat().st_mtime_ns for path in (out / "runs").iterdir()}
    (out / "roc.png").unlink()
    assert study(tiny_checkout, *call).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in (out / "runs").iterdir()} == before
    assert (out / "roc.png").is_file()

    refused = study(tiny_checkout, *call, "--epochs", "2")
    assert refused.returncode == 2 and "study of something else (protocol differ)" in refused.stderr
