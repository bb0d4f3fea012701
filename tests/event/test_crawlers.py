"""Crawlers by the patterns of `crawler-user-agents`: the contract, section 6."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import re2  # type: ignore[import-untyped]
from crawleruseragents import (  # type: ignore[import-untyped]
    CRAWLER_USER_AGENTS_DATA as CRAWLERS,
)

from pipeline.event import crawlers
from pipeline.event.crawlers import MATCHING_PEOPLE, is_crawler

USER_AGENTS = (Path(__file__).parent / "data/user_agents.txt").read_text("utf-8").split("\n")[:-1]
BROWSERS, KNOWN_CRAWLERS = USER_AGENTS[:600], USER_AGENTS[600:]

#: Patterns in the middle of their alternation, so that `^` and `$` are seen to bind to one only.
ANCHORED = [
    pytest.param("Seekbot/1.0", True, id="^ at the start"),
    pytest.param("a Seekbot/1.0", False, id="^ elsewhere"),
    pytest.param("Qualys SSL Labs", True, id="$ at the end"),
    pytest.param("SSL Labs scanner", False, id="$ elsewhere"),
    pytest.param("SSL Labs\n", False, id="$ before a line feed"),
]


def test_the_data_set_is_the_pinned_one() -> None:
    assert version("crawler-user-agents") == "1.67.0"
    assert len(CRAWLERS) == 1504


def test_the_patterns_left_out_are_patterns_of_the_data_set() -> None:
    assert {crawler["pattern"] for crawler in CRAWLERS} >= MATCHING_PEOPLE


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP3A.240617.008) Chrome/138.0 Safari/537.36",
        "RED/2.0.14",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/116.0 Safari/537.36 Sogou",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 Viber/25.3",
    ],
)
def test_what_people_use_is_no_crawler(user_agent: str) -> None:
    assert any(re.search(pattern, user_agent) for pattern in MATCHING_PEOPLE)
    assert not is_crawler(user_agent)


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        pytest.param("Mozilla/5.0 (compatible; Googlebot/2.1)", True, id="a crawler"),
        pytest.param("googlebot", False, id="another case"),
        pytest.param("", False, id="nothing"),
        pytest.param("\0Googlebot/\0", True, id="NUL"),
        pytest.param("\u202e\U0001f600 Googlebot/", True, id="right to left, beyond the BMP"),
        *ANCHORED,
    ],
)
def test_a_pattern_matches_anywhere(user_agent: str, *, expected: bool) -> None:
    assert is_crawler(user_agent) is expected


def test_re2_reads_the_patterns_as_python_does() -> None:
    everything = [instance for crawler in CRAWLERS for instance in crawler["instances"]]
    patterns = [c["pattern"] for c in CRAWLERS if c["pattern"] not in MATCHING_PEOPLE]
    python = re.compile("|".join(patterns))
    sample = [*USER_AGENTS, *everything[::10]]
    assert [is_crawler(each) for each in sample] == [bool(python.search(each)) for each in sample]


def test_no_browser_is_a_crawler() -> None:
    assert [each for each in BROWSERS if is_crawler(each)] == []


def test_nearly_every_crawler_is_found() -> None:
    # These two only by patterns that people's browsers match as well.
    assert [each for each in KNOWN_CRAWLERS if not is_crawler(each)] == [
        "RED/2.0.14 (https://redbot.org/)",
        "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    ]


def test_re2_has_room_for_its_automaton(capfd: pytest.CaptureFixture[str]) -> None:
    # It would say so, were it not told to be silent.
    options = crawlers._crawler.options
    options.log_errors = True
    outspoken = re2.compile(crawlers._crawler.pattern, options)
    for crawler in CRAWLERS:
        outspoken.search(" ".join(crawler["instances"])[:1024])
    assert capfd.readouterr().err == ""
