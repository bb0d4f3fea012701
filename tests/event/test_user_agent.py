"""Browser, operating system, device and bots: the contract, section 6."""

import itertools
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import pytest
import user_agents  # type: ignore[import-untyped]

from pipeline.event.user_agent import identify, put_user_agent
from pipeline.event.user_agent_parser import ParsedUserAgent
from pipeline.event.warnings import Warnings

USER_AGENTS = (Path(__file__).parent / "data/user_agents.txt").read_text("utf-8").split("\n")[:-1]

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36"
GALAXY = "Mozilla/5.0 (Linux; Android 15; SM-S931B) Chrome/138.0.0.0 Mobile Safari/537.36"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def enrich(**context: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Give the context as it is written, and the warnings; from JSON to JSON."""
    warnings = Warnings()
    context = orjson.loads(orjson.dumps(context))
    put_user_agent(context, warnings)
    return orjson.loads(orjson.dumps(context)), list(warnings)


def invalid(field: str) -> list[dict[str, str]]:
    return [{"code": "invalid_type", "field": field}]


DESKTOP = {
    "browser": {"name": "Chrome", "version": "140.0.0"},
    "os": {"name": "Windows", "version": "10"},
    "device": {"type": "desktop"},
    "isBot": False,
}


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        pytest.param(CHROME, DESKTOP, id="a desktop"),
        pytest.param(
            GALAXY,
            {
                "browser": {"name": "Chrome Mobile", "version": "138.0.0"},
                "os": {"name": "Android", "version": "15"},
                "device": {"type": "mobile", "manufacturer": "Samsung", "model": "SM-S931B"},
                "isBot": False,
            },
            id="a phone",
        ),
        pytest.param(
            "Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) Version/12.1.2 Mobile/15E148 Safari/6",
            {
                "browser": {"name": "Mobile Safari", "version": "12.1.2"},
                "os": {"name": "iOS", "version": "12.5.7"},
                "device": {"type": "tablet", "manufacturer": "Apple", "model": "iPad"},
                "isBot": False,
            },
            id="a tablet",
        ),
        pytest.param(
            GOOGLEBOT,
            {
                "browser": {"name": "Googlebot", "version": "2.1"},
                "os": {"name": "Other"},
                "device": {"type": "bot"},
                "isBot": True,
            },
            id="a bot",
        ),
        pytest.param(
            "analytics-python/2.4.0",
            {
                "browser": {"name": "Other"},
                "os": {"name": "Other"},
                "device": {"type": "other"},
                "isBot": False,
            },
            id="anything else",
        ),
    ],
)
def test_a_user_agent_tells(user_agent: str, expected: dict[str, Any]) -> None:
    assert enrich(userAgent=user_agent) == ({"userAgent": user_agent, **expected}, [])


@pytest.mark.parametrize(
    ("user_agent", "is_bot"),
    [
        pytest.param("foo crawler", True, id="by user-agents alone"),
        pytest.param(
            "Mozilla/5.0 (X11; Linux) HeadlessChrome/156.0.0.0", True, id="by pattern alone"
        ),
        pytest.param(CHROME, False, id="by neither"),
    ],
)
def test_bots_are_found_by_either(user_agent: str, *, is_bot: bool) -> None:
    assert enrich(userAgent=user_agent)[0]["isBot"] is is_bot


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        pytest.param(
            "Mozilla/5.0 (Linux; Android 10; K) Chrome/138.0.0.0 Mobile Safari/537.36",
            {"type": "mobile"},
            id="Generic_Android K",
        ),
        pytest.param(
            "Mozilla/5.0 (Android 16; Mobile; rv:156.0) Gecko/156.0 Firefox/156.0",
            {"type": "mobile"},
            id="Generic Smartphone",
        ),
        pytest.param(
            "Opera/9.80 (Android 3.2; Linux; Opera Tablet/ADR-1111101157)",
            {"type": "tablet"},
            id="Generic Tablet",
        ),
        pytest.param("up.browser", {"type": "mobile"}, id="Generic Feature Phone"),
        pytest.param("Opera/9.80 (Linux; Opera TV; HbbTV)", {"type": "other"}, id="Generic_Inettv"),
        pytest.param("foo crawler", {"type": "bot"}, id="Spider Desktop"),
        pytest.param("?", {"type": "other"}, id="nothing known"),
        pytest.param(
            "Mozilla/5.0 (Linux; U; Android 2.3.4; generic) Version/4.0 Mobile Safari/537.36",
            {"type": "mobile", "model": "generic"},
            id="generic, not Generic",
        ),
    ],
)
def test_placeholders_are_no_facts(user_agent: str, device: dict[str, Any]) -> None:
    assert enrich(userAgent=user_agent)[0]["device"] == device


@pytest.mark.parametrize(
    ("sent", "kept", "warnings"),
    [
        pytest.param("\t " + CHROME + "\r\n", CHROME, [], id="trimmed"),
        pytest.param("\u00a0" + CHROME, "\u00a0" + CHROME, [], id="by the contract's white space"),
        pytest.param("", None, [], id="empty"),
        pytest.param(" ", None, [], id="blank"),
        pytest.param(None, None, [], id="null"),
        pytest.param(5, None, invalid("context.userAgent"), id="number"),
        pytest.param(False, None, invalid("context.userAgent"), id="false"),
        pytest.param([], None, invalid("context.userAgent"), id="empty array"),
        pytest.param({}, None, invalid("context.userAgent"), id="object"),
    ],
)
def test_the_user_agent(sent: Any, kept: str | None, warnings: list[dict[str, str]]) -> None:
    expected = {} if kept is None else {"userAgent": kept, **DESKTOP}
    assert enrich(userAgent=sent) == (expected, warnings)


def test_no_user_agent_adds_nothing() -> None:
    assert enrich(locale="de") == ({"locale": "de"}, [])


EXPLICIT = {
    "browser": {"name": "Our App", "build": 7},
    "os": {"version": None, "name": "Our OS"},
    "device": {"type": " fridge ", "id": "x"},
    "isBot": True,
}


@pytest.mark.parametrize("name", EXPLICIT)
@pytest.mark.parametrize("user_agent", [{"userAgent": CHROME}, {}], ids=["agent", "no agent"])
def test_what_is_explicit_stays_whole(name: str, user_agent: dict[str, str]) -> None:
    context, warnings = enrich(**user_agent, **{name: EXPLICIT[name]})
    assert (context[name], warnings) == (EXPLICIT[name], [])


def test_all_of_it_explicit_needs_no_user_agent() -> None:
    assert enrich(**EXPLICIT) == (EXPLICIT, [])


@pytest.mark.parametrize("name", ["browser", "os", "device"])
@pytest.mark.parametrize(
    "value",
    [None, "", " \n", [], {}, {"name": "", "version": " "}, {"name": None}],
    ids=json.dumps,
)
def test_an_object_without_a_present_member_was_not_sent(name: str, value: Any) -> None:
    assert enrich(**{name: value}) == ({}, [])
    assert enrich(userAgent=CHROME, **{name: value}) == ({"userAgent": CHROME, **DESKTOP}, [])


@pytest.mark.parametrize("value", [None, "", " "], ids=json.dumps)
def test_an_absent_is_bot_was_not_sent(value: Any) -> None:
    assert enrich(isBot=value) == ({}, [])
    assert enrich(userAgent=CHROME, isBot=value) == ({"userAgent": CHROME, **DESKTOP}, [])


WRONG_OBJECTS: list[Any] = ["x", 1, True, [{}]]
WRONG_BOOLEANS: list[Any] = ["true", 1, 0, [], {}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *itertools.product(["browser", "os", "device"], WRONG_OBJECTS),
        *itertools.product(["isBot"], WRONG_BOOLEANS),
    ],
    ids=json.dumps,
)
def test_another_type_is_removed_with_a_warning(name: str, value: Any) -> None:
    warning = invalid(f"context.{name}")
    assert enrich(**{name: value}) == ({}, warning)
    assert enrich(userAgent=CHROME, **{name: value}) == ({"userAgent": CHROME, **DESKTOP}, warning)


@pytest.mark.parametrize("value", [0, False, [], {}], ids=json.dumps)
def test_a_member_of_another_type_is_present_all_the_same(value: Any) -> None:
    assert enrich(userAgent=CHROME, os={"name": value})[0]["os"] == {"name": value}


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        pytest.param({"model": "X"}, {"model": "X", "type": "mobile"}, id="missing"),
        pytest.param({"type": "", "id": 1}, {"type": "mobile", "id": 1}, id="blank"),
        pytest.param({"type": None, "id": 1}, {"type": "mobile", "id": 1}, id="null"),
        pytest.param({"type": "ios"}, {"type": "ios"}, id="explicit"),
        pytest.param({"type": 5}, {"type": 5}, id="of another type"),
    ],
)
def test_a_missing_device_type_is_filled_in(
    device: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert enrich(userAgent=GALAXY, device=device)[0]["device"] == expected


def test_no_device_type_is_filled_in_without_a_user_agent() -> None:
    assert enrich(device={"model": "X", "type": None})[0] == {
        "device": {"model": "X", "type": None}
    }


@pytest.mark.parametrize(
    ("user_agent", "is_bot", "device_type"),
    [
        pytest.param(CHROME, True, "bot", id="a person's, said to be a bot"),
        pytest.param(GALAXY, True, "bot", id="a phone, said to be a bot"),
        pytest.param(GOOGLEBOT, False, "other", id="a bot's, said to be none"),
        pytest.param("Mozilla/5.0 (Windows NT 10.0) bingbot", False, "desktop", id="a desktop bot"),
    ],
)
@pytest.mark.parametrize("device", [{}, {"model": "X"}], ids=["derived", "filled in"])
def test_the_device_type_follows_the_final_is_bot(
    user_agent: str, device_type: str, device: dict[str, Any], *, is_bot: bool
) -> None:
    context, _ = enrich(userAgent=user_agent, isBot=is_bot, device=device)
    assert (context["device"]["type"], context["isBot"]) == (device_type, is_bot)


@pytest.mark.parametrize(
    ("length", "is_bot"),
    [
        pytest.param(1024, True, id="within"),
        pytest.param(1025, False, id="beyond"),
    ],
)
@pytest.mark.parametrize("filler", ["x", "\u00e9", "\U0001f600"])
def test_only_the_first_1024_code_points_are_read(
    filler: str, length: int, *, is_bot: bool
) -> None:
    user_agent = (filler * length + "HeadlessChrome")[-length:]
    context, _ = enrich(userAgent=user_agent)
    assert (context["userAgent"], context["isBot"]) == (user_agent, is_bot)


def test_the_cache_holds_what_was_read_and_no_more() -> None:
    identify.cache_clear()
    enrich(userAgent="x" * 1024 + "1")
    enrich(userAgent="x" * 1024 + "2")
    assert identify.cache_info()[:2] == (1, 1)


@pytest.mark.parametrize(
    "user_agent",
    [
        pytest.param("\0", id="NUL"),
        pytest.param("\u202eMozilla/5.0 (iPhone)", id="right to left"),
        pytest.param("\ufffd" * 2000, id="replacement characters"),
        pytest.param("(" * 2000, id="parentheses"),
        pytest.param("Android " * 300, id="hostile"),
        pytest.param("Chrome/" + "9" * 1100, id="a long number"),
    ],
)
def test_strange_strings_are_read_like_any(user_agent: str) -> None:
    context, warnings = enrich(userAgent=user_agent)
    assert (set(context), warnings) == ({"userAgent", *DESKTOP}, [])


def test_a_digit_that_is_no_number_stays_in_the_version() -> None:
    assert enrich(userAgent="VLC/3.0.²")[0]["browser"] == {"name": "VLC", "version": "3.0.²"}


@pytest.mark.parametrize(
    "context",
    [
        {"userAgent": CHROME},
        {"userAgent": GOOGLEBOT, "isBot": False, "device": {"model": "X"}, "os": {}},
        {"browser": {"name": ""}, "isBot": "no", "device": {"model": "X"}},
    ],
    ids=json.dumps,
)
def test_a_second_pass_changes_nothing(context: dict[str, Any]) -> None:
    once, _ = enrich(**context)
    again, warnings = enrich(**once)
    assert (json.dumps(again), warnings) == (json.dumps(once), [])


def test_the_data_is_the_pinned_one() -> None:
    assert version("ua-parser-builtins") == "202610"


#: Crawlers of which the resolver sees more than the legacy parser does; what it sees is right.
DIFFERING_LINES = [693, 702, 704, 706, 708, 709, 710, 712, 714, 717, 722, 723, 867, 901]


def view(parsed: user_agents.parsers.UserAgent) -> tuple[Any, ...]:
    kinds = (parsed.is_bot, parsed.is_tablet, parsed.is_mobile, parsed.is_pc)
    return parsed.browser, parsed.os, parsed.device, kinds


def test_the_resolver_agrees_with_user_agents_parse() -> None:
    differing = [
        line
        for line, user_agent in enumerate(USER_AGENTS, 1)
        if view(ParsedUserAgent(user_agent)) != view(user_agents.parse(user_agent))
    ]
    assert differing == DIFFERING_LINES


def test_one_difference_is_seen_in_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    differing = [USER_AGENTS[line - 1] for line in DIFFERING_LINES]
    resolved = [enrich(userAgent=user_agent)[0] for user_agent in differing]
    monkeypatch.setattr("pipeline.event.user_agent.ParsedUserAgent", user_agents.parse)
    identify.cache_clear()
    legacy = [enrich(userAgent=user_agent)[0] for user_agent in differing]
    identify.cache_clear()
    pairs = zip(DIFFERING_LINES, resolved, legacy, strict=True)
    assert [line for line, one, other in pairs if one != other] == [693]
