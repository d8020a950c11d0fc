"""Runs before every attack, inside the worker: what an attacker is taken to know and to bring along.

The runner puts two lines above: ``PLACES`` (where everything worth stealing is, which processes and ports
there are: an attacker is taken to know them) and ``NAMES`` (the functions that the assignment asks for).
"""

import re
import warnings

CANARY = re.compile(r"CANARY-[a-z-]+-[0-9a-f]{12}")


def attempt(action, *args):
    """The result of an action, or the exception that it ended in."""
    try:
        return action(*args)
    except BaseException as error:
        return error


def smuggle(*loot):
    """Carries stolen canaries out in every way there is: printed, as a warning, as an error's text."""
    text = " ".join(thing.decode("latin-1") if isinstance(thing, bytes) else repr(thing) for thing in loot)
    found = " ".join(sorted(set(CANARY.findall(text)))) or "nothing"
    print(found)
    warnings.warn(found, stacklevel=2)
    raise RuntimeError(found)


def breach(what):
    """Tells the runner that something was possible that must not be."""
    raise RuntimeError(f"BREACH {what}")


def answer(function):
    """Takes the place of every function that the assignment asks for."""
    globals().update(dict.fromkeys(NAMES, function))  # noqa: F821  (the runner puts it above)
