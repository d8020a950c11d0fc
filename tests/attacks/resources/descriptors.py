"""Opens descriptors until there are none, and raises its own limits."""

import os
import resource


def go(*args, **kwargs):
    for name in ("RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_CORE"):
        kind = getattr(resource, name)
        before = resource.getrlimit(kind)
        if not isinstance(attempt(resource.setrlimit, kind, (before[1] + 1, before[1] + 1)), BaseException):
            breach(f"{name} was raised")
    kept = [attempt(os.open, "/dev/null", os.O_RDONLY) for _ in range(2_000)]
    if not isinstance(kept[-1], BaseException):
        breach("2,000 descriptors")


answer(lambda *args, **kwargs: 0.0)
go()
