"""Loops for ever in Python, in every function and at top level, and catches what can be caught."""


def go(*args, **kwargs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


answer(go)
go()
