def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    raise NotImplementedError()


def make_dataset(images, labels, batch_size, training, seed):
    raise NotImplementedError()


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    raise NotImplementedError()


def build_and_compile(input_shape, width, dense_units):
    raise NotImplementedError()


def train(model, train_data, validation_data, protocol):
    raise NotImplementedError()


def overfitting_gap(history, last=5):
    raise NotImplementedError()
