"""A notebook with NaN, huge numbers, doubled keys, a byte order mark, other encodings, null bytes and half of its text."""

import json


def make(folder, world):
    text = json.dumps(world.notebook())
    broken = text[:-1] + ', "cells": NaN, "nbformat": 1' + "0" * 10_000 + ', "cells": null}'
    (folder / "activations.ipynb").write_bytes(b"\xef\xbb\xbf" + broken.encode() + b"\0\0" + text.encode("utf-16")[:999])
