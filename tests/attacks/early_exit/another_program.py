"""Replaces itself by another program that answers in its place."""

import os
import sys


def go(*args, **kwargs):
    for path in (sys.executable, "/usr/bin/python3", "/bin/sh", "/usr/bin/env", "/proc/self/exe"):
        attempt(os.execve, path, [path, "-c", "import os; os.write(3, b'CXR1')"], {"LD_PRELOAD": "/tmp/x.so"})
    return 0.0


answer(go)
