"""Makes files of a terabyte without writing them, and one that is written: past the limit of a file's size."""

import os
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def go(*args, **kwargs):
    for name in ("sparse", "allocated", "large"):
        number = os.open(name, os.O_CREAT | os.O_WRONLY)
        if name == "sparse":
            attempt(os.ftruncate, number, 2**40)
            attempt(os.pwrite, number, b"x", 2**40)
        elif name == "allocated":
            attempt(os.posix_fallocate, number, 0, 2**28)
        else:
            for _ in range(64):
                attempt(os.write, number, bytes(2**20))
        if os.fstat(number).st_size > 16 * 2**20:
            breach(f"a file of {os.fstat(number).st_size} bytes")


answer(lambda *args, **kwargs: 0.0)
go()
