"""Sends every signal to itself: stopped, killed, alarmed, out of processor time."""

import itertools
import os
import signal

numbers = itertools.cycle([signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM, signal.SIGHUP, signal.SIGKILL, signal.SIGSEGV])


def go(*args, **kwargs):
    os.kill(os.getpid(), next(numbers))
    return 0.0


answer(go)
