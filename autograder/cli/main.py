"""The command ``autograder``: parses, calls, prints.

Each subcommand is a module of this package with a click command called ``command``; it is imported
only when it is asked for, so that ``autograder --help`` stays quick.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import warnings

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.say import say
from autograder.errors import AutograderError, EnvironmentFault, GraderError
from autograder.version import __version__

# command: (module, what it does), in the order of a course's life
COMMANDS = {
    "init": ("init", "Create an nbgrader course."),
    "lint": ("lint", "Say what is wrong with assignments and settings."),
    "roster": ("roster", "Show or import the class list."),
    "release": ("release", "Build what students receive."),
    "data": ("data", "Build, check and show the images; train their generator."),
    "check": ("check", "Self-check a notebook or .py file with the public tests."),
    "grade": ("grade", "Grade files in the sandbox and print the scores."),
    "collect": ("collect", "Collect work from a learning system's download."),
    "batch": ("batch", "Grade all submissions of a course, several at a time."),
    "extend": ("extend", "Give one student more time."),
    "status": ("status", "Say what waits for a person in a course."),
    "feedback": ("feedback", "Make the students' pages and release them."),
    "calibrate": ("calibrate", "Set the minimum AUC from measured training runs."),
    "gradebook": ("gradebook", "Print a course's gradebook as a table."),
    "upgrade": ("upgrade", "Bring a course of an earlier version up to date."),
    "forget": ("forget", "Delete what a course keeps about a student."),
    "survey": ("survey", "Collect and report survey answers."),
    "study": ("study", "Run the case study's experiments again."),
    "doctor": ("doctor", "Say which sandboxes work on this machine."),
    "demo": ("demo", "Run a whole course with sample students."),
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of a course's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"autograder.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
@click.option("-v", "--verbose", is_flag=True, help="Log more on standard error.")
def cli(verbose: bool) -> None:
    """Autograding for a course on medical AI with synthetic chest X-rays.

    \b
    Example:
      autograder init my-course --lang en
    """
    level = logging.INFO if verbose else logging.WARNING
    warnings.filterwarnings("ignore", module=r"nbgrader|sqlalchemy|traitlets")  # users cannot act on their warnings
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; errors of the package become one line and an exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # hides TensorFlow's start-up messages
    try:
        code: object = cli.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        say("interrupted; finished work is kept", err=True)
        code = ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (EnvironmentFault, GraderError) as error:
        say(f"autograder: {error}", err=True)
        code = ExitCode.GRADER_ERROR
    except AutograderError as error:
        say(f"autograder: {error}", err=True)
        code = ExitCode.USAGE
    except ModuleNotFoundError as error:
        if (error.name or "autograder").split(".")[0] == "autograder":
            raise
        say(f"autograder: this command needs {error.name}: pip install 'cxr-autograder[grade]'", err=True)
        code = ExitCode.USAGE
    except Exception as error:
        from autograder.nbgrader_plugs.lock import is_lock

        if not is_lock(error):
            raise
        say("autograder: another program has locked the gradebook; close it, and run the same again", err=True)
        code = ExitCode.GRADER_ERROR
    sys.exit(code if isinstance(code, int) else 0)
