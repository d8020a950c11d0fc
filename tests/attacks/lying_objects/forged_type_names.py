"""Returns objects whose type's name is markup, a terminal's command, or a megabyte long."""

names = ["<script>alert(1)</script>", "\x1b[2J\x1b]0;owned\x07", "n" * 10**6, "ndarray", "[red]x[/red]", "\ud800"]
things = iter([attempt(type, name, (), {}) for name in names] * 100)


def go(*args, **kwargs):
    kind = next(things)
    return kind() if isinstance(kind, type) else None


answer(go)
