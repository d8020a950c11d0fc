"""Building a data set: the same bytes after any interruption."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.dataset import build, writer
from autograder.dataset.recipe import HIDDEN_SPLIT, Recipe, hidden_key, secret_check
from autograder.dataset.store import load_split, read_manifest
from autograder.errors import EnvironmentFault, UsageError
from autograder.files import write_json
from tests.dataset.conftest import ScriptedSampler, contents


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Two batches a chunk, so that small data sets have several."""
    monkeypatch.setattr(writer, "CHUNK_BATCHES", 2)


def test_the_same_job_gives_the_same_bytes(tmp_path, make_job):
    """Two builds of one recipe differ in nothing."""
    for name in ("a", "b"):
        assert build.build_dataset(tmp_path / name, make_job(png=True, sheet=True))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_another_seed_gives_other_images(tmp_path, make_job):
    """The seed decides images and labels."""
    build.build_dataset(tmp_path / "a", make_job(seed=1))
    build.build_dataset(tmp_path / "b", make_job(seed=2))
    a, b = (load_split("train", tmp_path / name) for name in ("a", "b"))
    assert not np.array_equal(a[0], b[0]) and not np.array_equal(a[1], b[1])


@pytest.mark.parametrize("npz", [False, True])
@pytest.mark.parametrize("limit", [0, 1, 2, 5, 10, 13])
def test_an_interrupted_build_finishes_with_the_same_bytes(tmp_path, make_job, limit, npz):
    """Ctrl-C at any batch leaves nothing under the final name, and the next build goes on."""
    build.build_dataset(tmp_path / "whole", make_job(npz=npz))
    with pytest.raises(KeyboardInterrupt):
        build.build_dataset(tmp_path / "cut", make_job(ScriptedSampler(limit=limit), npz=npz))
    assert not (tmp_path / "cut").exists()
    rest = ScriptedSampler()
    build.build_dataset(tmp_path / "cut", make_job(rest, npz=npz))
    assert contents(tmp_path / "whole") == contents(tmp_path / "cut")
    assert rest.batches <= 16 - limit + 1  # at most the chunk that was cut off is made again
    assert not (tmp_path / "cut.part").exists()


