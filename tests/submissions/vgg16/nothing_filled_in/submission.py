def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    raise NotImplementedError()


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    raise NotImplementedError()


def count_parameters(input_shape, width, kernel_size, dense_units):
    raise NotImplementedError()


def receptive_field(kernel_size, n_convs):
    raise NotImplementedError()
