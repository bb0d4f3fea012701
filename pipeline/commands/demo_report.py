"""What `page-pipeline demo` shows at its end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from aiokafka import ConsumerRecord
from rich.console import Console
from rich.text import Text

from pipeline.commands.comparison import comparison_table

#: The event that is shown whole: short, and with something of every enrichment.
_SHOWN: Final = b"node-next-1795410451764-d4557a32-b76b-4d74-85ce-553e37116f51"


def show_event(console: Console, raw: Sequence[bytes], canonical: Sequence[bytes]) -> None:
    """Show one of the raw events beside what it became."""
    before, after = (
        orjson.loads(next(event for event in events if _SHOWN in event))
        for events in (raw, canonical)
    )
    _heading(console, "One event, as an SDK sent it and as it is published")
    console.print(comparison_table(before, after))
    console.print("[green]+[/] added   [yellow]~[/] changed: the clock of the sender was off")


def show_counts(console: Console, canonical: Sequence[bytes], dead_letters: int) -> None:
    """Show how many events became what, and the warnings that they carry."""
    warnings = Counter(
        warning["code"]
        for event in canonical
        for warning in orjson.loads(event)["context"].get("warnings", ())
    )
    _heading(console, "One record in, exactly one record out")
    console.print(f"{len(canonical) + dead_letters:4} raw events")
    console.print(f"{len(canonical):4} canonical events", style="green")
    for code, count in warnings.most_common():
        console.print(f"{count:6} with the warning {code}", style="yellow")
    console.print(f"{dead_letters:4} dead letters", style="red")


def show_dead_letters(console: Console, dead_letters: Sequence[ConsumerRecord]) -> None:
    """Show why each dead letter is one, and what was sent."""
    _heading(console, "Dead letters: kept as they were sent, with the reason in their headers")
    for record in sorted(dead_letters, key=lambda record: _headers(record)["error-code"]):
        headers = _headers(record)
        reason = headers["__connect.errors.exception.message"]
        console.print(Text.assemble((headers["error-code"], "red"), f": {reason}"))
        sent = Text(f"  {record.value.decode()}", "dim")
        console.print(sent, no_wrap=True, overflow="ellipsis")


def show_way_in(console: Console, variables: Mapping[str, str]) -> None:
    """Say how other programs get at what keeps running."""
    _heading(console, "All of it keeps running")
    console.print("In another terminal:\n")
    for name, value in variables.items():
        console.print(f"  export {name}={value}", soft_wrap=True)
    console.print("  page-pipeline tail enriched")
    console.print("  page-pipeline produce my-events.jsonl")
    console.print("\nCtrl-C ends it.")


def show_next_steps(console: Console) -> None:
    """Say where to go on from here."""
    console.print("\nAll of it is gone again; [bold]page-pipeline demo --keep[/] keeps it running.")


def _headers(record: ConsumerRecord) -> dict[str, str]:
    return {name: value.decode() for name, value in record.headers}


def _heading(console: Console, text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}", align="left")
