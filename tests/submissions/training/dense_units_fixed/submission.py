def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=64)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=5e-4), loss="binary_crossentropy")
    return model
