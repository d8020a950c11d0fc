"""The processes below a process, as ``/proc`` shows them."""

from __future__ import annotations

import contextlib
import os


def descendants(root: int) -> list[int]:
    """Process ids of everything below ``root``, parents before their children."""
    found, queue = [], [root]
    while queue:
        parent = queue.pop()
        try:
            tasks = os.listdir(f"/proc/{parent}/task")
        except OSError:
            continue
        for task in tasks:
            with contextlib.suppress(OSError), open(f"/proc/{parent}/task/{task}/children") as stream:
                children = [int(number) for number in stream.read().split()]
                found += children
                queue += children
    return found
