def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=input_shape)
    x = layers.Flatten()(base.output)
    x = layers.Dense(dense_units, activation=activation)(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    return keras.Model(base.input, layers.Dense(1, activation="sigmoid")(x))
