"""The sandboxes' names, for help texts and options: this module imports nothing."""

BACKEND_NAMES = ("sandlock", "bubblewrap", "podman", "docker", "apptainer")
"""Best first.  ``choice.find_backends`` gives the backends in this order."""

UNSAFE = "none"
"""No sandbox; has to be asked for in words that nobody can miss."""
