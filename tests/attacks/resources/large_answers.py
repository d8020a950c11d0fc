"""Answers with hundreds of megabytes, with a million parts, with a text of a hundred megabytes, with deep nesting."""

import itertools

import numpy as np

deep = []
for _ in range(5_000):
    deep = [deep]
things = itertools.cycle([lambda: np.zeros(2**25), lambda: [0] * 10**6, lambda: "x" * 10**8, lambda: deep,
                          lambda: {str(n): n for n in range(10**6)}, lambda: 1 << 10**7])
answer(lambda *args, **kwargs: next(things)())
