def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    model = keras.Sequential([keras.Input(input_shape)])
    for block, filters in enumerate([64, 128, 256, 512, 512]):
        for _ in range(2 if block < 2 else 3):
            model.add(layers.Conv2D(max(1, int(filters * width)), kernel_size, activation=activation, padding="same"))
        model.add(layers.MaxPool2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(dense_units, activation))
    model.add(layers.Dense(dense_units, activation))
    model.add(layers.Dense(1, "sigmoid"))
    return model


def conv_parameters(n_in, n_out, k):
    return k * k * n_in * n_out + n_out


def dense_parameters(n_in, n_out):
    return n_in * n_out + n_out


def count_parameters(input_shape, width, kernel_size, dense_units):
    block1, block2, block3, block4, block5 = [max(1, int(c * width)) for c in (64, 128, 256, 512, 512)]
    ins = [input_shape[2], block1, block1, block2, block2, block3, block3, block3, block4, block4, block4, block5, block5]
    outs = [block1] * 2 + [block2] * 2 + [block3] * 3 + [block4] * 3 + [block5] * 3
    convolutions = sum(conv_parameters(n_in, n_out, kernel_size) for n_in, n_out in zip(ins, outs))
    flat = input_shape[0] // 32 * (input_shape[1] // 32) * block5
    dense = dense_parameters(flat, dense_units) + dense_parameters(dense_units, dense_units)
    return convolutions + dense + dense_parameters(dense_units, 1)


def receptive_field(kernel_size, n_convs):
    if kernel_size < 1 or n_convs < 1:
        raise ValueError("one pixel and one convolution at least")
    side = kernel_size
    for _ in range(n_convs - 1):
        side = side + kernel_size - 1
    return side
