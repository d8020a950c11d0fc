"""Puts HTML, scripts, Markdown, rich's markup and templates into error texts, names and warnings."""

import warnings

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>[link=javascript:alert(3)]x[/link]{{7*7}}${7*7}&lt;b&gt;"
Evil = type(EVIL, (ValueError,), {})


def go(*args, **kwargs):
    warnings.warn(EVIL)
    print(EVIL)
    raise Evil(EVIL)


go.__name__ = go.__qualname__ = EVIL
answer(go)
go()
