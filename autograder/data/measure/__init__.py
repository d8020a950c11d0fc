"""What a generator's images are worth: usefulness, fidelity and variety, privacy, each beside real images."""
