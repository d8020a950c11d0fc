"""Takes memory that is shared, which neither a limit on data nor a count of private pages sees."""

import mmap
import time


def go(*args, **kwargs):
    kept = mmap.mmap(-1, 768 * 2**20)
    for start in range(0, len(kept), 4096):
        kept[start] = 1
    time.sleep(0.6)
    breach("768 MiB of shared memory for more than half a second")


answer(lambda *args, **kwargs: 0.0)
go()
