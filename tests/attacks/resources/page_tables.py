"""Fills page tables: memory that is only read stays one page of zeros, and costs a table for each 2 MiB of addresses."""

import mmap
import os
import time

SIZE = 1 << 40


def fill():
    kept, size = [], SIZE
    while size >= 1 << 30:
        view = attempt(lambda: mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ))
        if isinstance(view, BaseException):
            size //= 2
            continue
        kept.append(view)
        for start in range(0, size, 2 << 20):
            view[start]
    return kept


def tables_kib():
    with open("/proc/self/status") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("VmPTE"))


def go(*args, **kwargs):
    children = [os.fork() for _ in range(6)]
    kept = fill()
    time.sleep(0.6)
    used = attempt(tables_kib)
    if isinstance(used, int) and used > 256 * 1024:
        breach(f"{used} KiB of page tables in one of {len(children)} processes")
    time.sleep(0.6)
    breach(f"page tables of 6 processes for more than half a second: {len(kept)} areas, {used} KiB")


answer(lambda *args, **kwargs: 0.0)
go()
