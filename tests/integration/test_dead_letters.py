"""Dead letters listed, and sent again: each exactly once, as its sender sent it."""

import asyncio
import random
import signal
from collections import Counter
from typing import Any

import pytest

from pipeline.broker import embedded_broker
from pipeline.stream.replay import watch
from pipeline.stream.replay.positions import position_record
from tests.commands.support import invoke_beside
from tests.integration.dead_letters import MONDAY, DeadLetters, numbered
from tests.integration.kafka import Kafka
from tests.integration.records import Raw, write
from tests.integration.topics import Topics, create
from tests.integration.worker import Start

DAY = 86_400_000
#: Enough that a replay is still under way when a test stops it.
MANY = 30_000
FAST = ("--rate", "1000000")


@pytest.fixture
async def letters(kafka: Kafka, topics: Topics) -> DeadLetters:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    letters = DeadLetters(kafka, topics)
    await letters.ready()
    return letters


# -- list


async def test_list_counts_by_code_and_day_and_shows_the_newest(letters: DeadLetters) -> None:
    await letters.write(
        [
            ("invalid_json", Raw(b"{", 2, timestamp=MONDAY)),
            ("invalid_json", Raw(b"{", 2, timestamp=MONDAY + DAY)),
            ("invalid_json", Raw(b"{", 1, timestamp=MONDAY + 1)),
            ("missing_name", Raw(b"{}", 0, timestamp=-1)),
        ]
    )
    found = await letters.listed("--limit", "1")
    assert found == {
        "topic": letters.topics.dead_letter,
        "dead_letters": 4,
        "others": 0,
        "counts": [
            {"code": "invalid_json", "day": "2026-11-23", "count": 2},
            {"code": "invalid_json", "day": "2026-11-24", "count": 1},
            {"code": "missing_name", "day": None, "count": 1},
        ],
        "newest": [
            {
                "code": "invalid_json",
                "field": None,
                "message": "expected a page event, found number 1",
                "partition": 2,
                "offset": 1,
                "timestamp": MONDAY + DAY,
                "source_offset": "1",
            },
            {
                "code": "missing_name",
                "field": "name",
                "message": "expected a page event, found number 3",
                "partition": 0,
                "offset": 0,
                "timestamp": -1,
                "source_offset": "3",
            },
        ],
    }
    recent = await letters.listed("--code", "invalid_json", "--since", "2026-11-24", "--limit", "0")
    assert recent["counts"] == found["counts"][1:2]
    assert recent["newest"] == []


async def test_list_of_an_empty_topic(letters: DeadLetters) -> None:
    done = await invoke_beside("dead-letters", "list", settings=letters.settings)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{letters.topics.dead_letter}: 0 dead letters\n"
    assert (await letters.listed())["dead_letters"] == 0


# -- replay


async def test_a_record_goes_back_as_its_sender_sent_it(letters: DeadLetters) -> None:
    headers = (("trace", b"1"), ("error-code", b"theirs"), ("source-offset", b"7"), ("null", None))
    sent = [
        Raw(b"{bad", 0, b"key", MONDAY, headers),
        Raw(None, 1, b"tombstone", MONDAY + 1),
        Raw(None, 1, None, 0),
        Raw(b"", 2, None, -1),
        Raw(b"no time before, one here", 2, None, MONDAY),
        Raw(b"x" * 900_000, 3, b"large", MONDAY + 2, headers[:1]),
    ]
    await letters.write(("internal_error", each) for each in sent)
    await letters.replay()
    assert [
        Raw(each.value, each.partition, each.key, each.timestamp, each.headers)
        for each in await letters.raw()
    ] == sent


async def test_what_was_sent_is_not_sent_again(letters: DeadLetters) -> None:
    await letters.write(numbered(100))
    assert (await letters.replay()).stderr.startswith("100 dead letters sent to ")
    assert (await letters.replay()).stderr.startswith("0 dead letters sent to ")
    await letters.write([("invalid_json", Raw(b"new", 3))])
    assert (await letters.replay()).stderr.startswith("1 dead letters sent to ")
    assert len(await letters.raw()) == 101


