"""Crashes the interpreter: reads address 0, overflows the stack, aborts."""

import ctypes
import faulthandler
import os
import sys


def go(*args, **kwargs):
    faulthandler.disable()
    sys.setrecursionlimit(10**9)
    ctypes.string_at(0)
    os.abort()


answer(go)
