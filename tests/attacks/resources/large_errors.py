"""Raises errors with texts of a hundred megabytes, chains of ten thousand causes, and 5,000 faults at load."""

import warnings


def go(*args, **kwargs):
    for number in range(20_000):
        warnings.warn(f"warning {number}")
    error = ValueError("x" * 10**8)
    for _ in range(10_000):
        error, cause = ValueError("x"), error
        error.__cause__ = cause
    raise error


answer(go)
exec("\n".join(["1/0"] * 10))
