"""How far behind the workers are, as a table, as JSON and in words."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.table import Table

from pipeline.event.instant import is_instant, write_instant


class PartitionLag(NamedTuple):
    """One partition of the raw topic.

    `committed` is the group's offset, None where there is none; `start` the first offset that is
    still to be read; `since` the timestamp, in ms, of the record there.
    """

    partition: int
    committed: int | None
    end: int
    start: int
    since: int | None

    @property
    def lag(self) -> int:
        """How many offsets are still to be read."""
        return self.end - self.start


def lag_table(found: Sequence[PartitionLag]) -> Table:
    """Show a line for each partition, and their sum."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    for name, total in (
        ("partition", "all"),
        ("committed", ""),
        ("end", ""),
        ("lag", str(_total(found))),
    ):
        table.add_column(name, total, justify="right")
    table.add_column("since", _time(_oldest(found)) or "")
    for each in found:
        committed = "-" if each.committed is None else str(each.committed)
        numbers = (str(each.partition), committed, str(each.end), str(each.lag))
        table.add_row(*numbers, _time(each.since) or "-", style="yellow" if each.lag else "")
    return table


def lag_json(group: str, topic: str, found: Sequence[PartitionLag]) -> dict[str, Any]:
    """Describe the lag as one JSON object; `since` is null where nothing waits."""
    return {
        "group": group,
        "topic": topic,
        "lag": _total(found),
        "since": _time(_oldest(found)),
        "partitions": [
            {
                "partition": each.partition,
                "committed": each.committed,
                "end": each.end,
                "lag": each.lag,
                "since": _time(each.since),
            }
            for each in found
        ],
    }


def lag_notes(group: str, topic: str, found: Sequence[PartitionLag]) -> Iterator[str]:
    """Say what the numbers are of, and what they do not say."""
    yield f"group {group} on {topic}"
    if all(each.committed is None for each in found):
        yield "nothing is committed yet: no worker has run in this group, or none has finished any"
    yield "committed once a second: the outputs may hold more, and with exactly_once that counts"


def _total(found: Sequence[PartitionLag]) -> int:
    return sum(each.lag for each in found)


def _oldest(found: Sequence[PartitionLag]) -> int | None:
    return min((each.since for each in found if each.since is not None), default=None)


def _time(timestamp: int | None) -> str | None:
    if timestamp is None:
        return None
    return write_instant(timestamp) if is_instant(timestamp) else str(timestamp)
