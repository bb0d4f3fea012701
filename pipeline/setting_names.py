"""The names of settings: those that there are, and those that someone misspelt."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from pipeline.exits import EXIT_USAGE, Refused

PREFIX: Final = "PIPELINE_"


class SettingsError(Refused):
    """A setting that cannot be used, in one line that names it and never holds a secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message, EXIT_USAGE)


def variable(field: str) -> str:
    """Give the environment variable of a field of `Settings`."""
    return PREFIX + field.upper()


def refuse_unknown(names: Iterable[str], fields: Iterable[str]) -> None:
    """Raise `SettingsError` for a name with our prefix that belongs to none of `fields`."""
    # Compared without the prefix, which makes any two of them similar.
    known = [field.upper() for field in fields]
    for name in names:
        rest = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and rest not in known:
            close = difflib.get_close_matches(rest, known, n=1)
            hint = f"did you mean {PREFIX}{close[0]}?" if close else "see `page-pipeline settings`"
            raise SettingsError(f"{name}: no such setting; {hint}")


def names_in(env_file: Path) -> list[str]:
    """List the names that the lines NAME=value of a file set; others raise `SettingsError`."""
    try:
        with env_file.open(encoding="utf-8") as stream:
            bindings = list(parse_stream(stream))
    except OSError as error:
        found = error.strerror
        raise SettingsError(f"{env_file}: expected a readable file, found {found}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file}: expected UTF-8 text") from None
    for binding in bindings:
        if binding.error or (binding.key and binding.value is None):
            raise SettingsError(f"{env_file}, line {binding.original.line}: expected NAME=value")
    return [binding.key for binding in bindings if binding.key]
