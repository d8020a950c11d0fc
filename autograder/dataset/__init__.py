"""The course's images: building, checking and loading them.

Importing this package loads neither NumPy nor TensorFlow; each name is imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.dataset.build import build_dataset, ensure_dataset, ensure_hidden
    from autograder.dataset.store import find_dataset, load_split, read_manifest
    from autograder.dataset.verify import verify_dataset

_HOMES = {
    "build_dataset": "build",
    "ensure_dataset": "build",
    "ensure_hidden": "build",
    "find_dataset": "store",
    "load_split": "store",
    "read_manifest": "store",
    "verify_dataset": "verify",
}

__all__ = [
    "build_dataset",
    "ensure_dataset",
    "ensure_hidden",
    "find_dataset",
    "load_split",
    "read_manifest",
    "verify_dataset",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
