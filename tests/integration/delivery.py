"""Tells whether every raw record was delivered: once, in order, where it belongs, unaltered."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import NamedTuple

from aiokafka import ConsumerRecord

from tests.integration.records import observer, partitions, stream
from tests.integration.topics import Topics


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the raw records. Only `records` may be anything but 0."""

    records: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    invented: int = 0
    wrong_timestamp: int = 0
    wrong_headers: int = 0
    altered: int = 0

    def __add__(self, other: "Delivery") -> "Delivery":
        counts = asdict(other)
        return Delivery(**{kind: n + counts[kind] for kind, n in asdict(self).items()})

    @property
    def faults(self) -> dict[str, int]:
        """Everything that went wrong, by kind."""
        counts = asdict(self)
        return {kind: n for kind, n in counts.items() if kind != "records" and n}


async def check_delivery(brokers: str, topics: Topics) -> Delivery:
    """Read all three topics whole, partition by partition, and compare them by `source-offset`."""
    async with observer(brokers) as consumer:
        numbers = [tp.partition for tp in await partitions(consumer, topics.raw)]
    return sum([await _check_partition(brokers, topics, number) for number in numbers], Delivery())


async def _check_partition(brokers: str, topics: Topics, partition: int) -> Delivery:
    raw = {each.offset: _Seen.of(each) async for each in stream(brokers, topics.raw, partition)}
    tally: Counter[str] = Counter(records=len(raw))
    found: set[int] = set()
    for topic in (topics.enriched, topics.dead_letter):
        last = -1
        async for output in stream(brokers, topic, partition):
            offset = _source(output)
            tally["duplicated"] += offset in found
            tally["reordered"] += offset < last
            found.add(offset)
            last = offset
            if offset in raw:
                tally.update(_differences(raw[offset], output, topic == topics.dead_letter))
            else:
                tally["invented"] += 1
    tally["lost"] = len(raw.keys() - found)
    return Delivery(**tally)


class _Seen(NamedTuple):
    """What of a raw record must be found again."""

    timestamp: int
    headers: tuple[tuple[str, bytes], ...]
    content: int

    @classmethod
    def of(cls, record: ConsumerRecord) -> "_Seen":
        return cls(record.timestamp, record.headers, hash((record.key, record.value)))


def _source(output: ConsumerRecord) -> int:
    """The raw record's offset: the last header."""
    name, value = output.headers[-1]
    assert name == "source-offset"
    return int(value)


def _differences(raw: _Seen, output: ConsumerRecord, is_dead_letter: bool) -> dict[str, int]:  # noqa: FBT001
    seen = _Seen.of(output)
    return {
        "wrong_timestamp": seen.timestamp != raw.timestamp,
        "wrong_headers": seen.headers[: len(raw.headers)] != raw.headers,
        "altered": is_dead_letter and seen.content != raw.content,
    }
