"""Tells whether every raw record was delivered: once, in order, where it belongs, unaltered."""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass

from aiokafka import ConsumerRecord

from pipeline import Enriched, Enricher, Record
from tests.integration.records import stream
from tests.integration.topics import Topics


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the raw records. Only `records` may be anything but 0."""

    records: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    misrouted: int = 0
    invented: int = 0
    wrong_timestamp: int = 0
    wrong_headers: int = 0
    altered: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """Everything that went wrong, by kind."""
        counts = asdict(self)
        return {kind: n for kind, n in counts.items() if kind != "records" and n}


async def check_delivery(brokers: str, topics: Topics) -> Delivery:
    """Read all three topics whole, and compare them by `source-offset`."""
    reckoning = Reckoning()
    async for record in stream(brokers, topics.raw):
        reckoning.expect(record)
    async for record in stream(brokers, topics.enriched):
        reckoning.find(record, dead_letter=False)
    async for record in stream(brokers, topics.dead_letter):
        reckoning.find(record, dead_letter=True)
    return reckoning.delivery()


class Reckoning:
    """Compares outputs with what the core says must come of each raw record."""

    def __init__(self) -> None:
        self._enrich = Enricher()
        self._partitions: defaultdict[int, _Partition] = defaultdict(_Partition)
        self._last: dict[tuple[bool, int], int] = {}
        self._tally: Counter[str] = Counter()

    def expect(self, raw: ConsumerRecord) -> None:
        """Note a raw record; those of a partition come in the order of their offsets."""
        result = self._enrich(
            Record(raw.value, raw.topic, raw.partition, raw.offset, raw.timestamp)
        )
        content = (
            _content(result.key, result.value, dead_letter=False)
            if isinstance(result, Enriched)
            else _content(raw.key, raw.value, dead_letter=True)
        )
        partition = self._partitions[raw.partition]
        partition.add(raw.offset, raw.timestamp, hash(tuple(raw.headers)), content)
        self._tally["records"] += 1

    def find(self, output: ConsumerRecord, *, dead_letter: bool) -> None:
        """Note an output record; those of a partition come in the order of the log."""
        place, offset = (dead_letter, output.partition), _source(output)
        self._tally["reordered"] += offset < self._last.get(place, -1)
        self._last[place] = offset
        partition = self._partitions[output.partition]
        index = partition.index(offset)
        content = _content(output.key, output.value, dead_letter=dead_letter)
        if index is None or partition.contents[index] != content:
            self._tally[self._what_is_wrong(index, offset, content)] += 1
        if index is not None:
            headers = hash(_of_the_sender(output, dead_letter=dead_letter))
            self._tally["wrong_timestamp"] += partition.timestamps[index] != output.timestamp
            self._tally["wrong_headers"] += partition.headers[index] != headers
            self._tally["duplicated"] += partition.found[index]
            partition.found[index] = 1

    def delivery(self) -> Delivery:
        """The result, when all is noted."""
        lost = sum(partition.found.count(0) for partition in self._partitions.values())
        return Delivery(**self._tally, lost=lost)

    def _what_is_wrong(self, index: int | None, offset: int, content: int) -> str:
        for partition in self._partitions.values():
            elsewhere = partition.index(offset)
            if elsewhere is not None and partition.contents[elsewhere] == content:
                return "misrouted"
        return "invented" if index is None else "altered"


class _Partition:
    """What must come of a partition's raw records; some bytes each, since they can be millions."""

    def __init__(self) -> None:
        self._offsets = array("q")
        self.timestamps = array("q")
        self.headers = array("q")
        self.contents = array("q")
        self.found = bytearray()

    def add(self, offset: int, timestamp: int, headers: int, content: int) -> None:
        self._offsets.append(offset)
        self.timestamps.append(timestamp)
        self.headers.append(headers)
        self.contents.append(content)
        self.found.append(0)

    def index(self, offset: int) -> int | None:
        index = bisect_left(self._offsets, offset)
        there = index < len(self._offsets) and self._offsets[index] == offset
        return index if there else None


def _content(key: bytes | None, value: bytes | None, *, dead_letter: bool) -> int:
    return hash((dead_letter, key, value))


def _source(output: ConsumerRecord) -> int:
    """The raw record's offset: the last header."""
    name, value = output.headers[-1]
    assert name == "source-offset"
    return int(value)


def _of_the_sender(output: ConsumerRecord, *, dead_letter: bool) -> tuple[tuple[str, bytes], ...]:
    """The headers without those that the pipeline appended."""
    if not dead_letter:
        return tuple(output.headers[:-1])
    names = [name for name, _ in output.headers]
    return tuple(output.headers[: -1 - names[::-1].index("__connect.errors.topic")])
