"""Fixtures for the tests of authoring."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.tiny import make_checkout


@pytest.fixture
def tiny_checkout(tmp_path: Path) -> Path:
    """A fresh checkout with the tiny assignment."""
    return make_checkout(tmp_path / "checkout")
