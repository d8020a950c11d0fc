"""Writes rubbish to every descriptor: before, within and after an answer."""

import os

RUBBISH = [b"\0" * 100, b"CXR1", b"CXR1" + b"\xff" * 12, b"C\0\0\0\x14{\"event\": \"ended\"}", os.urandom(4096), b"\n" * 65537]


def go(*args, **kwargs):
    for number in range(3, 64):
        for rubbish in RUBBISH:
            attempt(os.write, number, rubbish)
    return 0.0


answer(go)
