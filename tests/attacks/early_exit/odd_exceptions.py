"""Raises what is seldom caught: KeyboardInterrupt, GeneratorExit, a BaseException of its own, one without a text."""

import itertools


class Strange(BaseException):
    def __str__(self): raise RuntimeError("no text")
    __repr__ = __str__


class Worse(Exception):
    def __str__(self): return 7
    @property
    def __traceback__(self): raise RuntimeError("no traceback")


kinds = itertools.cycle([KeyboardInterrupt, GeneratorExit, Strange, Worse, StopIteration, SystemExit, MemoryError])


def go(*args, **kwargs):
    raise next(kinds)()


answer(go)
raise KeyboardInterrupt()
