"""Loops for ever inside a TensorFlow op, where no Python signal handler is ever run.

assignment: vgg16
"""

import tensorflow as tf


@tf.function
def go_on():
    return tf.while_loop(lambda i: i >= 0, lambda i: tf.abs(i - 1), [tf.constant(3)])


answer(lambda *args, **kwargs: go_on())
