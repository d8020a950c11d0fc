"""The version of the package, which stands in every report."""

__version__ = "0.1.0"
