"""Kills, stops and interrupts: the grader, the host, a neighbour, everybody, by each way there is to send a signal."""

import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)


def go(*args, **kwargs):
    for pid in (PLACES["grader"], PLACES["other"], os.getppid(), 1):
        handle = attempt(os.pidfd_open, pid)
        for number in (0, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
            done = [attempt(os.kill, pid, number)]
            if isinstance(group := attempt(os.getpgid, pid), int) and group not in (0, 1, os.getpgrp()):
                done.append(attempt(os.killpg, group, number))
            done += [attempt(signal.pidfd_send_signal, handle, number)] if isinstance(handle, int) else []
            done += [None] if libc.syscall(234, pid, pid, number) == 0 else []
            if None in done:
                breach(f"signal {number} reached {pid} by way {done.index(None)} of {len(done)}")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    attempt(os.kill, -1, signal.SIGTERM)


answer(lambda *args, **kwargs: 0.0)
go()
