"""What runs student code: the executor (also used by the self-check) and the warm worker host.

This package and ``protocol`` are all of the engine that an untrusted process ever sees.
"""
