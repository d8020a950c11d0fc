"""Finds out which files exist, how large they are and when they were changed, without opening them."""

import os


def go(*args, **kwargs):
    paths = [*PLACES["secrets"], PLACES["gradebook"], PLACES["student"]]
    if any(not isinstance(attempt(os.stat, path), BaseException) for path in paths):
        breach("size and times of files elsewhere can be seen")
    smuggle(*[attempt(os.listdir, os.path.dirname(path)) for path in paths])


answer(lambda *args, **kwargs: 0.0)
go()
