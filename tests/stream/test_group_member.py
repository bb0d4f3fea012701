from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.settings import Settings
from pipeline.stream.group_member import FETCH_MAX_BYTES, group_member, share_fetches


@pytest.mark.parametrize(
    ("partitions", "kilobytes"),
    [(0, 1024), (1, 1024), (32, 1024), (64, 512), (512, 64), (5_000, 64)],
    ids=str,
)
def test_what_is_fetched_of_a_partition_is_less_where_there_are_many(
    partitions: int, kilobytes: int
) -> None:
    kafka: Any = SimpleNamespace(_fetcher=SimpleNamespace(), assignment=lambda: range(partitions))
    share_fetches(kafka)
    assert kafka._fetcher._max_partition_fetch_bytes == kilobytes * 1024


async def test_an_answer_has_a_bound() -> None:
    member = group_member(Settings(), 10.0)
    assert member._fetch_max_bytes == FETCH_MAX_BYTES
    await member.stop()
