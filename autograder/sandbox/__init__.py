"""The outer walls: backends that start a worker host, what it may read, and the trusted end of its pipe.

What is named here is loaded on first use: a help text that lists the sandboxes (``names``) costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .names import BACKEND_NAMES

if TYPE_CHECKING:
    from .backend import Backend, HostProcess
    from .choice import choose_backend, find_backends
    from .host import Host
    from .runtime import Runtime, prepare_runtime

__all__ = [
    "BACKEND_NAMES", "Backend", "Host", "HostProcess", "Runtime", "choose_backend", "find_backends", "prepare_runtime",
]  # fmt: skip
_HOMES = {
    "Backend": "backend",
    "Host": "host",
    "HostProcess": "backend",
    "Runtime": "runtime",
    "choose_backend": "choice",
    "find_backends": "choice",
    "prepare_runtime": "runtime",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
