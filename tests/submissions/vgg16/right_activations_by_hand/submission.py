def elu(x):
    return keras.ops.where(x > 0, x, keras.ops.expm1(keras.ops.minimum(x, 0.0)))


HAND_MADE = {
    "sigmoid": lambda x: 0.5 * (1 + keras.ops.tanh(0.5 * x)),
    "tanh": lambda x: 2 * keras.ops.sigmoid(2 * x) - 1,
    "relu": lambda x: keras.ops.maximum(x, 0.0),
    "elu": elu,
}


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    for _ in range(n_convs):
        x = layers.Conv2D(filters, kernel_size, padding="same", activation=HAND_MADE[activation])(x)
    return layers.MaxPooling2D()(x)


def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    inputs = x = keras.Input(input_shape)
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(c * width)), n_convs, kernel_size, activation)
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation=HAND_MADE[activation])(x)
    x = layers.Dense(dense_units, activation=HAND_MADE[activation])(x)
    return keras.Model(inputs, layers.Dense(1, activation=HAND_MADE["sigmoid"])(x))
