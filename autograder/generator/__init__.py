"""The generator of chest X-rays: its networks, its weights' file, and its training."""

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
