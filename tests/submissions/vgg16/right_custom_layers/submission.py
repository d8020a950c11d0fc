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


def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    for _ in range(n_convs):
        x = Conv(filters, kernel_size, activation)(x)
    return layers.MaxPooling2D()(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    inputs = keras.Input(input_shape)
    x = inputs
    for n_convs, filters in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(filters * width)), n_convs, kernel_size, activation)
    x = layers.Flatten()(x)
    for units, name in [(dense_units, activation), (dense_units, activation), (1, "sigmoid")]:
        x = Linear(units, name)(x)
    return keras.Model(inputs, x)
