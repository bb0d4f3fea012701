"""`page-pipeline explain`: what becomes of one raw event, and why."""

import time
from pathlib import Path

import click
import orjson
from rich.console import Console

from pipeline.commands.explain_json import explanation_json
from pipeline.commands.explain_text import explanation_lines
from pipeline.commands.lines import STDIN, read_lines
from pipeline.commands.options import FilePath, Time, with_settings
from pipeline.commands.output import write_out
from pipeline.event.record import Record
from pipeline.exits import EXIT_USAGE, Refused
from pipeline.explain.explanation import explain as explanation_of
from pipeline.settings import Settings


@click.command(epilog="Example: page-pipeline explain event.json --received-at 2026-11-23T06:00Z")
@click.argument("file", type=FilePath, default=STDIN, metavar="[FILE]")
@click.option(
    "--received-at",
    type=Time(),
    metavar="TIME",
    help="Stands for the Kafka timestamp: ISO 8601, or milliseconds since 1970.  [default: now]",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@with_settings
def explain(settings: Settings, file: Path, received_at: int | None, *, as_json: bool) -> None:
    """Say what becomes of one raw event: each member, where it comes from, by which rule.

    FILE, or standard input, holds exactly one event, over as many lines as it likes. The worker's
    own enrichment decides; a change of each input in turn shows what the result comes from. Rules
    are named by the sections of docs/contract.md. A dead letter is told with what would mend it.
    """
    value = read_event(file)
    timestamp = time.time_ns() // 1_000_000 if received_at is None else received_at
    record = Record(value, settings.raw_topic, 0, 0, timestamp)
    found = explanation_of(record, settings.rules)
    if as_json:
        write_out(orjson.dumps(explanation_json(found), option=orjson.OPT_APPEND_NEWLINE))
        return
    console = Console(highlight=False)
    for line in explanation_lines(found):
        console.print(line, soft_wrap=True)


def read_event(file: Path) -> bytes:
    """Read the one event that a file holds, as it is but for blank lines around it.

    Raises `Refused` where it holds nothing, or several events.
    """
    lines = [line for some in read_lines([file]) for line in some]
    value = b"\n".join(lines).strip(b"\n")
    name = "standard input" if file == STDIN else file
    if not value or value.isspace():
        raise Refused(f"{name}: expected one event, found nothing", EXIT_USAGE)
    # Of an event over several lines, the lines that begin with a brace are no objects.
    if not _is_json(value) and any(line.startswith(b"{") and _is_json(line) for line in lines):
        written = sum(not line.isspace() for line in lines if line)
        told = f"expected one event, found {written} lines of events"
        raise Refused(f"{name}: {told}; `page-pipeline enrich` takes many", EXIT_USAGE)
    return value


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
