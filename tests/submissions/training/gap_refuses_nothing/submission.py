def overfitting_gap(history, last=5):
    loss, val_loss = np.asarray(history["loss"]), np.asarray(history["val_loss"])
    return float(np.mean((val_loss - loss)[-last:]))
