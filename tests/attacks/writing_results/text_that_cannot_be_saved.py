"""Raises errors whose text is no valid Unicode, so that the report can be neither written nor printed."""


def go(*args, **kwargs):
    raise ValueError("\ud800 alone \udfff")


answer(go)
go()
