def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    for name, value in {"filters": filters, "n_convs": n_convs, "kernel_size": kernel_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"activation must be sigmoid, tanh, relu or elu, got {activation!r}")
    x = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)(x)
    for _ in range(n_convs):
        x = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)(x)
    return layers.MaxPooling2D(pool_size=2, strides=2)(x)
