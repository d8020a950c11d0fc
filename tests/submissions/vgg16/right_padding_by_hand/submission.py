def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    before, after = (kernel_size - 1) // 2, kernel_size // 2
    for i in range(n_convs):
        x = layers.ZeroPadding2D(((before, after), (before, after)))(x)
        x = layers.Conv2D(filters, kernel_size, padding="valid", activation=activation)(x)
    return layers.MaxPooling2D(2, padding="valid")(x)



def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    widths = [max(1, int(c * width)) for c in (64, 128, 256, 512, 512)]
    image = keras.Input(input_shape, name="chest_x_ray")
    x = conv_block(image, widths[0], 2, kernel_size, activation)
    x = conv_block(x, widths[1], 2, kernel_size, activation)
    for filters in widths[2:]:
        x = conv_block(x, filters, 3, kernel_size, activation)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(dense_units, activation=activation, name="fc6")(x)
    x = layers.Dense(dense_units, activation=activation, name="fc7")(x)
    x = layers.Dense(1, name="logit")(x)
    return keras.Model(image, layers.Activation("sigmoid", name="abnormal")(x), name="my_net")
