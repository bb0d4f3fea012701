"""An explanation as lines for a person: the canonical event, and under each member its origin."""

from collections.abc import Iterator

from rich.text import Text

from pipeline.commands.comparison import STYLES, Row, compare
from pipeline.commands.printable import printable
from pipeline.event.result import DeadLetter, Skipped
from pipeline.explain.explanation import Canonical, Explanation, Member
from pipeline.explain.words import DEAD_LETTERS, warning_text

_LEGEND = "+ added, ~ changed, - removed; what has no word under it is as it was sent"


def explanation_lines(found: Explanation) -> Iterator[Text]:
    """Yield the lines; the marks tell what the colours tell where there are none."""
    match found:
        case Canonical():
            yield Text("A canonical event", "bold")
            yield Text(_LEGEND, "dim")
            yield from _members(found)
            yield from _warnings(found)
        case DeadLetter():
            yield from _dead_letter(found)
        case Skipped():
            yield Text("No event at all: it is dropped, and counted", "bold")
            yield Text("  its type is not page, and PIPELINE_OTHER_TYPES is skip (section 2)")


def _members(found: Canonical) -> Iterator[Text]:
    members = {member.path: member for member in found.members}
    for row in compare(found.raw, found.event):
        yield _line(row.mark + " " + (row.canonical or row.raw), STYLES[row.mark])
        member = members.get(row.path)
        if member and member.how != "sent":
            indent = "  " * (len(row.path) + 2)
            yield _line(f"{indent}{_origin(member, row)}", "dim")


def _origin(member: Member, row: Row) -> str:
    told = f"{_how(member, row)} (section {member.rule.section}: {member.rule.text})"
    return f"{told}; {member.note}" if member.note else told


def _how(member: Member, row: Row) -> str:
    sources = _listed(member.sources)
    match member.how:
        case "changed":
            others = _listed([each for each in member.sources if each != ".".join(member.path)])
            return f"was {_sent(row)}" + (f"; changed by {others}" if others else "")
        case "copied":
            return f"copied from {sources}"
        case "derived":
            return f"derived from {sources}"
        case "moved":
            return f"now {sources}"
        case "removed":
            return "removed"
    return "not taken from the event"


def _sent(row: Row) -> str:
    return row.raw.split(f"{row.path[-1]}: ", 1)[1]


def _listed(names: tuple[str, ...] | list[str]) -> str:
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _warnings(found: Canonical) -> Iterator[Text]:
    if found.warnings:
        yield Text("\nWarnings", "bold")
    for code, field in found.warnings:
        yield _line(f"{code}{f' of {field}' if field else ''}", "yellow")
        yield _line(f"  {warning_text(code)}")


def _dead_letter(found: DeadLetter) -> Iterator[Text]:
    trouble = DEAD_LETTERS[found.code]
    yield _line(f"A dead letter: {found.code} (section 9)", "bold red")
    yield _line(f"  {found.message}")
    yield _line(f"  {trouble.meaning}")
    yield _line(f"To mend it: {trouble.remedy}")


def _line(text: str, style: str = "") -> Text:
    return Text(printable(text), style)
