"""Where the members of a canonical event come from, on cases made for it and on real events."""

from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings

from pipeline import DeadLetter, Enriched, Enricher, Record, Rules, Skipped
from pipeline.explain.explanation import Canonical, Member, explain
from pipeline.explain.influence import KAFKA_PLACE, KAFKA_TIMESTAMP, MOST_PARAMETERS, leaves
from pipeline.explain.members import Path, is_named
from tests.event.golden import FILES, RECEIVED
from tests.event.support import Event, event
from tests.event.test_properties import LIKELY_PAGES, RULES, thorough

KAFKA, PLACE = KAFKA_TIMESTAMP, KAFKA_PLACE
URL = "https://h.example/p?utm_source=a&utm_medium=b"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def explained(sent: Event | bytes, rules: Rules | None = None) -> Canonical:
    value = sent if isinstance(sent, bytes) else orjson.dumps(sent)
    found = explain(Record(value, "raw", 0, 0, RECEIVED), rules or Rules())
    assert isinstance(found, Canonical), found
    return found


def member(found: Canonical, path: str) -> Member:
    (only,) = [each for each in found.members if ".".join(each.path) == path]
    return only


@pytest.mark.parametrize(
    ("sent", "path", "how", "sources"),
    [
        pytest.param({"name": "n"}, "name", "sent", ["name"], id="as sent"),
        pytest.param({"name": " n "}, "name", "changed", ["name"], id="trimmed"),
        pytest.param({"name": 5}, "name", "changed", ["name"], id="a number as text"),
        pytest.param({}, "type", "default", [], id="not sent at all"),
        pytest.param({"version": "x"}, "version", "default", [], id="of no use"),
        pytest.param({"type": " page "}, "type", "changed", ["type"], id="the type trimmed"),
        pytest.param({"messageId": ""}, "messageId", "derived", [PLACE], id="a made messageId"),
        pytest.param(
            {"properties.title": "t"}, "name", "copied", ["properties.title"], id="named by a title"
        ),
        pytest.param(
            {"properties.url": URL}, "name", "derived", ["properties.url"], id="named by a path"
        ),
        pytest.param(
            {"name": "", "properties.title": "t"},
            "name",
            "copied",
            ["properties.title"],
            id="an empty name is none",
        ),
        pytest.param(
            {"properties.title": [], "context.page.title": "t"},
            "properties.title",
            "copied",
            ["context.page.title"],
            id="of another type is none",
        ),
        pytest.param(
            {"properties.url": URL, "context.page.url": URL},
            "properties.path",
            "derived",
            ["properties.url"],
            id="of two equal ones the one that decides",
        ),
        pytest.param(
            {"context.page.url": URL},
            "properties.url",
            "copied",
            ["context.page.url"],
            id="from the other place",
        ),
        pytest.param(
            {"properties.url": URL, "properties.search": ""},
            "context.page.search",
            "copied",
            ["properties.search"],
            id="an empty search is one",
        ),
        pytest.param(
            {"category": "c"},
            "properties.category",
            "copied",
            ["category"],
            id="the category",
        ),
        pytest.param(
            {"category": "c"},
            "category",
            "moved",
            ["properties.category"],
            id="the category, where it was",
        ),
        pytest.param(
            {"properties.url": URL},
            "context.campaign.medium",
            "derived",
            ["utm_medium in properties.url"],
            id="a campaign's parameter",
        ),
        pytest.param(
            {"properties.url": URL, "properties.search": "?UTM_Source=c&x=1"},
            "context.campaign.source",
            "derived",
            ["UTM_Source in properties.search"],
            id="a campaign's parameter in the search",
        ),
        pytest.param(
            {"properties.hash": "#/r?utm_source=h"},
            "context.campaign.source",
            "derived",
            ["utm_source in properties.hash"],
            id="a campaign's parameter in the hash",
        ),
        pytest.param(
            {"properties.url": URL, "context.campaign": {"source": "a"}},
            "context.campaign.medium",
            "derived",
            [
                "utm_source in properties.url",
                "utm_medium in properties.url",
                "context.campaign.source",
            ],
            id="a campaign completed because it is the same",
        ),
        pytest.param(
            {"context.userAgent": FIREFOX},
            "context.browser.name",
            "derived",
            ["context.userAgent"],
            id="the browser",
        ),
        pytest.param(
            {"context.userAgent": FIREFOX, "context.isBot": True},
            "context.device.type",
            "derived",
            ["context.userAgent", "context.isBot"],
            id="a bot by the sender's word",
        ),
        pytest.param(
            {"context.userAgent": "Googlebot/2.1", "context.isBot": True},
            "context.device.type",
            "derived",
            ["context.userAgent", "context.isBot"],
            id="a bot by both",
        ),
        pytest.param({}, "receivedAt", "derived", [KAFKA], id="Kafka's time"),
        pytest.param(
            {"timestamp": "2026-11-23T05:59:59+00:00"},
            "timestamp",
            "changed",
            ["timestamp"],
            id="a time in another form",
        ),
        pytest.param(
            {"timestamp": "2026-11-23T05:59:59+00", "sentAt": "2026-11-23T05:59:59Z"},
            "timestamp",
            "changed",
            ["timestamp"],
            id="a clock that is right",
        ),
        pytest.param(
            {"timestamp": "2026-11-23T05:00:00Z", "sentAt": "2026-11-23T05:00:00Z"},
            "timestamp",
            "changed",
            ["timestamp", "sentAt", KAFKA],
            id="a clock that is slow",
        ),
        pytest.param(
            {"timestamp": 1_795_410_000_000, "sentAt": 1_795_410_000_000},
            "timestamp",
            "changed",
            ["timestamp", "sentAt", KAFKA],
            id="a clock that is slow, in numbers",
        ),
        pytest.param({"timestamp": "soon"}, "timestamp", "derived", [KAFKA], id="no time"),
        pytest.param(
            {"timestamp": "2027-01-01T00:00:00.000Z"},
            "timestamp",
            "derived",
            [KAFKA],
            id="in the future",
        ),
        pytest.param(
            {"properties.url": URL, "context.campaign": "x"},
            "context.campaign",
            "removed",
            [],
            id="of another type, and replaced",
        ),
        pytest.param({"writeKey": "w"}, "writeKey", "removed", [], id="a credential"),
        pytest.param({"x": None}, "x", "removed", [], id="null at the top"),
        pytest.param({"properties.x": None}, "properties.x", "sent", ["properties.x"], id="null"),
        pytest.param(
            {"integrations": {"Segment.io": True}},
            "integrations.Segment.io",
            "sent",
            ["integrations.Segment.io"],
            id="a dot in a key",
        ),
    ],
)
def test_where_a_member_comes_from(
    sent: dict[str, Any], path: str, how: str, sources: list[str]
) -> None:
    named = {} if path == "name" else {"name": "n"}
    found = member(explained(event(named | sent)), path)
    assert (found.how, list(found.sources)) == (how, sources)


