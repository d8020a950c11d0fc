import keras
from keras import layers


class VGG(keras.Model):
    def __init__(self, width, kernel_size, activation, dense_units):
        super().__init__()
        self.out = layers.Dense(1, activation="sigmoid")
        self.dense_b = layers.Dense(dense_units, activation=activation)
        self.dense_a = layers.Dense(dense_units, activation=activation)
        self.blocks = []
        for n_convs, filters in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
            convs = [
                layers.Conv2D(max(1, int(filters * width)), kernel_size, padding="same", activation=activation)
                for _ in range(n_convs)
            ]
            self.blocks.append(convs)
        self.pool = layers.MaxPooling2D()
        self.flatten = layers.Flatten()

    def call(self, x):
        for convs in self.blocks:
            for conv in convs:
                x = conv(x)
            x = self.pool(x)
        return self.out(self.dense_b(self.dense_a(self.flatten(x))))


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
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")
    return VGG(width, kernel_size, activation, dense_units)


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
