"""Sends the first half of an answer and then nothing."""

import sys

serve = sys.modules["autograder.worker.serve"]
original = serve._answer
answer(lambda *args, **kwargs: 0.0)
serve._answer = lambda *args: (lambda data: data[: len(data) // 2])(original(*args))
