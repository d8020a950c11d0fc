class Bias(layers.Layer):
    def build(self, shape):
        self.bias = self.add_weight(shape=(shape[-1],), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias


class LargestOfFour(layers.Layer):
    def call(self, x):
        x = x[:, : x.shape[1] // 2 * 2, : x.shape[2] // 2 * 2]
        rows = keras.ops.maximum(x[:, ::2], x[:, 1::2])
        return keras.ops.maximum(rows[:, :, ::2], rows[:, :, 1::2])


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    if min(filters, n_convs, kernel_size) < 1 or activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError("counts from 1 upwards and one of the four activations, please")
    for _ in range(n_convs):
        x = layers.Conv2D(filters, kernel_size, padding="same", use_bias=False)(x)
        x = layers.Activation(activation)(Bias()(x))
    return LargestOfFour()(x)



def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    inputs = keras.Input(input_shape)
    x = inputs
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        x = conv_block(x, max(1, int(c * width)), n_convs, kernel_size, activation)
    x = layers.Flatten()(x)
    for units, function in [(dense_units, activation), (dense_units, activation), (1, "sigmoid")]:
        x = layers.Activation(function)(Bias()(layers.Dense(units, use_bias=False)(x)))
    return keras.Model(inputs, x)
