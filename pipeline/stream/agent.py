"""The Faust agent: from the raw topic's chunks to what is published."""

import asyncio
from functools import partial
from time import perf_counter, time

from faust.streams import Stream
from faust.types import EventT

from pipeline.event.enricher import Enricher
from pipeline.observe.counts import Counts, Tally
from pipeline.stream.chunk import Chunk
from pipeline.stream.dead_letter_log import DeadLetterLog
from pipeline.stream.outputs import enrich_chunk


async def enrich_page_events(chunks: Stream[Chunk], enricher: Enricher, counts: Counts) -> None:
    """Enrich every record of every chunk, and publish what became of it.

    Nothing is acknowledged here: `Partition.publish` does so when the broker has all of a chunk.
    """
    log = DeadLetterLog(asyncio.get_running_loop().call_later)
    async for event in chunks.noack().events():
        chunk: Chunk = event.value
        begin = perf_counter()
        outputs = enrich_chunk(chunk.records, enricher, chunk.partition.new_builder)
        counts.processing.add([perf_counter() - begin])
        log.tell(outputs.refused)
        chunk.partition.publish(outputs, partial(_written, event, outputs.tally, counts))


def _written(event: EventT[Chunk], tally: Tally, counts: Counts) -> None:
    event.ack()
    counts.add(tally, 1000 * time())
