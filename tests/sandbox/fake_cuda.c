/* NVIDIA's driver library, played on the processor: what autograder/sandbox/cuda.py calls of it, and faults on request.

   FAKE_CUDA_FAULT is "function=code", for a call that fails, or "product" or "copy", for wrong results; where
   FAKE_CUDA_LOST is the name of a file that exists, nothing works.  FAKE_CUDA_FREE_FILE holds the MiB that are free. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(const char *function) {
    const char *fault = getenv("FAKE_CUDA_FAULT");
    size_t length = strlen(function);
    const char *lost = getenv("FAKE_CUDA_LOST");
    if (lost && !access(lost, F_OK)) return 999;
    if (fault && !strncmp(fault, function, length) && fault[length] == '=') return atoi(fault + length + 1);
    return 0;
}
static int wrong(const char *what) {
    const char *fault = getenv("FAKE_CUDA_FAULT");
    return fault && !strcmp(fault, what);
}
#define CALL(name, parameters, body) int name parameters { int code = fails(#name); if (code) return code; body; return 0; }

static int endless;
static size_t free_mib(void) {
    const char *name = getenv("FAKE_CUDA_FREE_FILE");
    FILE *file = name ? fopen(name, "r") : NULL;
    int mib = 512;
    if (file && fscanf(file, "%d", &mib) != 1) mib = 512;
    if (file) fclose(file);
    return (size_t)mib;
}

CALL(cuInit, (unsigned flags), (void)flags)
CALL(cuDriverGetVersion, (int *version), *version = 12080)
CALL(cuDeviceGetCount, (int *count), *count = getenv("FAKE_CUDA_COUNT") ? atoi(getenv("FAKE_CUDA_COUNT")) : 1)
CALL(cuDeviceGet, (int *device, int number), *device = number)
CALL(cuDeviceGetName, (char *name, int length, int device), (void)device; strncpy(name, "Fake GPU", length))
CALL(cuCtxCreate_v2, (void **context, unsigned flags, int device), (void)flags; (void)device; *context = (void *)1)
CALL(cuCtxDestroy_v2, (void *context), (void)context)
CALL(cuCtxSynchronize, (void), while (endless) pause())
CALL(cuMemGetInfo_v2, (size_t *left, size_t *total), *left = free_mib() << 20; *total = (size_t)1024 << 20)
CALL(cuMemAlloc_v2, (uint64_t *place, size_t size), *place = (uint64_t)(uintptr_t)malloc(size))
CALL(cuMemFree_v2, (uint64_t place), free((void *)(uintptr_t)place))
CALL(cuMemcpyHtoD_v2, (uint64_t place, const void *data, size_t size), memcpy((void *)(uintptr_t)place, data, size))
CALL(cuMemcpyDtoH_v2, (void *data, uint64_t place, size_t size),
     memcpy(data, (void *)(uintptr_t)place, size); if (wrong("copy")) *(char *)data ^= 1)
CALL(cuModuleLoadData, (void **module, const void *program),
     if (!strstr(program, ".entry product(") && !strstr(program, ".entry endless(")) return 218; *module = (void *)2)
CALL(cuModuleGetFunction, (void **function, void *module, const char *name),
     (void)module; *function = (void *)(uintptr_t)(strcmp(name, "endless") ? 3 : 4))

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **parameters, void **extra) {
    int code = fails("cuLaunchKernel");
    (void)shared, (void)stream, (void)extra;
    if (code) return code;
    if (function == (void *)4) return endless = 1, 0;
    const float *left = (const float *)(uintptr_t)*(uint64_t *)parameters[0];
    const float *right = (const float *)(uintptr_t)*(uint64_t *)parameters[1];
    float *result = (float *)(uintptr_t)*(uint64_t *)parameters[2];
    unsigned size = *(uint32_t *)parameters[3];
    if (gx * bx < size * size || gy != 1 || gz != 1 || by != 1 || bz != 1) return 1;
    for (unsigned row = 0; row < size; row++)
        for (unsigned column = 0; column < size; column++) {
            float sum = wrong("product");
            for (unsigned k = 0; k < size; k++) sum += left[row * size + k] * right[k * size + column];
            result[row * size + column] = sum;
        }
    return 0;
}
int cuGetErrorString(int code, const char **text) {
    *text = code == 304 ? "OS call failed or operation not supported on this OS" : "a fault that was asked for";
    return 0;
}
