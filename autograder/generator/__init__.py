"""A maintainer's tools for the generator of chest X-rays: training and measuring it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.generator.training import GanSettings, GanTrainer

__all__ = ["GanSettings", "GanTrainer"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.generator import training

    return getattr(training, name)
