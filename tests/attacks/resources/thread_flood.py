"""Starts 300 threads with small stacks: no process, but each takes a number of the machine's process table."""

import threading

threading.stack_size(64 * 1024)
stop = threading.Event()


def go(*args, **kwargs):
    threads = [threading.Thread(target=stop.wait, args=(10,)) for _ in range(300)]
    started = sum(attempt(thread.start) is None for thread in threads)
    stop.set()
    if started == 300:
        breach("300 threads at a time")


answer(lambda *args, **kwargs: 0.0)
go()
