"""What a real worker writes to its log while a producer misbehaves."""

import json
import re

from tests.integration.kafka import Kafka
from tests.integration.records import Raw, read_until, write
from tests.integration.topics import Topics, create
from tests.integration.worker import Start

KEYS = {"time", "level", "message", "topic", "partition", "offset", "code"}


async def test_a_thousand_bad_records_are_two_lines_and_none_of_them_a_payload(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    worker = start()
    await worker.reads()
    bad = [Raw(b"{secret", 2, key=b"alice", headers=(("trace", b"secret"),))] * 1_000
    await write(kafka.address, topics.raw, bad)
    await read_until(kafka.address, [topics.dead_letter], len(bad))
    await worker.logs("A dead letter", 2)
    assert worker.stop() == 0
    lines = [json.loads(line) for line in worker.log.splitlines()]
    assert all({"time", "level", "message"} <= line.keys() <= KEYS for line in lines)
    told = [line for line in lines if line.get("code") == "invalid_json"]
    counts = [re.findall(r"\d+", line["message"]) for line in told]
    assert len(counts) == 2
    assert sum(int(count) for (count,) in counts) == len(bad)
    assert all(line["topic"] == topics.raw and line["partition"] == 2 for line in told)
    assert all(0 <= line["offset"] < len(bad) for line in told)
    assert "secret" not in worker.log
    assert "alice" not in worker.log
