def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


class ConvBlock(keras.Sequential):
    def __init__(self, filters, n_convs, kernel_size, activation):
        convolutions = [layers.Conv2D(filters, kernel_size, 1, "same", activation=activation) for _ in range(n_convs)]
        super().__init__([*convolutions, layers.MaxPool2D(2)])


class VGG16(keras.Model):
    def __init__(self, input_shape, width, kernel_size, activation, dense_units):
        image = keras.Input(input_shape)
        x = image
        for filters, n_convs in {64: 2, 128: 2, 256: 3}.items():
            x = ConvBlock(max(1, int(filters * width)), n_convs, kernel_size, activation)(x)
        for _ in range(2):
            x = ConvBlock(max(1, int(512 * width)), 3, kernel_size, activation)(x)
        x = layers.Flatten()(x)
        for _ in range(2):
            x = layers.EinsumDense("bi,ij->bj", output_shape=dense_units, bias_axes="j", activation=activation)(x)
        super().__init__(image, layers.Dense(1, "sigmoid")(x))


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    return ConvBlock(filters, n_convs, kernel_size, activation)(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    return VGG16(input_shape, width, kernel_size, activation, dense_units)
