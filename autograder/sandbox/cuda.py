"""The proof that a worker can use a graphics processor: what ``nvidia-smi`` shows proves nothing.

As in ``trespasses`` the functions are sent to a worker as text, so each imports what it needs.  They ask NVIDIA's
driver itself (``libcuda.so.1``), so that neither TensorFlow nor the network is needed.

Source: CUDA Driver API and PTX ISA reference manuals, NVIDIA.
"""

from __future__ import annotations

STEPS = ("load the driver's library", "start CUDA", "find the GPU", "make a context", "allocate", "copy there and back",
         "matrix product", "free")  # fmt: skip
"""What ``prove`` does, in this order."""


def prove(library: str, mib: int) -> dict[str, object]:
    """Starts CUDA, allocates, copies there and back, and has the graphics processor multiply two matrices.

    Args:
        library: the driver's, ``libcuda.so.1``.
        mib: how much to allocate.

    Returns:
        ``done``, the number of steps that were done; ``fault``, what was wrong with the next one, "" if nothing was;
        ``code``, CUDA's number for it, 0 for none; ``name`` of the graphics processor, ``driver`` (the version of CUDA
        that the driver offers), ``visible`` (how many graphics processors there are) and ``free_mib``.
    """
    import ctypes

    import numpy as np

    found: dict[str, object] = {
        "done": 0,
        "fault": "",
        "code": 0,
        "name": "",
        "driver": "",
        "visible": 0,
        "free_mib": 0,
    }
    size = 64
    program = """
        .version 6.0
        .target sm_52
        .address_size 64
        .visible .entry product(.param .u64 left, .param .u64 right, .param .u64 result, .param .u32 size)
        {
            .reg .pred %p<3>;
            .reg .f32 %f<4>;
            .reg .b32 %r<12>;
            .reg .b64 %a<10>;
            ld.param.u64 %a1, [left];
            ld.param.u64 %a2, [right];
            ld.param.u64 %a3, [result];
            ld.param.u32 %r1, [size];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r5, %r2, %r3, %r4;
            mul.lo.s32 %r6, %r1, %r1;
            setp.ge.s32 %p1, %r5, %r6;
            @%p1 bra DONE;
            div.s32 %r7, %r5, %r1;
            rem.s32 %r8, %r5, %r1;
            mov.f32 %f1, 0f00000000;
            mov.u32 %r9, 0;
        NEXT:
            mad.lo.s32 %r10, %r7, %r1, %r9;
            mul.wide.s32 %a4, %r10, 4;
            add.s64 %a5, %a1, %a4;
            ld.global.f32 %f2, [%a5];
            mad.lo.s32 %r11, %r9, %r1, %r8;
            mul.wide.s32 %a6, %r11, 4;
            add.s64 %a7, %a2, %a6;
            ld.global.f32 %f3, [%a7];
            fma.rn.f32 %f1, %f2, %f3, %f1;
            add.s32 %r9, %r9, 1;
            setp.lt.s32 %p2, %r9, %r1;
            @%p2 bra NEXT;
            mul.wide.s32 %a8, %r5, 4;
            add.s64 %a9, %a3, %a8;
            st.global.f32 [%a9], %f1;
        DONE:
            ret;
        }
    """
    try:
        cuda = ctypes.CDLL(library)
    except OSError as error:
        found["fault"] = str(error)
        return found

    def step(number: int, function: str, *arguments: object) -> None:
        code = int(getattr(cuda, function)(*arguments))
        if code == 0:
            return
        text = ctypes.c_char_p()
        cuda.cuGetErrorString(code, ctypes.byref(text))
        said = text.value.decode(errors="replace") if text.value else "unknown"
        found.update(done=number, fault=f"{function}: {said}", code=code)
        raise RuntimeError(function)

    version, count, device, context = ctypes.c_int(), ctypes.c_int(), ctypes.c_int(), ctypes.c_void_p()
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(256)
    memory = [ctypes.c_uint64() for _ in range(3)]
    module, function = ctypes.c_void_p(), ctypes.c_void_p()
    try:
        step(1, "cuInit", 0)
        step(1, "cuDriverGetVersion", ctypes.byref(version))
        step(2, "cuDeviceGetCount", ctypes.byref(count))
        step(2, "cuDeviceGet", ctypes.byref(device), 0)
        step(2, "cuDeviceGetName", name, len(name), device)
        found["driver"] = f"{version.value // 1000}.{version.value % 1000 // 10}"
        found["visible"], found["name"] = count.value, name.value.decode(errors="replace")
        step(3, "cuCtxCreate_v2", ctypes.byref(context), 0, device)
        step(4, "cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        found["free_mib"] = free.value >> 20
        step(4, "cuMemAlloc_v2", ctypes.byref(memory[0]), ctypes.c_size_t(mib << 20))
        sent = np.random.default_rng(0).integers(0, 256, mib << 20, dtype=np.uint8)
        back = np.zeros_like(sent)
        step(5, "cuMemcpyHtoD_v2", memory[0], sent.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(sent.nbytes))
        step(5, "cuMemcpyDtoH_v2", back.ctypes.data_as(ctypes.c_void_p), memory[0], ctypes.c_size_t(back.nbytes))
        if not np.array_equal(sent, back):
            found.update(done=5, fault="what came back is not what was sent")
            return found
        step(7, "cuMemFree_v2", memory[0])
        numbers = np.random.default_rng(1).integers(-8, 9, (2, size, size)).astype(np.float32)
        result = np.zeros((size, size), np.float32)
        step(6, "cuModuleLoadData", ctypes.byref(module), ctypes.c_char_p(program.encode()))
        step(6, "cuModuleGetFunction", ctypes.byref(function), module, ctypes.c_char_p(b"product"))
        for place in memory:
            step(6, "cuMemAlloc_v2", ctypes.byref(place), ctypes.c_size_t(result.nbytes))
        for place, matrix in zip(memory, numbers, strict=False):
            step(6, "cuMemcpyHtoD_v2", place, matrix.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(matrix.nbytes))
        parameters = [*memory, ctypes.c_uint32(size)]
        pointers = (ctypes.c_void_p * 4)(*(ctypes.addressof(each) for each in parameters))
        blocks = (size * size + 255) // 256
        step(6, "cuLaunchKernel", function, blocks, 1, 1, 256, 1, 1, 0, None, pointers, None)
        step(6, "cuCtxSynchronize")
        target = result.ctypes.data_as(ctypes.c_void_p)
        step(6, "cuMemcpyDtoH_v2", target, memory[2], ctypes.c_size_t(result.nbytes))
        if not np.array_equal(result, numbers[0] @ numbers[1]):  # small whole numbers: exact in float32
            found.update(done=6, fault="the product is wrong")
            return found
        for place in memory:
            step(7, "cuMemFree_v2", place)
        step(7, "cuCtxDestroy_v2", context)
    except (RuntimeError, AttributeError) as error:
        if not found["fault"]:
            found["fault"] = f"the driver's library has no such function: {error}"
        return found
    found["done"] = 8
    return found


def act(library: str, what: str, mib: int) -> int:
    """Does to a graphics processor what a hostile or a faulty submission might do.

    Args:
        library: the driver's.
        what: ``fill`` writes a pattern into so much memory and keeps it, ``look`` counts the MiB of fresh memory that
            hold the pattern (of a submission before), ``hang`` runs a kernel that does not end.
        mib: of memory.

    Returns:
        MiB that hold the pattern.
    """
    import ctypes

    import numpy as np

    pattern, block = 0x5EC2E75A, 16
    endless = """
        .version 6.0
        .target sm_52
        .address_size 64
        .visible .entry endless(.param .u64 place)
        {
            .reg .pred %p<2>;
            .reg .b32 %r<2>;
            .reg .b64 %a<2>;
            ld.param.u64 %a1, [place];
        NEXT:
            ld.volatile.global.u32 %r1, [%a1];
            setp.eq.u32 %p1, %r1, 0;
            @%p1 bra NEXT;
            ret;
        }
    """
    cuda = ctypes.CDLL(library)

    def call(function: str, *arguments: object) -> None:
        code = int(getattr(cuda, function)(*arguments))
        if code:
            raise RuntimeError(f"{function}: CUDA error {code}")

    device, context, module, kernel = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    call("cuInit", 0)
    call("cuDeviceGet", ctypes.byref(device), 0)
    call("cuCtxCreate_v2", ctypes.byref(context), 0, device)
    size, found = ctypes.c_size_t(block << 20), 0
    there = np.full(block << 18, pattern, np.uint32)
    here = np.zeros_like(there)
    for _ in range(max(1, mib // block)):
        place = ctypes.c_uint64()
        call("cuMemAlloc_v2", ctypes.byref(place), size)
        if what == "look":
            call("cuMemcpyDtoH_v2", here.ctypes.data_as(ctypes.c_void_p), place, size)
            found += int(np.count_nonzero(here == pattern)) >> 18
        else:
            source = there if what == "fill" else here
            call("cuMemcpyHtoD_v2", place, source.ctypes.data_as(ctypes.c_void_p), size)
    if what == "hang":
        call("cuModuleLoadData", ctypes.byref(module), ctypes.c_char_p(endless.encode()))
        call("cuModuleGetFunction", ctypes.byref(kernel), module, ctypes.c_char_p(b"endless"))
        parameters = (ctypes.c_void_p * 1)(ctypes.addressof(place))
        call("cuLaunchKernel", kernel, 1, 1, 1, 1, 1, 1, 0, None, parameters, None)
        call("cuCtxSynchronize")
    return found


def reach(paths: list[str]) -> list[str]:
    """Those of the files that can be opened, for reading or for writing."""
    import os

    found = []
    for path in paths:
        for mode in (os.O_RDONLY, os.O_RDWR):
            try:
                os.close(os.open(path, mode | os.O_NONBLOCK))
            except OSError:
                continue
            found.append(path)
            break
    return found
