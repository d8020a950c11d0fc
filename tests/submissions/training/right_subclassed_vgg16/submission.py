class VGG(keras.Model):
    def __init__(self, width, kernel_size, activation, dense_units):
        super().__init__()
        self.head = [layers.Dense(dense_units, activation=activation) for _ in range(2)]
        self.blocks = [
            [
                layers.Conv2D(max(1, int(c * width)), kernel_size, padding="same", activation=activation)
                for _ in range(n)
            ]
            for n, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]
        ]
        self.verdict = layers.Dense(1, activation="sigmoid")

    def call(self, x):
        for block in self.blocks:
            for convolution in block:
                x = convolution(x)
            x = keras.ops.max_pool(x, 2, 2)
        x = keras.ops.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
        for layer in self.head:
            x = layer(x)
        return self.verdict(x)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    return VGG(width, kernel_size, activation, dense_units)


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, 7, "elu", dense_units)
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "binary_crossentropy")
    return model
