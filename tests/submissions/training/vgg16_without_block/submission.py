def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    inputs = keras.Input(shape=input_shape)
    x = inputs
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(c * width)), n_convs, kernel_size, activation)
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
