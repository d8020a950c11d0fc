"""The outer walls: backends that start a worker host, and what it may read."""

from .backends import Backend, HostProcess, choose_backend, find_backends
from .runtime import Runtime, prepare_runtime

__all__ = ["Backend", "HostProcess", "Runtime", "choose_backend", "find_backends", "prepare_runtime"]
