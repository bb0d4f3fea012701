"""A raw event beside its canonical one, with what was added, changed and removed made visible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
from rich.table import Table
from rich.text import Text

Mark = Literal[" ", "+", "~", "-"]

STYLES: Final[dict[Mark, str]] = {" ": "", "+": "green", "~": "yellow", "-": "red"}
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Row:
    """One member of both events: ` ` the same, `+` added, `~` changed, `-` removed."""

    mark: Mark
    raw: str
    canonical: str
    path: tuple[str, ...]


def compare(
    raw: Mapping[str, Any], canonical: Mapping[str, Any], outer: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Yield the rows of two JSON objects, in the canonical one's order, removed members last."""
    for name in [*canonical, *(name for name in raw if name not in canonical)]:
        before, after = raw.get(name, _ABSENT), canonical.get(name, _ABSENT)
        path = (*outer, name)
        left, right = (_line("  " * len(outer), name, value) for value in (before, after))
        yield Row(_mark(before, after), left, right, path)
        if _has_members(before) or _has_members(after):
            yield from compare(_members(before), _members(after), path)


def comparison_table(raw: Mapping[str, Any], canonical: Mapping[str, Any]) -> Table:
    """Show both events side by side; the marks tell what the colours tell where there are none."""
    table = Table(expand=True, box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    table.add_column("raw", ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("", width=1)
    table.add_column("canonical", ratio=1, no_wrap=True, overflow="ellipsis")
    for row in compare(raw, canonical):
        style = STYLES[row.mark]
        removed = style if row.mark == "-" else ""
        table.add_row(Text(row.raw, removed), Text(row.mark, style), Text(row.canonical, style))
    return table


def _mark(before: object, after: object) -> Mark:
    if before is _ABSENT:
        return "+"
    if after is _ABSENT:
        return "-"
    if _has_members(before) and _has_members(after):
        return " "  # its members have marks of their own
    return " " if _json(before) == _json(after) else "~"  # to Python, `true` equals 1


def _has_members(value: object) -> bool:
    return isinstance(value, dict) and bool(value)


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(indent: str, name: str, value: object) -> str:
    if value is _ABSENT:
        return ""
    return f"{indent}{name}" if _has_members(value) else f"{indent}{name}: {_json(value)}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
