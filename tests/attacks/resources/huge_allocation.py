"""Asks for 64 GB at once: as bytes, as an array, as a list, by mmap."""

import itertools
import mmap

import numpy as np

SIZE = 64 * 2**30
ways = itertools.cycle([lambda: bytearray(SIZE), lambda: np.ones(SIZE // 8), lambda: [0] * SIZE, lambda: "x" * SIZE,
                        lambda: mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)])


def go(*args, **kwargs):
    kept = next(ways)()
    breach(f"64 GB of memory: {type(kept)}")


answer(go)
