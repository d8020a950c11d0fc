"""Puts pages of memory and of files into pipes without copying them, and lets go of all else that holds them."""

import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
HUGE = 2 << 20


class Vector(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def gift(pipe):
    """One page of each of 16 huge ones."""
    area = mmap.mmap(-1, 17 * HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    attempt(area.madvise, mmap.MADV_HUGEPAGE)
    area[::4096] = b"x" * (len(area) // 4096)
    start = ctypes.addressof(ctypes.c_char.from_buffer(area))
    vectors = (Vector * 16)(*[Vector(start + number * HUGE, 4096) for number in range(16)])
    return libc.vmsplice(pipe[1], vectors, 16, 0)


def from_file(pipe):
    with open("file", "wb") as stream:
        stream.write(bytes(1 << 20))
    with open("file", "rb") as stream:
        os.unlink("file")
        return libc.splice(stream.fileno(), None, pipe[1], None, 1 << 16, 0)


def go(*args, **kwargs):
    for way in (gift, from_file):
        moved = attempt(way, os.pipe())
        if isinstance(moved, int) and moved > 0:
            breach(f"{moved} bytes went into a pipe by {way.__name__}")
    if isinstance(attempt(mmap.mmap, -1, HUGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000), mmap.mmap):
        breach("memory of the machine's pool of huge pages")


answer(lambda *args, **kwargs: 0.0)
go()
