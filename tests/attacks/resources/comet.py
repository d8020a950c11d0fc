"""A chain of processes, each of which forks the next one and ends: a killer that lists them always comes too late."""

import os
import time

answer(lambda *args, **kwargs: 0.0)
if os.fork() == 0:
    os.setsid()
    end, number = time.monotonic() + 15, 0
    while time.monotonic() < end and number < 20_000:
        number += 1
        child = attempt(os.fork)
        if child != 0:
            os._exit(0)
    os._exit(0)
