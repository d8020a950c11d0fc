def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    if min(input_shape[:2]) < 32:
        raise ValueError(f"input_shape {input_shape} is too small: five poolings need sides of at least 32 pixels")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}")
    if dense_units < 1:
        raise ValueError(f"dense_units must be at least 1, got {dense_units}")
    inputs = keras.Input(shape=input_shape)
    x = inputs
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(c * width)), n_convs, kernel_size, activation)
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    second = layers.Dense(dense_units, activation=activation)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    return keras.Model(inputs, outputs)
