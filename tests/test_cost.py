"""A guard against what makes the core slower, without a clock: calls are the same on any machine.

A benchmark says how fast it is (`make bench`); this says that it did not get worse by accident.
"""

import sys
from itertools import islice
from types import FrameType
from typing import Final

from benchmarks.corpus import corpus
from pipeline import Enricher, Record

#: Calls of Python and C functions an event. It took 131; lower this as they become fewer.
CALLS_ALLOWED: Final = 155
EVENTS: Final = 2_000


def test_the_core_calls_no_more_functions_an_event_than_allowed() -> None:
    enrich = Enricher()
    warm_up, measured = (
        [Record(raw.value, "raw", 0, 0, raw.timestamp) for raw in islice(corpus(seed), EVENTS)]
        for seed in (1, 2)
    )
    for record in warm_up:
        enrich(record)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for record in measured:
            enrich(record)
    finally:
        sys.setprofile(before)
    assert calls / EVENTS <= CALLS_ALLOWED
