"""Loops for ever inside C code that holds the interpreter's lock: a power, a regular expression, a sort."""

import re


def go(*args, **kwargs):
    re.fullmatch(r"(a*)*b", "a" * 64)
    return 7 ** (10**9)


answer(go)
