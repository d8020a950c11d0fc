"""Stops itself with SIGSTOP and ignores what can be ignored, so that the grader waits for ever."""

import os
import signal

for number in range(1, 65):
    attempt(signal.signal, number, signal.SIG_IGN)
answer(lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGSTOP))
