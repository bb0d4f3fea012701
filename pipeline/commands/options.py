"""The options that commands have in common."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.event.instant import read_instant
from pipeline.settings import load_settings


class Time(click.ParamType):
    """A time as the contract reads it, or any whole number of milliseconds since 1970."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give the milliseconds since 1970."""
        if re.fullmatch(r"[+-]?[0-9]+", value):
            return int(value)
        instant = read_instant(value)
        if instant is None:
            expected = "expected ISO 8601 or milliseconds since 1970"
            self.fail(f"{expected}, found {value[:64]!r}", param, ctx)
        return instant


FilePath = click.Path(dir_okay=False, path_type=Path)

files_argument = click.argument("files", nargs=-1, type=FilePath, metavar="[FILE]...")

timeout_option = click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a broker to answer.",
)


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Pass the settings in force to a command as its first argument, and add `--env-file`."""

    @click.option(
        "--env-file",
        type=FilePath,
        metavar="FILE",
        help="Take settings that the environment lacks from FILE, with lines NAME=value.",
    )
    @functools.wraps(command)
    def with_env_file(*arguments: Any, env_file: Path | None, **options: Any) -> Any:
        return command(load_settings(env_file), *arguments, **options)

    return with_env_file
