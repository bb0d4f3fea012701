"""The Faust agent: from the raw topic's chunks to what is published."""

import logging
from functools import partial
from time import perf_counter, time
from typing import Any

from faust.streams import Stream
from faust.types import EventT

from pipeline.event.enricher import Enricher
from pipeline.event.result import DeadLetter, Result
from pipeline.logs import log_bug
from pipeline.observe.counts import Counts, Tally, tally_of
from pipeline.stream.chunk import Chunk
from pipeline.stream.outputs import outputs_of

logger = logging.getLogger(__name__)


async def enrich_page_events(chunks: Stream[Chunk], enricher: Enricher, counts: Counts) -> None:
    """Enrich every record of every chunk, and publish what became of it.

    Nothing is acknowledged here: `Partition.publish` does so when the broker has all of a chunk.
    """
    async for event in chunks.noack().events():
        chunk: Chunk = event.value
        begin = perf_counter()
        results = [enricher(record) for record in chunk.records]
        outputs = outputs_of(chunk.records, results)
        counts.processing.add([perf_counter() - begin])
        _log_bugs(chunk, results)
        tally = tally_of(chunk.records, results)
        chunk.partition.publish(outputs, partial(_written, event, tally, counts))


def _written(event: EventT[Chunk], tally: Tally, counts: Counts) -> None:
    event.ack()
    counts.add(tally, 1000 * time())


def _log_bugs(chunk: Chunk, results: list[Result]) -> None:
    for record, result in zip(chunk.records, results, strict=True):
        if isinstance(result, DeadLetter) and result.cause is not None:
            where: dict[str, Any] = {"partition": record.partition, "offset": record.offset}
            where |= {"topic": record.topic, "code": result.code}
            log_bug(logger, "A bug: the record is a dead letter", result.cause, **where)
