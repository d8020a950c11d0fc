"""Recurses a million calls deep, in Python, in the parser and in repr, with the limit on recursion taken away."""

import ast
import sys

sys.setrecursionlimit(10**8)


def go(*args, **kwargs):
    return go(*args, **kwargs)


answer(go)
attempt(ast.parse, "(" * 10**6)
attempt(eval, "-" * 10**6 + "1")
attempt(eval, "+".join(["1"] * 10**6))
