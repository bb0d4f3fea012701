"""Events to send: numbered good ones, bad ones, and garbage."""

import time
from collections.abc import Iterator

from tests.integration.records import Raw

PARTITIONS = 4

#: What no producer should send, and some do.
GARBAGE = {
    "tombstone": None,
    "empty": b"",
    "white space": b"  ",
    "null": b"null",
    "not UTF-8": b"\xff\xfe",
    "a megabyte": b"x" * 1_000_000,
    "deep": b"[" * 200_000,
    "a huge number": b'{"userId": 1, "n": 1e999}',
}
MANY_HEADERS = tuple((f"header-{n}", b"%d" % n) for n in range(300))


def numbered(count: int, start: int = 0) -> Iterator[Raw]:
    """Small events with a number each, one in a hundred of them bad, over all partitions."""
    now = int(time.time() * 1000)
    for number in range(start, start + count):
        value = b'{"userId": "u%d", "name": "n", "properties": {"n": %d}}' % (number % 97, number)
        yield Raw(value if number % 100 else b"{bad", number % PARTITIONS, timestamp=now)


def garbage() -> Iterator[Raw]:
    """Everything in `GARBAGE`, with a key and many headers."""
    for number, value in enumerate(GARBAGE.values()):
        yield Raw(value, number % PARTITIONS, b"key", headers=MANY_HEADERS)
