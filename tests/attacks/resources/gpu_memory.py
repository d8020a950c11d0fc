"""Looks for graphics cards and takes their memory (simulated: the devices' files and libraries are looked for)."""

import ctypes
import glob
import os

os.environ |= {"CUDA_VISIBLE_DEVICES": "0", "TF_FORCE_GPU_ALLOW_GROWTH": "false"}


def go(*args, **kwargs):
    devices = glob.glob("/dev/nvidia*") + glob.glob("/dev/dri/*") + glob.glob("/dev/kfd")
    opened = [path for path in devices if not isinstance(attempt(open, path, "rb"), BaseException)]
    cuda = attempt(ctypes.CDLL, "libcuda.so.1")
    if opened or (not isinstance(cuda, BaseException) and cuda.cuInit(0) == 0):
        breach(f"a graphics card can be used: {opened}")
    return 0.0


answer(go)
go()
