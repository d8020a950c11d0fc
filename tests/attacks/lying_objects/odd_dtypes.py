"""Returns arrays of objects, of records, of strings, of foreign byte order, and with ten thousand dimensions of lies."""

import numpy as np

things = iter([
    np.array([object()] * 4), np.zeros(3, [("a", "f8"), ("b", "O")]), np.array(["0"] * 3), np.arange(3, dtype=">f8"),
    np.array([b"x" * 1000]), np.array(["2026-01-01"], "M8[D]"), np.longdouble(1), np.complex128(1j), 10**1200, True,
    {1: 2}, {"a": {"b": [1, (2, None)]}}, [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]], range(5), b"bytes", 1j,
] * 20)
answer(lambda *args, **kwargs: next(things))
