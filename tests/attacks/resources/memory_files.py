"""Fills files that live in memory only: memfd_create, pipes, sockets."""

import os
import socket
import time


def go(*args, **kwargs):
    kept, total = [], 0
    while total < 640 * 2**20:
        number = os.memfd_create("x")
        kept.append(number)
        for _ in range(7):
            total += os.write(number, bytes(2**20))
    kept += [os.pipe() for _ in range(20)] + [socket.socketpair() for _ in range(20)]
    time.sleep(0.6)
    breach(f"{total // 2**20} MiB in files that are memory")


answer(lambda *args, **kwargs: 0.0)
go()
