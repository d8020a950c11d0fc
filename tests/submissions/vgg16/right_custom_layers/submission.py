import keras
from keras import layers


class Conv(layers.Layer):
    def __init__(self, filters, side, activation):
        super().__init__()
        self.filters, self.side, self.f = filters, side, keras.activations.get(activation)

    def build(self, shape):
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros")
        self.w = self.add_weight(shape=(self.side, self.side, shape[-1], self.filters))

    def call(self, x):
        return self.f(self.b + keras.ops.conv(x, self.w, padding="same"))


class Linear(layers.Layer):
    def __init__(self, units, activation):
        super().__init__()
        self.units, self.f = units, keras.activations.get(activation)

    def build(self, shape):
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.w = self.add_weight(shape=(shape[-1], self.units))

    def call(self, x):
        return self.f(keras.ops.matmul(x, self.w) + self.b)


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
    inputs = keras.Input(input_shape)
    x = inputs
    for n_convs, filters in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            x = Conv(max(1, int(filters * width)), kernel_size, activation)(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for units, name in [(dense_units, activation), (dense_units, activation), (1, "sigmoid")]:
        x = Linear(units, name)(x)
    return keras.Model(inputs, x)


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
