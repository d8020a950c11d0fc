"""Hands over weights with NaN, infinities, complex numbers and numbers that overflow on hidden images only.

assignment: training
after: reference
earns: build_vgg16, build_and_compile
"""

import numpy as np


def train(model, train_data, validation_data, protocol):
    for number, layer in enumerate(model.layers):
        weights = [np.full(w.shape, [np.nan, np.inf, -np.inf, 3e38][number % 4], "float32") for w in layer.get_weights()]
        layer.set_weights(weights)
    return {"loss": [0.0], "val_loss": [0.0]}