def test_of_very_many_parameters_the_last_are_told_as_the_urls() -> None:
    query = "&".join(f"utm_{number}=v" for number in range(MOST_PARAMETERS + 1))
    found = explained(event({"properties.url": f"https://h.example/?{query}"}))
    assert member(found, "context.campaign.0").sources == ("utm_0 in properties.url",)
    last = member(found, f"context.campaign.{MOST_PARAMETERS}")
    assert (last.how, last.sources) == ("derived", ("properties.url",))


@pytest.mark.parametrize(
    ("sent_at", "note"),
    [
        ("2026-11-23T05:58:20Z", "the sender's clock was 100 s slow"),
        ("2026-11-23T06:01:40.500Z", "the sender's clock was 100.5 s fast"),
        ("2026-11-23T05:59:50Z", ""),
    ],
)
def test_a_correction_says_how_far_the_clock_was_off(sent_at: str, note: str) -> None:
    times = {"timestamp": "2026-11-23T05:00:00Z", "sentAt": sent_at}
    assert member(explained(event({"name": "n"} | times)), "timestamp").note == note


def test_warnings_are_listed() -> None:
    found = explained(event({"properties.url": "/p"}))
    assert found.warnings == (("url_relative", "properties.url"), ("name_derived", "name"))


def test_an_event_with_half_an_emoji_is_explained_too() -> None:
    found = explained(b'{"userId":"u","messageId":"m","name":"n \\ud83c"}')
    assert found.event["name"] == found.raw["name"] == "n \ufffd"


