def count_parameters(input_shape, width, kernel_size, dense_units):
    plan = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool"]

    def from_here(plan, height, breadth, channels):
        if not plan:
            flat = height * breadth * channels
            return flat * dense_units + dense_units + dense_units**2 + dense_units + dense_units + 1
        first, *rest = plan
        if first == "pool":
            return from_here(rest, height >> 1, breadth >> 1, channels)
        filters = max(int(first * width), 1)
        return filters + filters * channels * kernel_size**2 + from_here(rest, height, breadth, filters)

    return from_here(plan, *input_shape)


def receptive_field(kernel_size, n_convs):
    if kernel_size < 1:
        raise ValueError("a kernel has one pixel at least")
    if n_convs < 1:
        raise ValueError("there is no convolution")
    return kernel_size if n_convs == 1 else receptive_field(kernel_size, n_convs - 1) + kernel_size - 1
