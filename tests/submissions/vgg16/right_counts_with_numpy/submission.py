import numpy as np


def count_parameters(input_shape, width, kernel_size, dense_units):
    filters = np.repeat([64, 128, 256, 512, 512], [2, 2, 3, 3, 3]) * width
    filters = np.maximum(1, filters.astype(np.int64))
    channels = np.concatenate([[input_shape[-1]], filters[:-1]])
    sides = np.array(input_shape[:2]) // 2**5
    units = np.array([sides.prod() * filters[-1], dense_units, dense_units, 1])
    return np.sum((kernel_size**2 * channels + 1) * filters) + np.sum((units[:-1] + 1) * units[1:])


def receptive_field(kernel_size, n_convs):
    if kernel_size <= 0 or n_convs <= 0:
        raise ValueError("kernel_size and n_convs have to be positive")
    seen = np.ones(1)
    for _ in range(n_convs):
        seen = np.minimum(np.convolve(seen, np.ones(kernel_size)), 1)
    return len(seen)
