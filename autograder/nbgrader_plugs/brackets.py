"""Lets nbgrader work below folders whose names hold brackets, such as ``medical AI [2026]``.

Theory of operation: nbgrader gives whole paths to ``glob``, where ``[2026]`` stands for one of four characters, so that
it finds nothing in such a folder.  ``find_literally`` takes the leading folders that exist as they are written for
what they are, and only the rest for a pattern.  ``mend_globs`` puts it into nbgrader's modules; nothing changes for
a path without special characters.
"""

from __future__ import annotations

import glob
import os
from types import ModuleType, SimpleNamespace


def mend_globs() -> None:
    """Makes nbgrader's searches read existing folders literally, for the rest of this process."""
    import nbgrader.apps.api
    import nbgrader.converters.base
    import nbgrader.exchange.default as exchange
    import nbgrader.utils

    searching: list[ModuleType] = [nbgrader.apps.api, nbgrader.converters.base, nbgrader.utils]
    searching += [
        vars(exchange)[name] for name in ("exchange", "collect", "list", "fetch_feedback", "release_feedback")
    ]
    for module in searching:
        module.glob = SimpleNamespace(glob=find_literally, escape=glob.escape)  # type: ignore[attr-defined]


def find_literally(pattern: str) -> list[str]:
    """``glob.glob``, in which leading folders that exist under the very name have no special characters."""
    folder, rest = os.path.split(pattern)
    patterns = [rest]
    while folder and not os.path.isdir(folder):
        parent, name = os.path.split(folder)
        if parent == folder:
            break
        folder, patterns = parent, [name, *patterns]
    return glob.glob(os.path.join(glob.escape(folder), *patterns))
