class PatchConvolution(layers.Layer):
    def __init__(self, filters, side, function):
        super().__init__()
        self.filters, self.side, self.function = filters, side, keras.activations.get(function)

    def build(self, shape):
        self.kernel = self.add_weight(shape=(self.side, self.side, shape[-1], self.filters), initializer="he_normal")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros")

    def call(self, x):
        patches = keras.ops.image.extract_patches(x, size=self.side, strides=1, padding="same")
        kernel = keras.ops.reshape(self.kernel, (-1, self.filters))
        return self.function(keras.ops.matmul(patches, kernel) + self.bias)


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    for _ in range(n_convs):
        x = PatchConvolution(filters, kernel_size, activation)(x)
    return layers.MaxPooling2D()(x)
