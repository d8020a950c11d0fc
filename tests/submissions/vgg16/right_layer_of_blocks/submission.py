class Block(layers.Layer):
    def __init__(self, filters, n_convs, kernel_size, activation, **kwargs):
        super().__init__(**kwargs)
        self.pool = layers.MaxPooling2D()
        self.arguments = filters, n_convs, kernel_size, activation

    def build(self, shape):
        filters, n_convs, kernel_size, activation = self.arguments
        self.convolutions = []
        for _ in range(n_convs):
            convolution = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)
            convolution.build(shape)
            shape = (*shape[:-1], filters)
            self.convolutions.append(convolution)

    def call(self, x):
        for convolution in self.convolutions:
            x = convolution(x)
        return self.pool(x)

    def compute_output_shape(self, shape):
        return (shape[0], shape[1] // 2, shape[2] // 2, self.arguments[0])

def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    return Block(filters, n_convs, kernel_size, activation)(x)


def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    stack = [keras.Input(input_shape)]
    stack += [
        Block(max(1, int(c * width)), n, kernel_size, activation, name=f"block_{i}")
        for i, (n, c) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], start=1)
    ]
    stack += [layers.Flatten(), layers.Dense(dense_units, activation), layers.Dense(dense_units, activation)]
    return keras.Sequential([*stack, layers.Dense(1, "sigmoid")])
