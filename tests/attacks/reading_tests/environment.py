"""Looks for secrets in the environment: Python's copy, C's, and that of the parents."""

import ctypes
import os


def go(*args, **kwargs):
    libc = ctypes.CDLL(None)
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    found, number = [dict(os.environ)], 0
    while environ[number]:
        found.append(environ[number])
        number += 1
    found += [attempt(lambda pid=pid: open(f"/proc/{pid}/environ", "rb").read()) for pid in (os.getpid(), os.getppid())]
    secret = [line for line in map(str, found) if "TOKEN" in line or "SECRET" in line]
    if secret:
        breach("a secret's name is in the environment")
    smuggle(*found)


go()
answer(go)
