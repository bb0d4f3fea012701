"""Enriches lines as if they were the records of one partition, and counts what becomes of them."""

import base64
from collections import Counter
from collections.abc import Callable
from typing import Any

import click
import orjson

from pipeline import DeadLetter, Enriched, Enricher, Record, Rules
from pipeline.commands.failures import without_message


class OfflineEnrichment:
    """The line with index n, over all input, is the record with offset n of `topic`, partition 0.

    `timestamp` stands for Kafka's, in milliseconds. `on_dead_letter` is called with each dead
    letter as a line of JSON.
    """

    def __init__(
        self, rules: Rules, topic: str, timestamp: int, on_dead_letter: Callable[[bytes], object]
    ) -> None:
        self._enricher = Enricher(rules)
        self._topic = topic
        self._timestamp = timestamp
        self._on_dead_letter = on_dead_letter
        self._lines = 0
        self._canonical = 0
        self._skipped = 0
        self._warnings: Counter[str] = Counter()
        self.dead_letters: Counter[str] = Counter()

    def enrich(self, lines: list[bytes]) -> bytes:
        """Give the canonical events as lines; blank lines count as offsets but are no records."""
        canonical = []
        for offset, line in enumerate(lines, self._lines):
            if not line or line.isspace():
                continue
            result = self._enricher(Record(line, self._topic, 0, offset, self._timestamp))
            if isinstance(result, Enriched):
                canonical.append(result.value)
                self._warnings.update(result.warnings)
            elif isinstance(result, DeadLetter):
                self._refuse(offset + 1, line, result)
            else:
                self._skipped += 1
        self._lines += len(lines)
        self._canonical += len(canonical)
        return b"".join([value + b"\n" for value in canonical])

    def _refuse(self, line: int, value: bytes, dead_letter: DeadLetter) -> None:
        self.dead_letters[dead_letter.code] += 1
        self._on_dead_letter(dead_letter_line(line, value, dead_letter))
        if dead_letter.cause is not None:
            bug = without_message(dead_letter.cause)
            click.echo(f"page-pipeline: a bug of ours in line {line}: {bug}", err=True)

    def summary(self, seconds: float) -> str:
        """Say what became of all lines, and how fast."""
        dead_letters = self.dead_letters.total()
        events = self._canonical + dead_letters + self._skipped
        total = (
            f"{events} events in {seconds:.1f} s ({events / max(seconds, 1e-9):.0f}/s):"
            f" canonical {self._canonical}, dead letters {dead_letters}, skipped {self._skipped}"
        )
        lines = [total]
        for title, counter in ("dead letters", self.dead_letters), ("warnings", self._warnings):
            if counter:
                counts = (f"{code} {count}" for code, count in counter.most_common())
                lines.append(f"{title}: {', '.join(counts)}")
        return "\n".join(lines)


def dead_letter_line(line: int, value: bytes, dead_letter: DeadLetter) -> bytes:
    """Describe a dead letter as one line of JSON; `line` is 1-based."""
    described: dict[str, Any] = {
        "line": line,
        "code": dead_letter.code,
        "field": dead_letter.field,
        "message": dead_letter.message,
    }
    try:
        described["value"] = value.decode()
    except UnicodeDecodeError:
        described["value_base64"] = base64.b64encode(value).decode()
    return orjson.dumps(described, option=orjson.OPT_APPEND_NEWLINE)
