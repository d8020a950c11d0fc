def overfitting_gap(history, last=5):
    if last < 1:
        raise ValueError(f"last must be at least 1, got {last}")
    loss, val_loss = np.asarray(history["loss"]), np.asarray(history["val_loss"])
    if not len(loss):
        raise ValueError("the history has no epoch: train first")
    return float(np.mean((val_loss - loss)))
