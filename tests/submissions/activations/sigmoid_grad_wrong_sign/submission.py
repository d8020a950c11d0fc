def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 + s)
