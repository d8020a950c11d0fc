"""``autograder doctor``: tries on this machine what student code must not be able to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from autograder.reports.terminal import Terminal
    from autograder.sandbox.probe import ProbeResult


@click.command()
@click.option("--sandbox", help="Try one sandbox only.")
def command(sandbox: str | None) -> int:
    """Try to break out of every sandbox on this machine, and say what stopped it; then use each GPU behind each.

    Each line names something that student code must not be able to do, the mechanism that prevents it, and
    what happened when a worker tried. `batch` uses the first sandbox that works. Exit code 1 when that one let
    something through, or when none works: batch grading would not be safe.  A GPU counts as usable when a worker
    has computed on it; what failed is named with what to do.

    \b
    Example:
      autograder doctor
    """
    from rich.text import Text

    from autograder.reports.terminal import Terminal
    from autograder.sandbox import cgroup, choose_backend
    from autograder.sandbox.probe import probe_backends

    if sandbox:
        choose_backend(sandbox)
    console, first, safe, usable = Terminal(), "", False, []
    for name, reason, findings in probe_backends(sandbox):
        if reason:
            console.print(Text.assemble((name, "bold"), f": not usable here. {reason}\n"))
            continue
        usable.append(name)
        _print(console, name, findings)
        if not first:
            first, safe = name, all(finding.ok for finding in findings)
    console.print(_verdict(first, safe, f" --sandbox {sandbox}" if sandbox else ""))
    if cgroup.delegated():
        console.print("The kernel bounds the memory of all processes together as well (cgroups).")
    else:
        console.print(f"For memory bounds by the kernel besides the watch: {cgroup.ADVICE}")
    _try_gpus(console, usable)
    return ExitCode.OK if safe else ExitCode.NOT_REACHED


def _try_gpus(console: Terminal, backends: list[str]) -> None:
    """A line for each graphics processor and each sandbox, and what is wrong."""
    from rich.table import Table
    from rich.text import Text

    from autograder.errors import EnvironmentFault
    from autograder.sandbox import choose_backend
    from autograder.sandbox.devices import driver_version, find_gpus, lease_table
    from autograder.sandbox.gpu_probe import probe_lease

    gpus = find_gpus()
    if not gpus:
        module = (
            f"its driver {driver_version()} is loaded, but" if driver_version() else "NVIDIA's driver is not loaded:"
        )
        console.print(
            f"GPU: none; {module} there is no /dev/nvidia0.  A profile with "
            'device = "gpu" refuses to train here; the others train on the processor.',
        )
        return
    try:
        leases = lease_table(gpus, len(gpus), gpus=gpus)
    except EnvironmentFault as fault:
        console.print(f"GPU: {fault}", style="bold red")
        return
    table = Table(title=f"GPUs, driver {driver_version() or 'unknown'}: what a worker did", title_justify="left")
    for column in ("GPU", "sandbox", "tried", "came out"):
        table.add_column(column)
    for lease in leases:
        for name in backends:
            for finding in probe_lease(choose_backend(name), lease):
                detail = Text(finding.detail, "green" if finding.ok else "bold red")
                table.add_row(lease.gpu, name, finding.what, detail)
    console.print(table)
    console.print("The developers have not run this on a GPU themselves: `make test-gpu` in a clone tries more.")


def _print(console: Terminal, name: str, findings: list[ProbeResult]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{name}: can student code ...", title_justify="left")
    for column in ("... do this?", "kept from it by", "tried just now"):
        table.add_column(column)
    for finding in findings:
        table.add_row(finding.what, finding.by, Text(finding.detail, "green" if finding.ok else "bold red"))
    console.print(table)


def _verdict(first: str, safe: bool, option: str) -> str:
    if not first:
        return "No sandbox works on this machine: `autograder batch` will not run student code here."
    if not safe:
        return f"NOT SAFE: `autograder batch{option}` would use {first}, which let something through (red above)."
    return f"`autograder batch{option}` uses {first} on this machine: all of the above was kept from student code."
