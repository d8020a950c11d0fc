def receptive_field(kernel_size, n_convs):
    if kernel_size < 1 or n_convs < 1:
        raise ValueError(f"kernel_size and n_convs must be at least 1, got {kernel_size} and {n_convs}")
    return kernel_size + 2 * (n_convs - 1)
