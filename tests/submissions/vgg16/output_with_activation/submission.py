import keras
from keras import layers


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    for name, value in {"filters": filters, "n_convs": n_convs, "kernel_size": kernel_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"activation must be sigmoid, tanh, relu or elu, got {activation!r}")
    for _ in range(n_convs):
        x = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)(x)
    return layers.MaxPooling2D(pool_size=2, strides=2)(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    if min(input_shape[:2]) < 32:
        raise ValueError(f"input_shape {input_shape} is too small: five poolings need sides of at least 32 pixels")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}")
    if dense_units < 1:
        raise ValueError(f"dense_units must be at least 1, got {dense_units}")

    def filters(channels):
        return max(1, int(channels * width))

    inputs = keras.Input(shape=input_shape)
    x = conv_block(inputs, filters(64), 2, kernel_size, activation)
    x = conv_block(x, filters(128), 2, kernel_size, activation)
    x = conv_block(x, filters(256), 3, kernel_size, activation)
    x = conv_block(x, filters(512), 3, kernel_size, activation)
    x = conv_block(x, filters(512), 3, kernel_size, activation)
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    outputs = layers.Dense(1, activation=activation)(x)
    return keras.Model(inputs, outputs, name="vgg16")


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
