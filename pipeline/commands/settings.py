"""`page-pipeline settings`: every setting, its value in force, its default and what it means."""

from typing import Any, Literal, get_args, get_origin

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from pipeline.commands.options import with_settings
from pipeline.settings import Settings, variable

_HEADER = ("variable", "type", "default", "meaning")


@click.command(epilog="Example: page-pipeline settings --env-file production.env")
@click.option("--markdown", is_flag=True, help="Write the table of the documentation instead.")
@with_settings
def settings(settings: Settings, *, markdown: bool) -> None:
    """Show every setting: its value in force, its default, and what it means.

    Secrets are masked. Ends with exit code 2 if a setting cannot be used.
    """
    if markdown:
        click.echo(markdown_table(), nl=False)
    else:
        click.echo("\n".join(_entry(settings, field) for field in Settings.model_fields), nl=False)


def markdown_table() -> str:
    """Give the reference of all settings as a Markdown table."""
    rows = [_HEADER, ("---",) * len(_HEADER), *map(_markdown_row, Settings.model_fields)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _markdown_row(field: str) -> tuple[str, ...]:
    info = Settings.model_fields[field]
    default = f"`{_shown(info.default)}`" if info.default is not None else ""
    return f"`{variable(field)}`", _type(info).replace("|", "\\|"), default, info.description or ""


def _entry(settings: Settings, field: str) -> str:
    info = Settings.model_fields[field]
    value = _shown(getattr(settings, field))
    default = f"; default {_shown(info.default)}" if info.default is not None else ""
    return f"# {info.description} ({_type(info)}{default})\n{variable(field)}={value}\n"


def _type(info: FieldInfo) -> str:
    """Name the type, with its unit: as it is declared, or the values to choose from."""
    names = [each for each in info.metadata if isinstance(each, str)]
    return names[-1] if names else _plain_type(info.annotation)


def _plain_type(annotation: Any) -> str:
    if annotation is bool:
        return "true, false"
    if get_origin(annotation) is Literal:
        return ", ".join(get_args(annotation))
    return _plain_type(get_args(annotation)[0])  # the type of an optional one


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case SecretStr():
            return "***"
    return str(value)
