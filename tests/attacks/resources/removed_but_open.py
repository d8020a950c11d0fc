"""Fills the disk with files that have no name any more: they are removed while they are open."""

import os
import time


def go(*args, **kwargs):
    kept = [open(f"f{number}", "wb", buffering=0) for number in range(120)]
    for stream in kept:
        os.unlink(stream.name)
        attempt(stream.write, bytes(7 * 2**20))
    time.sleep(1.5)
    breach("840 MiB of files without a name for more than a second")


answer(lambda *args, **kwargs: 0.0)
go()