async def test_a_part_of_them(letters: DeadLetters) -> None:
    await letters.write(numbered(8) + numbered(4, "missing_name"))

    async def replayed(*options: str) -> list[int]:
        before = Counter(await letters.values())
        skipped = (await letters.replay(*options)).stdout.splitlines()[:-2]
        assert ("skipped for good" in "".join(skipped)) == ("--since" in options)
        return [int(value) for value in sorted(Counter(await letters.values()) - before)]

    assert await replayed("--code", "invalid_json", "--until", str(MONDAY + 2)) == [0, 1]
    assert await replayed("--code", "missing_name", "--limit", "1") == [0]
    assert await replayed("--code", "invalid_json", "--since", str(MONDAY + 6)) == [6, 7]
    assert await replayed("--code", "invalid_json") == []
    assert await replayed() == [1, 2, 3]


async def test_a_dry_run_says_what_would_be_sent_and_leaves_everything(
    letters: DeadLetters,
) -> None:
    await letters.write(numbered(8))
    done = await letters.replay("--dry-run", "--since", str(MONDAY + 2), "--limit", "5")
    assert done.stdout.splitlines() == [
        f"5 dead letters would be sent to {letters.topics.raw}",
        "code          would be sent",
        "invalid_json              5",
        "2 dead letters before --since would be skipped for good",
    ]
    assert await letters.raw() == []
    assert not await letters.exists(f"{letters.topics.dead_letter}-replay")


@pytest.mark.parametrize(
    ("how", "exit_code"),
    [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)],
    ids=["SIGKILL", "SIGTERM", "Ctrl-C"],
)
async def test_exactly_once_though_killed_and_repeated(
    how: signal.Signals, exit_code: int, letters: DeadLetters
) -> None:
    await letters.write(numbered(MANY))
    with letters.starts(*FAST) as process:
        await letters.freeze_in_a_transaction(process)
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        assert await asyncio.to_thread(process.wait) == exit_code
        assert process.stderr is not None
        assert process.stderr.read() == b""
    await letters.replay(*FAST)
    assert await letters.values() == [b"%08d" % n for n in range(MANY)]


async def test_a_second_replay_takes_over_though_the_first_is_not_dead(
    letters: DeadLetters,
) -> None:
    await letters.write(numbered(MANY))
    with letters.starts(*FAST) as first:
        await letters.freeze_in_a_transaction(first)
        await letters.replay(*FAST)
        first.send_signal(signal.SIGCONT)
        assert first.stderr is not None
        told = (await asyncio.to_thread(first.stderr.read)).decode()
        assert (await asyncio.to_thread(first.wait), told.count("\n")) == (70, 1)
        assert told.startswith("page-pipeline: another replay has taken over")
    assert await letters.values() == [b"%08d" % n for n in range(MANY)]


async def test_the_table_says_what_became_of_them(letters: DeadLetters, start: Start) -> None:
    good = b'{"userId": "u", "name": "n"}'
    worker = start(PIPELINE_OTHER_TYPES="skip")
    await worker.reads()
    await letters.write(
        [("internal_error", Raw(good, n % 4)) for n in range(40)]
        + [("internal_error", Raw(b"{", n % 4)) for n in range(5)]
        + [("unsupported_type", Raw(b'{"type": "track"}', 3)) for n in range(3)]
        + [("empty_value", Raw(None, 2, b"key"))]
    )
    done = await letters.replay(wait=True)
    assert done.stdout.splitlines() == [
        "code              replayed  now accepted  dead again  dropped  pending",
        "empty_value              1             0           1        0        0",
        "internal_error          45            40           5        0        0",
        "unsupported_type         3             0           0        3        0",
        "all                     49            40           6        3        0",
    ]
    again = await letters.replay(wait=True)
    assert again.stdout.splitlines()[-1].split() == ["all", "6", "0", "6", "0", "0"]
    assert worker.stop() == 0


