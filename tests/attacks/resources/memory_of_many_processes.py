"""Spreads memory over many small processes, each of which stays below the limit."""

import os
import time


def go(*args, **kwargs):
    filled, tell = os.pipe()
    for _ in range(7):
        if os.fork() == 0:
            kept = bytearray(b"x") * (100 * 2**20)
            os.write(tell, b"x")
            time.sleep(10)
            os._exit(len(kept) % 2)
    os.close(tell)
    ready = b""
    while len(ready) < 7:
        ready += os.read(filled, 10) or b"." * 10
    time.sleep(2)  # the host looks a few times a second, slower on a busy machine
    breach("700 MiB in seven processes for two seconds")


answer(lambda *args, **kwargs: 0.0)
go()
