"""Answers questions that have small answers (what was loaded, what a model is like) with hundreds of megabytes."""

import json
import os
import struct


def frame(size):
    head = json.dumps({"ok": True, "value": {"t": "array", "dtype": "uint8", "shape": [size], "at": 0}}).encode()
    return struct.pack(">4sIQ", b"CXR1", len(head), size) + head


def sockets():
    for number in range(3, 64):
        link = attempt(os.readlink, f"/proc/self/fd/{number}")
        if not isinstance(link, str) or "socket" in link:
            yield number


def go():
    for number in sockets():
        if not isinstance(attempt(os.write, number, frame(200 * 2**20)), BaseException):
            for _ in range(200):
                attempt(os.write, number, bytes(2**20))


answer(lambda *args, **kwargs: 0.0)
go()
