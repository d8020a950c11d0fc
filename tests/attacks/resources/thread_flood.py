"""Starts 900 threads with small stacks and keeps them: no process, but each takes a number of the process table."""

import threading
import time

threading.stack_size(64 * 1024)
stop = threading.Event()


def go(*args, **kwargs):
    threads = [threading.Thread(target=stop.wait, args=(10,)) for _ in range(900)]
    started = sum(attempt(thread.start) is None for thread in threads)
    time.sleep(0.6)
    stop.set()
    if started == 900:
        breach("900 threads for more than half a second")


answer(lambda *args, **kwargs: 0.0)
go()
