"""Takes what the kernel counts for a user, not for a process: waiting signals, timers, and files watched by epoll."""

import ctypes
import os
import resource
import select
import signal

libc = ctypes.CDLL(None, use_errno=True)


def queue():
    """Signals that wait, since nobody takes them; more than a grader may lack."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
    sent = 0
    while sent < 20_000 and libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == 0:
        sent += 1
    return sent


def watchers():
    kept, watched = [], 0
    while watched < 50_000 and not isinstance(made := attempt(select.epoll), BaseException):
        kept.append(made)
        for number in range(300):
            watched += not isinstance(attempt(made.register, number, 1), BaseException)
    return watched


def go(*args, **kwargs):
    if (sent := queue()) > 1_000:
        breach(f"{sent} signals wait")
    before = resource.getrlimit(resource.RLIMIT_SIGPENDING)[1]
    if not isinstance(attempt(resource.setrlimit, resource.RLIMIT_SIGPENDING, (before + 1, before + 1)), BaseException):
        breach("the limit on signals was raised")
    if (watched := watchers()) >= 50_000:
        breach(f"{watched} watched descriptors")


answer(lambda *args, **kwargs: 0.0)
go()
