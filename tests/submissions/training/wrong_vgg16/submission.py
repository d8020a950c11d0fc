def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    model = keras.Sequential([keras.Input(shape=input_shape)])
    for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        filters = max(1, int(channels * width))
        for _ in range(n_convs):
            model.add(layers.Conv2D(filters, kernel_size, padding="same", activation=activation))
        model.add(layers.AveragePooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
