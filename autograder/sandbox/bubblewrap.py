"""Linux namespaces by the program ``bwrap``, for kernels that are too old for ``sandlock``."""

from __future__ import annotations

import os
import shutil
import subprocess

from autograder.sandbox.backend import HostProcess, Mechanisms, popen_host
from autograder.sandbox.spec import HostSpec


class Bubblewrap:
    """A host with processes, network, mounts and IPC of its own."""

    name = "bubblewrap"
    walls = Mechanisms("mount namespace", "network namespace", "process namespace")

    def missing(self) -> str:
        """See ``Backend``."""
        program = shutil.which("bwrap")
        if program is None:
            return "the bwrap program is not installed: apt-get install bubblewrap"
        trial = subprocess.run(
            [program, "--unshare-all", "--ro-bind", "/", "/", "--", "true"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return "" if trial.returncode == 0 else f"bwrap cannot make namespaces here: {trial.stderr.strip()[:200]}"

    def start(self, spec: HostSpec) -> HostProcess:
        """See ``Backend``."""
        scratch = str(spec.scratch)
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
        for key, value in spec.environment.items():
            command += ["--setenv", key, value]
        for path in sorted(spec.readable, key=len):
            if not path.startswith(("/dev/", "/proc/")):  # these two are made anew
                command += ["--ro-bind", path, path]
        for path in ("/lib64", "/lib", "/usr/bin", "/bin"):
            if os.path.islink(path):
                command += ["--symlink", os.readlink(path), path]
        command += ["--proc", "/proc", "--dev", "/dev"]
        for path in spec.devices:
            command += ["--dev-bind", path, path]
        command += ["--bind", scratch, scratch, "--chdir", scratch]
        command += ["--remount-ro", "/dev", "--remount-ro", "/"]  # both are memory, which nobody would count
        return popen_host([*command, "--", *spec.command], env={"PATH": os.environ.get("PATH", "")})
