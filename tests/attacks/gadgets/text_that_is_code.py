"""Returns text that does something where it is evaluated, formatted, rendered or used as a path."""

TEXTS = [
    "__import__('os').mkdir('/tmp/evaluated')", "{0.__class__.__init__.__globals__}", "%s%s%s%n", "${jndi:ldap://127.0.0.1/x}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "!!python/object/apply:os.getcwd []", "../../../../etc/passwd",
    "'; DROP TABLE grade; --", "=cmd|' /C calc'!A0", "\n---\nscore: 100\n", "nan", "inf", "1e999", "0x1p+99999",
]
texts = iter(TEXTS * 100)


def go(*args, **kwargs):
    text = next(texts)
    if text.startswith("{"):
        raise ValueError(text)
    return text


answer(go)
