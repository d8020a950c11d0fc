def count_parameters(input_shape, width, kernel_size, dense_units):
    return build_vgg16(input_shape, width, kernel_size, "relu", dense_units).count_params()
