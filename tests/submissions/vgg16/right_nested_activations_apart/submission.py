import keras
from keras import layers


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if filters < 1 or n_convs < 1 or kernel_size < 1:
        raise ValueError("filters, n_convs and kernel_size have to be positive")
    if activation not in {"sigmoid", "tanh", "relu", "elu"}:
        raise ValueError("no such activation: " + str(activation))
    for _ in range(n_convs):
        x = layers.ZeroPadding2D(((kernel_size - 1) // 2, kernel_size // 2))(x) if kernel_size % 2 == 0 else x
        x = layers.Conv2D(filters, (kernel_size, kernel_size), padding="same" if kernel_size % 2 else "valid")(x)
        x = layers.Activation(activation)(x)
    return layers.MaxPool2D((2, 2))(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")
    image = layers.Input(shape=input_shape)
    trunk_in = layers.Input(shape=input_shape)
    x = trunk_in
    for n_convs, filters in zip((2, 2, 3, 3, 3), (64, 128, 256, 512, 512), strict=True):
        x = conv_block(x, max(1, int(filters * width)), n_convs, kernel_size, activation)
    trunk = keras.Model(trunk_in, x)
    x = layers.Reshape((-1,))(trunk(image))
    for _ in range(2):
        x = layers.Activation(activation)(layers.Dense(dense_units)(x))
    return keras.Model(image, layers.Activation("sigmoid")(layers.Dense(1)(x)))


def count_parameters(input_shape, width, kernel_size, dense_units):
    height, breadth, channels = input_shape
    total = 0
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            filters = max(1, int(c * width))
            total += (kernel_size**2 * channels + 1) * filters
            channels = filters
        height, breadth = (height // 2, breadth // 2)
    units = height * breadth * channels
    for units_out in (dense_units, dense_units, 1):
        total += (units + 1) * units_out
        units = units_out
    return total


def receptive_field(kernel_size, n_convs):
    if kernel_size < 1 or n_convs < 1:
        raise ValueError(f"kernel_size and n_convs must be at least 1, got {kernel_size} and {n_convs}")
    return 1 + n_convs * (kernel_size - 1)
