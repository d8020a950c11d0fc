"""Has thousands of statements that fail, and functions whose names are defined ten thousand times."""

answer(lambda *args, **kwargs: 0.0)
1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0; 1 / 0
[undefined]; [undefined]; [undefined]; [undefined]; [undefined]; [undefined]; [undefined]; [undefined]; [undefined]
globals().update({f"name{n}": n for n in range(10_000)})
int("x" * 10**6)
raise ValueError("y" * 10**6)
