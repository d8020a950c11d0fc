"""Removing what a hostile process has left in its folder."""

from __future__ import annotations

import os

from autograder.worker.removal import remove_tree


def test_thousands_of_folders_within_each_other_are_removed(tmp_path):
    """Deeper than recursion goes and than a path may be long."""
    top = os.open(tmp_path, os.O_RDONLY)
    os.mkdir("deep", dir_fd=top)
    folder = os.open("deep", os.O_RDONLY, dir_fd=top)
    for _ in range(3000):
        os.mkdir("x", dir_fd=folder)
        inner = os.open("x", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    os.close(top)
    remove_tree(str(tmp_path / "deep"))
    assert not (tmp_path / "deep").exists()


def test_links_are_removed_and_not_followed(tmp_path):
    """What lies outside stays as it is, and so does what a link to a folder leads to."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("x")
    (tmp_path / "scratch" / "inner").mkdir(parents=True)
    (tmp_path / "scratch" / "inner" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "scratch" / "lifted-1").symlink_to(tmp_path / "outside" / "kept")
    remove_tree(str(tmp_path / "scratch"))
    assert not (tmp_path / "scratch").exists()
    assert (tmp_path / "outside" / "kept").read_text() == "x"


def test_folders_without_rights_and_odd_names_are_removed(tmp_path):
    """Rights are taken back first; names are bytes of any kind; a name that the remover would use itself is no trap."""
    scratch = tmp_path / "scratch"
    for name in ("closed", "lifted-1", "lifted-2", "\udcff\n"):
        (scratch / name / "lifted-1" / "x").mkdir(parents=True)
        (scratch / name / "file").touch()
    (scratch / "closed").chmod(0)
    remove_tree(str(scratch))
    assert not scratch.exists()


def test_no_name_stops_the_removal(tmp_path):
    """A full folder with the name that its own folder would get is no obstacle: it once ended the removal."""
    scratch = tmp_path / "scratch"
    (scratch / "lifted-1" / "kept").mkdir(parents=True)
    (scratch / "lifted-1" / "kept" / "file").touch()
    remove_tree(str(scratch))
    assert not scratch.exists()


def test_the_names_of_lifted_folders_cannot_be_known_before(tmp_path, monkeypatch):
    """Two removals draw different ones."""
    drawn = []
    rename = os.rename

    def watched(source, target, **kwargs):
        drawn.append(target)
        rename(source, target, **kwargs)

    monkeypatch.setattr(os, "rename", watched)
    for _ in range(2):
        (tmp_path / "scratch" / "a" / "b").mkdir(parents=True)
        remove_tree(str(tmp_path / "scratch"))
    assert len(drawn) == 2 and drawn[0] != drawn[1] and len(drawn[0]) > 32


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    """Nor is a link in its place, which stays."""
    remove_tree(str(tmp_path / "none"))
    (tmp_path / "link").symlink_to(tmp_path)
    remove_tree(str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
