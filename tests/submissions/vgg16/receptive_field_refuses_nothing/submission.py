def receptive_field(kernel_size, n_convs):
    return 1 + n_convs * (kernel_size - 1)
