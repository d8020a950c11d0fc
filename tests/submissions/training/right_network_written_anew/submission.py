def build_and_compile(input_shape, width, dense_units):
    image = keras.Input(input_shape)
    x = image
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            x = layers.Conv2D(max(1, int(c * width)), 7, padding="same", kernel_initializer="he_normal")(x)
            x = layers.Activation("sigmoid")(x)
        x = layers.MaxPool2D()(x)
    x = layers.Flatten()(x)
    for units in (dense_units, dense_units, 1):
        x = layers.Activation("sigmoid")(layers.Dense(units)(x))
    model = keras.Model(image, x)
    model.compile("adamw", "binary_crossentropy", metrics=[keras.metrics.AUC(), "accuracy"])
    return model
