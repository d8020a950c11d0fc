def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    for _ in range(n_convs):
        x = layers.Conv2D(filters, (kernel_size, kernel_size), padding="same")(x)
        x = layers.Activation(activation)(x)
    return layers.MaxPool2D((2, 2))(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
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
