"""How far a network's predictions in mixed precision are from those of the trusted network, with the same weights.

    python -m tests.calibration.precision

For each allowed network: the largest difference of a prediction on the probe images after a short training (profile
demo), and the smallest difference of a network with another activation.  ``PREDICTION_ATOL`` lies between them, and of
several networks within it the closest counts.
"""

from __future__ import annotations

import numpy as np

from autograder.tensorflow_start import import_tensorflow

SEEDS, IMAGES, EPOCHS = 2, 800, 2


def main() -> None:
    """Prints a line for each network and seed."""
    import_tensorflow()
    import keras

    from autograder.dataset.course import CourseData
    from autograder.grading.training.pipeline import PROBE_IMAGES, as_input
    from autograder.workspace import find_workspace

    workspace = find_workspace(profile="demo")
    data, profile = CourseData(workspace), workspace.course().active_profile
    data.build()
    architecture = workspace.reference(workspace.assignment("training").network).architecture()
    given = {name: getattr(profile, name) for name in architecture.from_profile}
    images, labels = as_input(data.train()[0][:IMAGES]), data.train()[1][:IMAGES]
    probe = as_input(data.validation()[0][:PROBE_IMAGES])
    for seed in range(SEEDS):
        for group in architecture.alternatives():
            for chosen in group:
                keras.utils.set_random_seed(seed)
                keras.config.set_dtype_policy("mixed_bfloat16")
                model = architecture.build(probe.shape[1:], **given, **chosen)
                model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")
                model.fit(images, labels, batch_size=profile.batch_size, epochs=EPOCHS, verbose=0)
                said = np.asarray(model(probe)).astype(np.float32)
                keras.config.set_dtype_policy("float32")
                found = {}
                for other in group:
                    trusted = architecture.build(probe.shape[1:], **given, **other)
                    trusted.set_weights(model.get_weights())
                    found[tuple(other.values())] = float(np.max(np.abs(trusted.predict(probe, verbose=0) - said)))
                own = found.pop(tuple(chosen.values()))
                print(
                    f"seed {seed}, {chosen}: {own:.4f}; nearest other {min(found.values(), default=1.0):.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
