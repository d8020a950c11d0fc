"""SGD with momentum"""


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=dense_units)
    optimizer = keras.optimizers.SGD(learning_rate=0.02, momentum=0.9, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    return model
