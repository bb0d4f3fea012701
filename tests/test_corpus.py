"""What the benchmarks are made on is what their page says it is."""

from itertools import islice

import orjson
import pytest

from benchmarks.corpus import Raw, corpus
from pipeline import DeadLetter, Enricher, Record

COUNT = 4_000


@pytest.fixture(scope="module")
def events() -> list[Raw]:
    return list(islice(corpus(), COUNT))


def test_a_seed_gives_the_same_events(events: list[Raw]) -> None:
    assert list(islice(corpus(), COUNT)) == events
    assert next(corpus(seed=2)) != events[0]


def test_events_are_of_the_usual_size(events: list[Raw]) -> None:
    assert 1_100 < sum(len(event.value) for event in events) / COUNT < 1_300


def test_one_in_a_hundred_is_bad(events: list[Raw]) -> None:
    enrich = Enricher()
    results = [enrich(Record(raw.value, "raw", 0, 0, raw.timestamp)) for raw in events]
    bad = sum(isinstance(result, DeadLetter) for result in results)
    assert bad == pytest.approx(COUNT / 100, abs=10)


def test_new_user_agents_and_campaigns_are_as_frequent_as_told(events: list[Raw]) -> None:
    generated = [raw.value for raw in events if b'"wk_benchmark"' in raw.value]
    contexts = [orjson.loads(value)["context"] for value in generated]
    new = {each["userAgent"] for each in contexts if "Instagram" in each["userAgent"]}
    assert len(new) / len(generated) == pytest.approx(0.03, abs=0.01)
    campaigns = sum(bool(each["campaign"]) for each in contexts)
    assert campaigns / len(generated) == pytest.approx(0.45, abs=0.03)
