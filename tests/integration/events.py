"""Events to send: numbered good ones, bad ones, and garbage."""

import time
from collections.abc import Iterator
from typing import Final

from aiokafka.producer.message_accumulator import BatchBuilder

from tests.integration.records import Raw

PARTITIONS = 4

#: Kafka's own `max.message.bytes`.
LARGEST_BATCH: Final = 1_048_588

MANY_HEADERS = tuple((f"header-{n}", b"%d" % n) for n in range(300))


def largest_value() -> bytes:
    """A value as large as the broker permits, beside a key and many headers."""
    builder = BatchBuilder(LARGEST_BATCH, 0)
    builder.append(timestamp=0, key=b"key", value=b"x" * LARGEST_BATCH, headers=[*MANY_HEADERS])
    too_much: int = builder.size() - LARGEST_BATCH
    return b"x" * (LARGEST_BATCH - too_much)


#: What no producer should send, and some do.
GARBAGE = {
    "tombstone": None,
    "empty": b"",
    "white space": b"  ",
    "null": b"null",
    "not UTF-8": b"\xff\xfe",
    "as large as may be": largest_value(),
    "deep": b"[" * 200_000,
    "a huge number": b'{"userId": 1, "n": 1e999}',
}


def numbered(count: int, start: int = 0, age: float = 0) -> Iterator[Raw]:
    """Small events with a number each, one in a hundred of them bad, over all partitions.

    They are so many seconds old.
    """
    sent = int((time.time() - age) * 1000)
    for number in range(start, start + count):
        value = b'{"userId": "u%d", "name": "n", "properties": {"n": %d}}' % (number % 97, number)
        yield Raw(value if number % 100 else b"{bad", number % PARTITIONS, timestamp=sent)


def garbage(age: float = 0) -> Iterator[Raw]:
    """Everything in `GARBAGE`, with a key and many headers; so many seconds old."""
    sent = int((time.time() - age) * 1000)
    for number, value in enumerate(GARBAGE.values()):
        yield Raw(value, number % PARTITIONS, b"key", sent, MANY_HEADERS)
