"""``make test-gpu``: what only a machine with a GPU can show, in five minutes, without the network.

It prints Markdown, so that its output can be kept in ``docs/gpu.md``.  Where there is no GPU it says what it would try.
TensorFlow (or JAX) is used where it is installed; everything else needs the driver alone.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from autograder.config import Limits
from autograder.errors import AutograderError
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import Backend, find_backends, prepare_runtime
from autograder.sandbox.devices import Lease, driver_version, find_gpus, lease_table
from autograder.sandbox.gpu_probe import Finding, probe_lease, probe_sharing
from autograder.sandbox.host import Host

LIMITS = Limits(call_wall_s=120, memory_mib=4096, total_wall_s=240)
SHARING_MIB = 1024
PLAN = (
    "behind each sandbox, with a lease: start CUDA, allocate, copy there and back, multiply two matrices",
    "with a lease: open another GPU's device file; without one: open any",
    "one submission after another: memory that is still held, what is left in it, a kernel that does not end",
    "with TensorFlow or JAX: train a small network twice in two forks of one host, and compare every loss",
)
TRAINING = """
import numpy as np

def losses(seed, precision):
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(precision)
    tf.config.experimental.enable_op_determinism()
    model = keras.Sequential([
        keras.layers.Input((32, 32, 1)),
        keras.layers.Conv2D(16, 3, activation="elu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, activation="elu"), keras.layers.MaxPooling2D(),
        keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid", dtype="float32"),
    ])
    model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")
    rng = np.random.default_rng(0)
    images = rng.normal(size=(2048, 32, 32, 1)).astype(np.float32)
    labels = (images[:, 8:24, 8:24].mean((1, 2, 3)) > 0).astype(np.float32)
    found = model.fit(images, labels, batch_size=64, epochs=5, verbose=0).history["loss"]
    return [float(loss) for loss in found], [device.name for device in tf.config.list_logical_devices("GPU")]
"""

JAX_TRAINING = """
import numpy as np

def losses(seed, precision):
    import jax
    import jax.numpy as jnp

    kind = {"float32": jnp.float32, "mixed_bfloat16": jnp.bfloat16}[precision]
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(2048, 256)), kind)
    y = jnp.asarray(rng.normal(size=(2048, 1)), jnp.float32)
    keys = jax.random.split(jax.random.key(seed), 2)
    weights = [jax.random.normal(keys[0], (256, 64)) * 0.06, jax.random.normal(keys[1], (64, 1)) * 0.1]

    def loss(weights):
        hidden = jax.nn.elu(x @ weights[0].astype(kind))
        return jnp.mean(((hidden @ weights[1].astype(kind)).astype(jnp.float32) - y) ** 2)

    step = jax.jit(jax.value_and_grad(loss))
    found = []
    for _ in range(50):
        value, slopes = step(weights)
        weights = [w - 0.05 * slope for w, slope in zip(weights, slopes)]
        found.append(float(value))
    return found, [str(device) for device in jax.devices() if device.platform == "gpu"]
"""
JAX_PLUGINS = ("jax-cuda13-plugin", "jax-cuda12-plugin")


def _library() -> tuple[tuple[str, ...], str] | None:
    """The packages of a training, and its source; None where none can be had."""
    if importlib.util.find_spec("tensorflow"):
        return ("tensorflow",), TRAINING
    plugin = next((name for name in JAX_PLUGINS if importlib.util.find_spec(name.replace("-", "_"))), None)
    return (("jax", plugin), JAX_TRAINING) if plugin and importlib.util.find_spec("jax") else None


def main() -> int:
    """Runs what can be run; 0 when all of it came out as it should, 1 when not, 2 when there was no GPU to try."""
    gpus = find_gpus()
    if not gpus:
        module = (
            f"NVIDIA's driver {driver_version()} is loaded" if driver_version() else "NVIDIA's driver is not loaded"
        )
        print(f"No GPU: {module}, and there is no /dev/nvidia0.  Nothing was tried.  On a machine with one:")
        print("\n".join(f"* {line}" for line in PLAN))
        return 2
    print(f"Driver {driver_version() or 'unknown'}; " + "; ".join(f"GPU {gpu.number}: {gpu.model}" for gpu in gpus))
    leases, good = lease_table(gpus, len(gpus), gpus=gpus), True
    for backend in find_backends():
        print(f"\n## {backend.name}")
        if reason := backend.missing():
            print(f"not usable here: {reason}")
            continue
        for lease in leases:
            good &= _print(f"GPU {lease.gpu}", probe_lease(backend, lease))
        good &= _print("one submission after another", _share(backend, leases[0]))
        if library := _library():
            good &= _print(library[0][0], _train(backend, leases[0], *library))
    print("\nAll came out as it should." if good else "\nNOT as it should be; see docs/gpu.md for what to do.")
    return 0 if good else 1


def _print(title: str, findings: list[Finding]) -> bool:
    print(f"\n{title}\n")
    for finding in findings:
        print(f"* {'ok ' if finding.ok else 'NOT OK'} {finding.what}: {finding.detail}", flush=True)
    return all(finding.ok for finding in findings)


def _share(backend: Backend, lease: Lease) -> list[Finding]:
    try:
        with tempfile.TemporaryDirectory() as folder:
            runtime = prepare_runtime(Path(folder), ("numpy",), gpu=True)
            with Host(backend, runtime, LIMITS, lease=lease) as host:
                return probe_sharing(host, SHARING_MIB)
    except AutograderError as error:
        return [Finding("start a worker", False, str(error))]


def _train(backend: Backend, lease: Lease, packages: tuple[str, ...], source: str) -> list[Finding]:
    findings, runs = [], []
    try:
        with tempfile.TemporaryDirectory() as folder:
            runtime = prepare_runtime(Path(folder), packages, gpu=True)
            with Host(backend, runtime, LIMITS, lease=lease) as host:
                for precision in ("float32", "float32", "mixed_bfloat16"):
                    started = time.monotonic()
                    student = RemoteStudent(host, Submission("gpu", (Chunk("training", source),)), LIMITS)
                    losses, devices = student.losses(1, precision)
                    student.close()
                    runs.append(losses)
                    falls = bool(devices) and losses[-1] < losses[0]
                    detail = (
                        f"loss {losses[0]:.3f} to {losses[-1]:.3f} on {devices}, {time.monotonic() - started:.1f} s"
                    )
                    findings.append(Finding(f"train, {precision}", falls, detail))
    except AutograderError as error:
        return [*findings, Finding("train", False, str(error))]
    return [*findings, Finding("the same losses in two forks", runs[0] == runs[1], "compared bit by bit")]


if __name__ == "__main__":
    sys.exit(main())
