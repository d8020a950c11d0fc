"""Installs what is missing: pip, ensurepip, a wheel of its own, a compiler."""

import subprocess
import sys
import zipfile

with zipfile.ZipFile("scipy-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("scipy/__init__.py", "answer = 1")
for command in ([sys.executable, "-m", "pip", "install", "scipy"], [sys.executable, "-m", "ensurepip"], ["/usr/bin/cc", "--version"]):
    done = attempt(lambda: subprocess.run(command, capture_output=True, timeout=2))
    if getattr(done, "returncode", 1) == 0:
        breach(f"{command[0]} can be run")
answer(lambda *args, **kwargs: 0.0)