async def test_without_a_worker_they_stay_pending(
    letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "IDLE_SECONDS", 0.5)
    await letters.write(numbered(3))
    done = await letters.replay(wait=True)
    assert done.stdout.splitlines()[-1].split() == ["all", "3", "0", "0", "0", "3"]


async def test_a_record_that_its_sender_had_compressed(letters: DeadLetters) -> None:
    await letters.use_small_raw_topic()
    await letters.write([("too_large", Raw(b"x" * 50_000)), ("too_large", Raw(b"y", 1))])
    await letters.replay()
    assert [len(record.value) for record in await letters.raw()] == [50_000, 1]


async def test_a_record_that_is_refused_for_good(letters: DeadLetters) -> None:
    await letters.use_small_raw_topic()
    await letters.write([*numbered(1), ("too_large", Raw(random.Random(1).randbytes(50_000)))])
    done = await invoke_beside("dead-letters", "replay", settings=letters.settings)
    assert (done.exit_code, done.stderr.count("\n")) == (70, 1)
    assert "the dead letter at offset 1 of partition 0 needs max.message.bytes=50" in done.stderr
    assert await letters.raw() == []


@pytest.mark.parametrize(
    ("topic", "configs", "told"),
    [
        (
            "{raw}",
            {"message_timestamp_type": "LogAppendTime"},
            "replaces the dead letters' timestamps with its own",
        ),
        ("{dead_letter}-replay", {"cleanup_policy": "delete"}, "must be compacted"),
        ("{raw}", {"partitions": 2}, "has 2 partitions, and there are dead letters of partition 2"),
    ],
    ids=["timestamps", "positions", "partitions"],
)
async def test_topics_that_are_not_as_needed(
    topic: str, configs: dict[str, Any], told: str, kafka: Kafka, topics: Topics
) -> None:
    name = topic.format(raw=topics.raw, dead_letter=topics.dead_letter)
    await create(kafka.address, name, **configs)
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    letters = DeadLetters(kafka, topics)
    await letters.ready()
    await letters.write(numbered(4))
    done = await invoke_beside("dead-letters", "replay", settings=letters.settings)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"page-pipeline: {name} {told}")


async def test_a_dead_letter_topic_that_was_made_anew(letters: DeadLetters) -> None:
    positions = f"{letters.topics.dead_letter}-replay"
    await create(letters.brokers, positions, partitions=1, cleanup_policy="compact")
    key, value = position_record(("invalid_json", 0), 2)
    await write(letters.brokers, positions, [Raw(value, key=key)])
    done = await invoke_beside("dead-letters", "replay", settings=letters.settings)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"{positions} says that 2 dead letters of partition 0 are done, of 0" in done.stderr


async def test_a_broker_that_no_longer_answers(kafka: Kafka, letters: DeadLetters) -> None:
    await letters.write(numbered(MANY))
    with letters.starts("--timeout", "2", "--rate", "5000") as process:
        await letters.freeze_in_a_transaction(process)
        kafka.freeze()
        try:
            process.send_signal(signal.SIGCONT)
            assert process.stderr is not None
            told = (await asyncio.to_thread(process.stderr.read)).decode()
        finally:
            kafka.thaw()
    assert (process.returncode, told) == (
        69,
        "page-pipeline: the broker does not answer in time; see --timeout\n",
    )


async def test_a_broker_without_transactions(topics: Topics) -> None:
    with embedded_broker() as brokers:
        settings = topics.environment(brokers)
        await invoke_beside("topics", "create", settings=settings)
        listed = await invoke_beside("dead-letters", "list", settings=settings)
        assert listed.stdout == f"{topics.dead_letter}: 0 dead letters\n"
        done = await invoke_beside("dead-letters", "replay", settings=settings)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("page-pipeline: a replay needs a broker with transactions")
