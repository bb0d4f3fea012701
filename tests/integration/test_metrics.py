"""A real worker's metrics on a real Kafka."""

import asyncio
import time

from tests.deploy.exposed import EXPOSED
from tests.integration.kafka import Kafka
from tests.integration.metrics import Samples, exposed, scrape
from tests.integration.records import Raw, write
from tests.integration.topics import Topics, create
from tests.integration.worker import Start, Worker

USER_AGENT = b"Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"


def events() -> list[Raw]:
    """Three events, one of which has a warning, two dead letters, and another type."""
    now = int(time.time() * 1000)
    good = b'{"userId": "u", "name": "n", "messageId": "m", "context": {"userAgent": "%s"}}'
    values = [
        good % USER_AGENT,
        good % USER_AGENT,
        b'{"userId": "u", "name": "n"}',
        b"{bad",
        b"[]",
        b'{"type": "track", "userId": "u", "event": "e"}',
    ]
    return [Raw(value, number % 4, timestamp=now) for number, value in enumerate(values)]


async def test_a_worker_tells_what_it_did(kafka: Kafka, topics: Topics, start: Start) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    worker = start(PIPELINE_OTHER_TYPES="skip")
    await worker.reads()
    await write(kafka.address, topics.raw, events())
    found = await counted(worker, 6)
    raw = f'topic="{topics.raw}"'
    expected = {
        f'pipeline_records_total{{result="enriched",{raw}}}': 3,
        f'pipeline_records_total{{result="dead_letter",{raw}}}': 2,
        f'pipeline_records_total{{result="skipped",{raw}}}': 1,
        'pipeline_dead_letters_total{code="invalid_json"}': 1,
        'pipeline_dead_letters_total{code="not_an_object"}': 1,
        'pipeline_dead_letters_total{code="too_large"}': 0,
        'pipeline_warnings_total{code="message_id_generated"}': 1,
        "pipeline_end_to_end_seconds_count": 5,
        'pipeline_end_to_end_seconds_bucket{le="60.0"}': 5,
        'pipeline_end_to_end_seconds_bucket{le="+Inf"}': 5,
        "pipeline_assigned_partitions": 4,
        "pipeline_user_agent_cache_hits_total": 1,
        "pipeline_user_agent_cache_misses_total": 1,
        "pipeline_fenced_total": 0,
    } | {f'pipeline_lag_records{{partition="{number}",{raw}}}': 0 for number in range(4)}
    assert {name: found[name] for name in expected} == expected
    assert found["pipeline_rebalances_total"] >= 1
    assert found["pipeline_processing_seconds_count"] >= 4
    assert 0 <= found["pipeline_commit_age_seconds"] < 60
    assert found["process_resident_memory_bytes"] > 0
    assert (await exposed(worker)).items() >= EXPOSED.items()
    await check_revoked_lags_disappear(worker, start)


async def check_revoked_lags_disappear(worker: Worker, start: Start) -> None:
    second = start()
    await second.reads(2)
    async with asyncio.timeout(30):
        while True:  # a lag is known from the first fetch on
            each = [lags(await scrape(one)) for one in (worker, second)]
            if [len(found) for found in each] == [2, 2]:
                break
            await asyncio.sleep(0.1)
    assert not set(each[0]) & set(each[1])


def lags(samples: Samples) -> list[str]:
    return [name for name in samples if name.startswith("pipeline_lag_records")]


async def counted(worker: Worker, records: int) -> Samples:
    """Wait until so many records are counted, and none is left; the samples then."""
    async with asyncio.timeout(30):
        while True:
            found = await scrape(worker)
            results = [found[name] for name in found if name.startswith("pipeline_records_total")]
            if sum(results) == records and not sum(found[name] for name in lags(found)):
                return found
            await asyncio.sleep(0.1)
