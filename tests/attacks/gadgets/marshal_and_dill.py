"""Returns functions, code objects, modules and generators, which dill would send as they are."""

import marshal
import sys
import types

go = compile("__import__('os').mkdir(PLACES['home'] + '/ran')", "x", "exec")
things = iter([go, marshal.dumps(go), types.FunctionType(go, {}), sys, (n for n in range(3)), type, print] * 100)
answer(lambda *args, **kwargs: next(things))
