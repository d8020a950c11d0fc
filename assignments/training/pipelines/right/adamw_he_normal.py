"""ELU with he_normal, AdamW"""


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    settings = {"activation": activation, "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(shape=input_shape)])
    for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            model.add(layers.Conv2D(max(1, int(channels * width)), kernel_size, padding="same", **settings))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(dense_units, **settings))
    model.add(layers.Dense(dense_units, **settings))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=dense_units)
    optimizer = keras.optimizers.AdamW(learning_rate=3e-4, weight_decay=0.004)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    return model
