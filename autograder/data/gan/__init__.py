"""The generator of chest X-rays: its networks, its weights' file, and its training."""
