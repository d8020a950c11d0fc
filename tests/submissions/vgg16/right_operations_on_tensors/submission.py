FUNCTIONS = {"sigmoid": keras.ops.sigmoid, "tanh": keras.ops.tanh, "relu": keras.ops.relu, "elu": keras.ops.elu}


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if activation not in FUNCTIONS:
        raise ValueError(f"{activation} is not one of {sorted(FUNCTIONS)}")
    if not (filters >= 1 and n_convs >= 1 and kernel_size >= 1):
        raise ValueError("all counts start at 1")
    while n_convs:
        x = FUNCTIONS[activation](layers.Conv2D(filters, kernel_size, padding="same")(x))
        n_convs -= 1
    return keras.ops.max_pool(x, 2, strides=2, padding="valid")



def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    images = keras.Input(input_shape)
    x = images
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(c * width)), n_convs, kernel_size, activation)
    x = keras.ops.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
    for _ in range(2):
        x = FUNCTIONS[activation](layers.Dense(dense_units)(x))
    return keras.Model(images, keras.ops.sigmoid(layers.Dense(1)(x)))
