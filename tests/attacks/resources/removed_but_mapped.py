"""Keeps removed files on the disk by one mapped page of each, without a descriptor."""

import mmap
import os
import time


def go(*args, **kwargs):
    kept = []
    for number in range(120):
        with open(f"file-{number}", "w+b") as stream:
            stream.write(bytes(7 << 20))
            stream.flush()
            kept.append(mmap.mmap(stream.fileno(), 4096, prot=mmap.PROT_READ))
        os.unlink(f"file-{number}")
    time.sleep(1.5)
    breach(f"{7 * len(kept)} MiB of removed files, for more than a second")


answer(lambda *args, **kwargs: 0.0)
go()
