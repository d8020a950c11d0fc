"""A bound on the memory of a slot's own process, the trusted one.

Theory of operation.  What a submission answers is bounded before it is read.  Should a grader still make far more of
it, the slot gets a ``MemoryError``, which is a fault of the grader's in that one report, and not the kernel's choice of
a process to end.  Addresses are what can be bounded; TensorFlow reserves more than it uses, so its slots get more.

The bound is a soft one: the programs that a slot starts inherit it, and a worker host takes it off and sets its own.
"""

from __future__ import annotations

import resource
from collections.abc import Callable

NUMPY_BYTES = 4 * 1024**3  # two answers of the largest size were seen to take 0.3 GiB
TENSORFLOW_BYTES = 16 * 1024**3


def bound_memory(*, tensorflow: bool) -> Callable[[], None]:
    """Bounds what this process may take beside what it has.

    Args:
        tensorflow: whether it rebuilds networks.

    Returns:
        What takes the bound off again.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as stream:
        present = int(stream.read().split()[0]) * resource.getpagesize()
    wanted = present + (TENSORFLOW_BYTES if tensorflow else NUMPY_BYTES)
    soft = min([wanted, *(limit for limit in before if limit != resource.RLIM_INFINITY)])
    resource.setrlimit(resource.RLIMIT_AS, (soft, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_AS, before)
