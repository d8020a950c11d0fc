"""``autograder doctor``: which sandboxes work here, each proved by a live probe."""

from __future__ import annotations

import click


@click.command()
def command() -> int:
    """Try every sandbox on this machine and say what it keeps out.

    Exit code 1 when none works, so that batch grading would refuse to run.

    \b
    Example:
      autograder doctor
    """
    from rich.console import Console
    from rich.table import Table

    from autograder.sandbox.probe import probe_backends

    table = Table(title="Sandboxes on this machine", title_justify="left")
    for column in ("sandbox", "probe", "result"):
        table.add_column(column)
    usable = False
    for backend, results in probe_backends():
        usable |= all(ok for _, ok, _ in results)
        for number, (name, ok, detail) in enumerate(results):
            table.add_row(
                backend if number == 0 else "", name, f"[green]{detail}[/green]" if ok else f"[red]{detail}[/red]"
            )
        table.add_section()
    Console().print(table)
    return 0 if usable else 1
