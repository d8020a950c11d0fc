"""Autograding for a course on medical AI with synthetic chest X-rays.

Students use ``from autograder import check``; everything else is the command ``autograder``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.version import __version__

__all__ = ["__version__", "check"]

if TYPE_CHECKING:
    from autograder.selfcheck import check


def __getattr__(name: str) -> Any:
    if name == "check":
        from autograder.selfcheck import check

        return check
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
