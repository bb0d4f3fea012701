"""However a command fails: one line on standard error, and the exit code that says which way."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from click.exceptions import Exit, NoArgsIsHelpError

from pipeline.exits import EXIT_BUG, EXIT_DONE, EXIT_INTERRUPTED, EXIT_USAGE, Refused


@contextmanager
def one_line_failures() -> Iterator[None]:
    """Turn whatever ends a command into click's `Exit`; SIGTERM passes through as `SystemExit`."""
    try:
        yield
    except (Exit, NoArgsIsHelpError):
        raise
    except click.ClickException as error:
        _end(_usage(error), EXIT_USAGE)
    except Refused as refused:
        _end(str(refused), refused.exit_code)
    except KeyboardInterrupt:
        raise Exit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        _silence_output()
        raise Exit(EXIT_DONE) from None
    except OSError as error:
        _end(f"{error.filename or 'output'}: {error.strerror}", EXIT_BUG)
    except Exception as error:  # noqa: BLE001 - whatever it is, its message may hold an event
        _end(f"a bug of ours: {without_message(error)}", EXIT_BUG)


def without_message(error: BaseException) -> str:
    """Give an exception's type and where it came from, but not its message, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *places])


def _usage(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{text.removesuffix('.')}; try '{error.ctx.command_path} --help'"
    return text


def _end(line: str, exit_code: int) -> NoReturn:
    click.echo(f"page-pipeline: {line}", err=True)
    raise Exit(exit_code)


def _silence_output() -> None:
    """Let Python's own last flush of standard output, at its end, fail nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
