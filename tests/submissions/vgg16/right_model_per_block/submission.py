def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    block = keras.Sequential()
    for _ in range(n_convs):
        block.add(layers.Conv2D(filters, kernel_size, strides=(1, 1), padding="SAME", activation=activation))
    block.add(layers.MaxPooling2D((2, 2), (2, 2)))
    return block(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    inputs = keras.Input(input_shape)
    features = inputs
    for n_convs, c in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        features = conv_block(features, int(c * width) or 1, n_convs, kernel_size, activation)
    classifier = keras.Sequential(
        [
            layers.Flatten(),
            layers.Dense(dense_units, activation=activation),
            layers.Dense(dense_units, activation=activation),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    return keras.Model(inputs, classifier(features))
