class VGG(keras.Model):
    def __init__(self, width, kernel_size, activation, dense_units):
        super().__init__()
        self.out = layers.Dense(1, activation="sigmoid")
        self.dense_b = layers.Dense(dense_units, activation=activation)
        self.dense_a = layers.Dense(dense_units, activation=activation)
        self.blocks = []
        for n_convs, filters in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
            convs = [
                layers.Conv2D(max(1, int(filters * width)), kernel_size, padding="same", activation=activation)
                for _ in range(n_convs)
            ]
            self.blocks.append(convs)
        self.pool = layers.MaxPooling2D()
        self.flatten = layers.Flatten()

    def call(self, x):
        for convs in self.blocks:
            for conv in convs:
                x = conv(x)
            x = self.pool(x)
        return self.out(self.dense_b(self.dense_a(self.flatten(x))))


def check(input_shape, width, kernel_size, activation, dense_units):
    if min(input_shape[:2]) < 32 or width <= 0 or kernel_size < 1 or dense_units < 1:
        raise ValueError("input_shape, width, kernel_size or dense_units is too small")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"unknown activation {activation}")


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    check(input_shape, width, kernel_size, activation, dense_units)
    return VGG(width, kernel_size, activation, dense_units)
