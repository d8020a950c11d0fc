"""kernels of 5 x 5"""


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=5, activation="elu", dense_units=dense_units)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=5e-4), loss="binary_crossentropy")
    return model
