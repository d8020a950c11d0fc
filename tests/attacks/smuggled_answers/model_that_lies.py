"""A model whose get_weights, variables and call say something else each time, and whose answers are a rule by hand.

assignment: training
after: reference
earns: build_vgg16, build_and_compile 1.2
"""

import keras
import tensorflow as tf


class Lying(keras.Sequential):
    def get_weights(self):
        return [w * 0 for w in super().get_weights()]

    def call(self, x, training=False, mask=None):
        return tf.cast(tf.reduce_mean(x, axis=(1, 2)) > 0.43, tf.float32)


def build_and_compile(input_shape, width, dense_units):
    model = Lying(build_vgg16(input_shape, width, 3, "elu", dense_units).layers)
    model.compile(optimizer="sgd", loss="binary_crossentropy")
    return model
