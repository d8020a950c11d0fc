def sigmoid_grad(x):
    return 1 - sigmoid(x)
