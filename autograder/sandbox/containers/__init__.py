"""Containers as sandboxes, for servers whose kernel is too old for ``sandlock`` and where ``bwrap`` may not be used."""

from .backend import CONTAINERS, Container

__all__ = ["CONTAINERS", "Container"]
