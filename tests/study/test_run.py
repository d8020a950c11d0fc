"""A study is resumable: each run is a file, made once, under one protocol."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder.errors import UsageError
from autograder.runs import read_run
from autograder.study.run import StudyRun, read_study, run_study
from tests.study.conftest import EXPERIMENTS, PROFILE, FakeStudy

TWO = EXPERIMENTS[:2]


def test_every_run_is_a_file_and_seeds_come_in_turn(make_inputs, tmp_path):
    """One seed of everything before the next one; what is returned is what the files hold."""
    study = FakeStudy()
    runs = run_study(make_inputs(study), tmp_path / "out", TWO, 2)
    assert study.trained == [("elu", 0), ("elu_7x7", 0), ("elu", 1), ("elu_7x7", 1)]
    files = sorted(path.name for path in (tmp_path / "out" / "runs").iterdir())
    assert files == ["elu-0.json", "elu-1.json", "elu_7x7-0.json", "elu_7x7-1.json"]
    assert [(run.experiment, run.seed) for run in runs] == study.trained
    assert runs[0] == read_run(tmp_path / "out" / "runs" / "elu-0.json", StudyRun)
    assert runs[0].history == {"loss": [0.4, 0.2], "val_loss": [0.4, 0.2]} and len(runs[0].tpr) == 101
    assert 0.9 < runs[0].auc <= 1 and runs[1].parameters == 49_000


def test_what_is_there_is_not_trained_again(make_inputs, make_data, tmp_path):
    """The same call trains nothing; one more seed, or one more experiment, trains that alone."""
    study, data = FakeStudy(), make_data()
    first = run_study(make_inputs(study, data), tmp_path / "out", TWO, 1)
    assert run_study(make_inputs(study, data), tmp_path / "out", TWO, 1) == first
    assert len(study.trained) == 2
    run_study(make_inputs(study, data), tmp_path / "out", EXPERIMENTS[:3], 2)
    assert study.trained[2:] == [("tanh", 0), ("elu", 1), ("elu_7x7", 1), ("tanh", 1)]


def test_ctrl_c_keeps_what_is_finished(make_inputs, make_data, tmp_path):
    """A run that was interrupted leaves nothing; the next call begins with it."""
    data = make_data()
    with pytest.raises(KeyboardInterrupt):
        run_study(make_inputs(FakeStudy(limit=1), data), tmp_path / "out", TWO, 1)
    assert [path.name for path in (tmp_path / "out" / "runs").iterdir()] == ["elu-0.json"]
    study = FakeStudy()
    run_study(make_inputs(study, data), tmp_path / "out", TWO, 1)
    assert study.trained == [("elu_7x7", 0)]


def test_another_protocol_is_refused(make_inputs, make_data, tmp_path):
    """Runs of different lengths are not put side by side; the message names the folder and what differs."""
    data = make_data()
    run_study(make_inputs(data=data), tmp_path / "out", TWO[:1], 1)
    with pytest.raises(UsageError, match=r"out holds a study of something else \(protocol differ.*name another folder"):
        run_study(make_inputs(data=data, profile=replace(PROFILE, epochs=3)), tmp_path / "out", TWO[:1], 1)
    run_study(make_inputs(data=data, profile=replace(PROFILE, training_wall_s=1)), tmp_path / "out", TWO[:1], 1)


def test_other_images_are_refused(make_inputs, make_data, tmp_path):
    """Imported images are told apart by their manifest."""
    run_study(make_inputs(), tmp_path / "out", TWO[:1], 1)
    imported = make_data({"source": "imported"}, "imported")
    with pytest.raises(UsageError, match=r"something else \(data differ"):
        run_study(make_inputs(data=imported), tmp_path / "out", TWO[:1], 1)
    run_study(make_inputs(data=imported), tmp_path / "other", TWO[:1], 1)
    assert list(read_study(tmp_path / "other")["data"]) == ["imported"]


@pytest.mark.parametrize(
    "damage", [lambda text: text[: len(text) // 2], lambda text: "[]", lambda text: "{}",
               lambda text: json.dumps(json.loads(text) | {"more": 1})],
    ids=["cut", "a list", "empty", "one more key"],
)  # fmt: skip
def test_a_damaged_run_is_named(make_inputs, make_data, tmp_path, damage):
    """The message names the file, and what to do about it."""
    data = make_data()
    run_study(make_inputs(data=data), tmp_path / "out", TWO[:1], 1)
    path = tmp_path / "out" / "runs" / "elu-0.json"
    path.write_text(damage(path.read_text()))
    with pytest.raises(UsageError, match=r"elu-0.json is damaged .*remove it, and the same command"):
        run_study(make_inputs(data=data), tmp_path / "out", TWO[:1], 1)


def test_progress_counts_every_epoch_by_its_cost(make_inputs, make_data, tmp_path):
    """From 0 to all of it without a step back, a 7x7 kernel counting 49 and a 3x3 one 9, and at once when done."""
    seen, data = [], make_data()
    run_study(make_inputs(data=data), tmp_path / "out", TWO, 1, lambda done, total: seen.append((done, total)))
    assert seen == [(done, 116) for done in (0, 9, 18, 18, 67, 116, 116)]
    seen.clear()
    run_study(make_inputs(data=data), tmp_path / "out", TWO, 1, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 116), (18, 116), (116, 116)]