def test_a_dead_letter_and_a_skip_are_their_own_explanation() -> None:
    record = Record(b'{"type":"track"}', "raw", 0, 0, RECEIVED)
    assert isinstance(explain(record, Rules()), DeadLetter)
    assert explain(record, Rules(other_types="skip")) == Skipped()


# -- On real events

GOLDEN = [value for sent in FILES for value in sent.read_bytes().splitlines()]


@cache
def real() -> list[Canonical]:
    found = [explain(Record(value, "raw", 0, 0, RECEIVED), Rules()) for value in GOLDEN]
    return [each for each in found if isinstance(each, Canonical)]


def without(event: Event, path: Path) -> Event:
    first, *rest = path
    if not rest:
        return {name: value for name, value in event.items() if name != first}
    return event | {first: without(event[first], tuple(rest))}


def value_at(event: Event, path: Path) -> Any:
    return next((value for leaf, value in leaves(event) if leaf == path), None)


def enriched(event: Event) -> Event:
    result = Enricher()(Record(orjson.dumps(event), "raw", 0, 0, RECEIVED))
    assert isinstance(result, Enriched), result
    found: Event = orjson.loads(result.value)
    return found


NAMES = (("name",), ("context", "page", "name"))


def test_every_member_of_a_real_event_has_an_origin() -> None:
    members = [each for found in real() for each in found.members]
    from_nothing = {each.path for each in members if each.how == "default"}
    assert from_nothing == {("version",), ("integrations",), ("context", "warnings")}


def test_nothing_of_a_real_event_vanishes_without_a_word() -> None:
    filled = {("properties",), ("context", "page"), ("context", "campaign")}  # sent as {}
    for found in real():
        told = {each.path for each in found.members}
        assert {path for path, _ in leaves(found.raw)} <= told | filled


def alone(found: Canonical, each: Member) -> Any:
    """Give the member of an event of its sources alone, with an id, and a name if it is not one."""
    kept = {name.split(" in ")[-1] for name in each.sources} | {"userId", "anonymousId"}
    bare: Event = {} if each.path in NAMES else {"name": "n"}
    sent = {".".join(path): value for path, value in leaves(found.raw)}
    bare |= event({path: value for path, value in sent.items() if path in kept})
    if "messageId" not in kept:
        del bare["messageId"]
    return value_at(enriched(bare), each.path)


def made(found: Canonical) -> list[Member]:
    """Give the members that are not simply there because they were sent."""
    return [each for each in found.members if each.how in ("changed", "copied", "derived")]


def test_the_sources_alone_make_the_member_what_it_is() -> None:
    for found in real():
        for each in made(found):
            assert alone(found, each) == each.value


def test_members_that_the_contract_does_not_name_are_the_source_of_nothing() -> None:
    for found in real():
        expected = dict(leaves(enriched(found.raw)))
        for path, _ in leaves(found.raw):
            if not is_named(path):
                changed = dict(leaves(enriched(without(found.raw, path))))
                others = expected.keys() - {path}
                assert {each: changed[each] for each in others} == {
                    each: expected[each] for each in others
                }


# -- On whatever can be sent


@settings(thorough, max_examples=60)
@given(LIKELY_PAGES, RULES)
def test_every_member_of_any_event_has_an_origin(record: Record, rules: Rules) -> None:
    found = explain(record, rules)
    if isinstance(found, Canonical):
        told = [each.path for each in found.members if each.how not in ("moved", "removed")]
        assert told == [path for path, _ in leaves(found.event)]


@settings(thorough, max_examples=60)
@given(LIKELY_PAGES)
def test_the_sources_alone_make_the_member_of_any_event(record: Record) -> None:
    found = explain(Record(record.value, "raw", 0, 0, RECEIVED), Rules())
    if isinstance(found, Canonical):
        assume(not any("." in name for path, _ in leaves(found.raw) for name in path))
        for each in made(found):
            assert orjson.dumps(alone(found, each)) == orjson.dumps(each.value)
