"""Prints a gigabyte, through Python and past it, in one line and in many."""

import os
import sys

LINE = "x" * 2**20


def go(*args, **kwargs):
    for _ in range(1024):
        print(LINE)
        sys.stderr.write(LINE)
        os.write(1, LINE.encode())
    return 0.0


answer(go)
go()