@pytest.mark.parametrize("step", ["pack", "write_json"])
def test_a_build_interrupted_at_its_end_finishes_with_the_same_bytes(tmp_path, make_job, monkeypatch, step):
    """Ctrl-C while the .npz files or the manifest are written."""
    build.build_dataset(tmp_path / "whole", make_job(npz=True))
    kept, calls = getattr(writer, step), []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == (2 if step == "pack" else 9) or "manifest.json" in str(arguments[0]):
            raise KeyboardInterrupt
        kept(*arguments)

    monkeypatch.setattr(writer, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        build.build_dataset(tmp_path / "cut", make_job(npz=True))
    monkeypatch.setattr(writer, step, kept)
    build.build_dataset(tmp_path / "cut", make_job(npz=True))
    assert contents(tmp_path / "whole") == contents(tmp_path / "cut")


@pytest.mark.parametrize("damage", ["byte", "missing", "truncated"])
def test_a_damaged_data_set_is_not_taken_for_a_finished_one(tmp_path, make_job, damage):
    """A build over it says what is wrong and how to get a whole one."""
    build.build_dataset(tmp_path / "d", make_job(npz=True))
    path = tmp_path / "d" / "train.npz"
    data = bytearray(path.read_bytes())
    data[-200] ^= 1
    path.unlink()
    if damage != "missing":
        path.write_bytes(data if damage == "byte" else data[:100])
    with pytest.raises(UsageError, match=r"damaged \(train.npz.*remove the folder"):
        build.build_dataset(tmp_path / "d", make_job(npz=True))


def test_an_imported_data_set_stands_in_for_a_generated_one(tmp_path):
    """A course keeps its instructor's own images, if their size and splits are those that it asks for."""
    from autograder.dataset.store import IMPORTED, Manifest
    from autograder.dataset.verify import record_file

    folder = tmp_path / "own"
    folder.mkdir()
    counts = {"train": [3, 5], "validation": [1, 2], "test": [2, 1]}
    for split, (normal, abnormal) in counts.items():
        np.save(folder / f"{split}_images.npy", np.zeros((normal + abnormal, 16, 16), np.uint8))
        np.save(folder / f"{split}_labels.npy", np.repeat([0, 1], [normal, abnormal]))
    files = {path.name: record_file(path) for path in folder.glob("*.npy")}
    write_json(folder / "manifest.json", Manifest(16, counts, {"source": IMPORTED}, files).to_json())
    assert build.ensure_dataset(folder, size=16, per_class=1000) == folder
    assert load_split("train", folder)[1].tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    with pytest.raises(UsageError, match="--size 32"):
        build.ensure_dataset(folder, size=32, per_class=1000)
    with pytest.raises(UsageError, match="without the split hidden"):
        build.ensure_hidden(folder, size=16, per_class=10, secret=b"0123456789abcdef")


def test_what_was_half_written_is_written_again(tmp_path, make_job):
    """Bytes after the last recorded chunk are not trusted."""
    build.build_dataset(tmp_path / "whole", make_job())
    with pytest.raises(KeyboardInterrupt):
        build.build_dataset(tmp_path / "cut", make_job(ScriptedSampler(limit=5)))
    torn = np.lib.format.open_memmap(tmp_path / "cut.part" / "train_images.npy", mode="r+")
    torn[16:] = 77
    torn.flush()
    build.build_dataset(tmp_path / "cut", make_job())
    assert contents(tmp_path / "whole") == contents(tmp_path / "cut")


@pytest.mark.parametrize("damage", ["{", '{"recipe": 1}', "[]"])
def test_an_unreadable_journal_starts_afresh(tmp_path, make_job, damage):
    """A damaged journal costs time, but the bytes are the same."""
    with pytest.raises(KeyboardInterrupt):
        build.build_dataset(tmp_path / "d", make_job(ScriptedSampler(limit=5)))
    (tmp_path / "d.part" / writer.JOURNAL_NAME).write_text(damage)
    rest = ScriptedSampler()
    build.build_dataset(tmp_path / "d", make_job(rest))
    assert rest.batches == 16


def test_the_rest_of_another_recipe_is_thrown_away(tmp_path, make_job):
    """An unfinished build of another seed contributes nothing."""
    with pytest.raises(KeyboardInterrupt):
        build.build_dataset(tmp_path / "d", make_job(ScriptedSampler(limit=9), seed=2))
    build.build_dataset(tmp_path / "d", make_job(seed=1))
    build.build_dataset(tmp_path / "whole", make_job(seed=1))
    assert contents(tmp_path / "d") == contents(tmp_path / "whole")


def test_a_finished_data_set_is_not_built_again(tmp_path, make_job):
    """The second call does not even load the generator."""
    build.build_dataset(tmp_path / "d", make_job())
    unused = ScriptedSampler(limit=0)
    assert not build.build_dataset(tmp_path / "d", make_job(unused))


def test_another_data_set_is_not_overwritten(tmp_path, make_job):
    """A folder with other images is refused, and the text names the difference."""
    build.build_dataset(tmp_path / "d", make_job(seed=1))
    before = contents(tmp_path / "d")
    with pytest.raises(UsageError, match="seed: there 1, wanted 2"):
        build.build_dataset(tmp_path / "d", make_job(seed=2))
    assert contents(tmp_path / "d") == before


def test_a_foreign_folder_is_not_touched(tmp_path, make_job):
    """A folder of other files is never used as a data set, nor replaced."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("words")
    with pytest.raises(UsageError, match="does not hold a data set"):
        build.build_dataset(tmp_path / "thesis", make_job())
    assert contents(tmp_path / "thesis") == {"chapter.txt": b"words"}


def test_an_empty_folder_is_filled(tmp_path, make_job):
    """A folder made beforehand will do."""
    (tmp_path / "d").mkdir()
    assert build.build_dataset(tmp_path / "d", make_job())
    assert len(load_split("train", tmp_path / "d")[1]) == 40


def test_an_update_of_the_generator_keeps_a_courses_images(tmp_path, make_job):
    """The grader goes on with the images that the students have; a plain build says what differs."""
    build.build_dataset(tmp_path / "d", make_job(generator="g1"))
    assert not build.build_dataset(tmp_path / "d", make_job(generator="g2"), any_generator=True)
    with pytest.raises(UsageError, match="generator_sha256"):
        build.build_dataset(tmp_path / "d", make_job(generator="g2"))


def test_extras_cannot_be_had_afterwards(tmp_path, make_job):
    """Asking for PNG files of a data set built without them is an error, not silence."""
    build.build_dataset(tmp_path / "d", make_job())
    with pytest.raises(UsageError, match="--png"):
        build.build_dataset(tmp_path / "d", make_job(png=True))


def test_two_builders_at_once_do_the_work_once(tmp_path, make_job):
    """The second one waits for the first and finds the data set."""
    samplers, results, start = [ScriptedSampler(), ScriptedSampler()], [], threading.Barrier(2)

    def run(sampler):
        start.wait()
        results.append(build.build_dataset(tmp_path / "d", make_job(sampler)))

    threads = [threading.Thread(target=run, args=(sampler,)) for sampler in samplers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == [False, True]
    assert sorted(sampler.batches for sampler in samplers) == [0, 16]


def test_a_full_disk_is_noticed_beforehand(tmp_path, make_job, monkeypatch):
    """The text says how much room is missing, and no image is made."""
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda path: SimpleNamespace(free=10))
    with pytest.raises(EnvironmentFault, match="MiB free"):
        build.build_dataset(tmp_path / "d", make_job(ScriptedSampler(limit=0)))


def test_progress_counts_up_to_all_images(tmp_path, make_job):
    """Progress never runs backwards and ends at the total."""
    seen = []
    build.build_dataset(tmp_path / "d", make_job(), progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (64, 64)


def _hidden(secret):
    recipe = Recipe(8, {HIDDEN_SPLIT: 10}, None, "g", secret_check(secret), batch_size=4)
    return writer.BuildJob(recipe, hidden_key(secret), ScriptedSampler, private=True)


def test_the_hidden_split_keeps_its_secret(tmp_path):
    """Only the owner can enter the folder, and nothing in it tells key or seed."""
    secret = b"s" * 32
    build.build_dataset(tmp_path / "h", _hidden(secret))
    assert stat.S_IMODE((tmp_path / "h").stat().st_mode) == 0o700
    manifest = (tmp_path / "h" / "manifest.json").read_text()
    assert "seed" not in manifest and hidden_key(secret).split(":")[1] not in manifest
    images, labels = load_split("hidden", tmp_path / "h")
    assert images.shape == (20, 8, 8) and labels.sum() == 10


def test_a_changed_secret_is_noticed(tmp_path):
    """A hidden split of another secret is not used by mistake."""
    build.build_dataset(tmp_path / "h", _hidden(b"s" * 32))
    with pytest.raises(UsageError, match="secret_check"):
        build.build_dataset(tmp_path / "h", _hidden(b"t" * 32), any_generator=True)


def test_the_hidden_images_are_not_the_public_ones(tmp_path, make_job):
    """The same split name under a public key gives other images."""
    job = _hidden(b"s" * 32)
    build.build_dataset(tmp_path / "h", job)
    build.build_dataset(tmp_path / "p", replace(job, key="public:2026"))
    assert not np.array_equal(load_split("hidden", tmp_path / "h")[0], load_split("hidden", tmp_path / "p")[0])


def test_the_card_and_manifest_tell_the_truth(tmp_path, make_job):
    """Counts in the card, the manifest and the files agree; licence and limits are named."""
    build.build_dataset(tmp_path / "d", make_job(train=12, validation=4, test=4))
    card = (tmp_path / "d" / "DATA_CARD.md").read_text()
    assert read_manifest(tmp_path / "d").per_class == {"train": 12, "validation": 4, "test": 4}
    assert "| train | 12 | 12 |" in card
    for words in ("CC BY 4.0", "Kermany", "Not for diagnosis", "Prevalence is a setting"):
        assert words in card


@pytest.mark.parametrize("size", [0, 7, 4096])
def test_absurd_sizes_are_refused(tmp_path, size, tiny_generator):
    """A size that no network could use is an error of the instructor's."""
    with pytest.raises(UsageError, match="between 8 and 1024"):
        build.public_job(size=size, per_class=10, generator=tiny_generator)
