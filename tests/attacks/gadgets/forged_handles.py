"""Returns the protocol's own handles with numbers of its choice: of others' objects, negative, enormous."""

import sys

values = next(module for name, module in sys.modules.items() if name.endswith("protocol.values"))
numbers = iter([0, 1, 10**6, -1, 2**63, True, None, "0"] * 100)


def go(*args, **kwargs):
    number = next(numbers)
    return [values.Opaque(number, "function"), values.ArgumentHandle(number)]


answer(go)
