"""Trains honestly and then holds the last epoch open, so that time runs out with a good network in memory.

assignment: training
after: reference
earns: build_vgg16, build_and_compile
"""

honest_train = train


def train(model, train_data, validation_data, protocol):
    honest_train(model, train_data, validation_data, protocol)
    while True:
        pass
