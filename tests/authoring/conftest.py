"""Fixtures for the tests of authoring."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """The module ``tests/authoring/tiny.py``."""
    spec = importlib.util.spec_from_file_location("tiny_checkout", Path(__file__).parent / "tiny.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tiny_checkout(tiny: ModuleType, tmp_path: Path) -> Path:
    """A fresh checkout with the tiny assignment."""
    root: Path = tiny.make_checkout(tmp_path / "checkout")
    return root
