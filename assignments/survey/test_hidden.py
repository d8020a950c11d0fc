"""Hidden tests of ``survey``: there are none, as a form has nothing to hide."""
