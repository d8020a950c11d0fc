"""Forks at most 200 processes that stay for some seconds and hold a call open."""

import os
import time


def go(*args, **kwargs):
    started = 0
    for _ in range(200):
        child = attempt(os.fork)
        if child == 0:
            time.sleep(10)
            os._exit(0)
        started += not isinstance(child, BaseException)
    time.sleep(2)  # the host looks a few times a second, slower on a busy machine
    if started > 100:
        breach(f"{started} processes for two seconds")


answer(go)
go()
