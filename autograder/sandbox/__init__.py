"""The outer walls: backends that start a worker host, what it may read, and the trusted end of its pipe."""

from .backend import Backend, HostProcess
from .choice import choose_backend, find_backends
from .names import BACKEND_NAMES
from .runtime import Runtime, prepare_runtime

__all__ = [
    "BACKEND_NAMES", "Backend", "HostProcess", "Runtime", "choose_backend", "find_backends", "prepare_runtime",
]  # fmt: skip
