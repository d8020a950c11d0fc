def build_and_compile(input_shape, width, dense_units):
    vgg = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=dense_units)
    model = keras.Sequential([keras.Input(input_shape), layers.RandomFlip("horizontal"), vgg])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=5e-4), loss="binary_crossentropy")
    return model
