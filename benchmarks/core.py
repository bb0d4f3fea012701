"""CPU time of the core per event, beside the JSON floor: `python -m benchmarks core`.

And, beside it, of what the metrics cost.

The floor is `orjson.loads` and `orjson.dumps` of the same events: no program that reads JSON and
writes JSON does less. Floor and core take turns, a batch each, so that whatever else the machine
does falls on both. No batch comes twice: what the caches hold is what they would on a busy site.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count, islice
from time import process_time
from typing import Final

import orjson
import pyperf

from benchmarks.corpus import corpus
from benchmarks.machine import CORE
from benchmarks.steps import timed_steps
from pipeline import Enricher, Record
from pipeline.observe.counts import Counts, Tally
from pipeline.stream.partition import CHUNK_RECORDS

Records = Sequence[Record]

BATCH: Final = 2_000
WARM_UP_BATCHES: Final = 20


def measure(rounds: int) -> pyperf.BenchmarkSuite:
    """Seconds per event: `floor`, `core`, `counting`, and each step of the core by its module.

    A compiled core has no steps that could be told apart.
    """
    enrich = Enricher()
    batches = _batches()
    for _ in range(WARM_UP_BATCHES):
        _run(enrich, next(batches))
    values: dict[str, list[float]] = {}
    for _ in range(rounds):
        batch = next(batches)
        seconds = {"floor": _floor(batch), "core": _run(enrich, batch)}
        seconds["counting"] = _count(batch)
        if CORE == "interpreted":
            with timed_steps() as steps:
                _run(enrich, next(batches))
            seconds |= {name: step.seconds() for name, step in steps.items()}
        for name, spent in seconds.items():
            values.setdefault(name, []).append(spent / BATCH)
    return pyperf.BenchmarkSuite([_benchmark(name, each) for name, each in values.items()])


def _batches() -> Iterator[Records]:
    numbers, events = count(), corpus()
    while True:
        yield [
            Record(event.value, "page-events-raw", 0, offset, event.timestamp)
            for offset, event in zip(numbers, islice(events, BATCH), strict=False)
        ]


def _floor(records: Records) -> float:
    begin = process_time()
    for record in records:
        with suppress(orjson.JSONDecodeError):
            orjson.dumps(orjson.loads(record.value or b""))
    return process_time() - begin


def _run(enrich: Enricher, records: Records) -> float:
    begin = process_time()
    for record in records:
        enrich(record)
    return process_time() - begin


def _count(records: Records) -> float:
    """What a worker does for its metrics, a chunk at a time."""
    counts = Counts()
    begin = process_time()
    for at in range(0, BATCH, CHUNK_RECORDS):
        timestamps = [record.timestamp for record in records[at : at + CHUNK_RECORDS]]
        counts.processing.add([0.01])
        counts.add(Tally(len(timestamps), 0, [], [], timestamps), timestamps[0] + 50)
    return process_time() - begin


def _benchmark(name: str, seconds: list[float]) -> pyperf.Benchmark:
    return pyperf.Benchmark([pyperf.Run(seconds, metadata={"name": name}, collect_metadata=False)])
