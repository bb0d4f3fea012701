"""Page events as the browsers of a busy site send them, the same ones for the same seed.

About 1.2 KB each, in the form of Segment's analytics.js. User agents and pages follow Zipf's law:
3 % of the user agents were never seen before, and a fifth of the pages, and a third of the campaign
links, have a URL that never comes again. One event in 20 is a real SDK's, one in 100 is bad.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, cycle
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson

_ROOT: Final = Path(__file__).parents[1]
_SAMPLES: Final = _ROOT / "pipeline" / "samples"
_USER_AGENTS: Final = _ROOT / "tests" / "event" / "data" / "user_agents.txt"

#: When the real SDK events were received, in milliseconds since 1970: 2026-11-23T05:00:00Z.
START: Final = 1_795_410_000_000

NEW_USER_AGENTS = 0.03
NEW_PAGES = 0.2
CAMPAIGNS = 0.45
NEW_CAMPAIGN_LINKS = 1 / 3
WRONG_CLOCKS = 0.04
KNOWN_USERS = 0.3
EVERY_SDK_EVENT = 20
EVERY_BAD_EVENT = 100

_PAGES = 5_000
_VISITORS = 50_000
_WORDS = ["alpine", "amber", "brook", "canvas", "cedar", "copper", "fern", "harbor", "linen"]
_SOURCES = ["google", "newsletter", "facebook", "bing", "instagram", "partner", "tiktok"]
_MEDIA = ["cpc", "email", "social", "affiliate", "display"]
_LOCALES = ["en-US", "de-DE", "en-GB", "fr-FR", "ja-JP", "pt-BR", "es-MX"]
_ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo", "Europe/London"]


T = TypeVar("T")


class Raw(NamedTuple):
    """A raw record's content; `timestamp` in milliseconds since 1970."""

    key: bytes
    value: bytes
    timestamp: int


def corpus(
    seed: int = 1, start: int = START, new_user_agents: float = NEW_USER_AGENTS
) -> Iterator[Raw]:
    """Page events without end; the first was received at `start`, the next each a millisecond on.

    `seed` decides what comes: another seed has other visitors, new pages and new user agents.
    """
    site = _Site(random.Random(seed), new_user_agents)  # noqa: S311 - no secret
    sdk_events = cycle(_lines(_SAMPLES / "sdk_events.jsonl"))
    bad_events = cycle(_lines(_SAMPLES / "bad_events.jsonl"))
    number = 0
    while True:
        visitor, event = site.event(start + number)
        if number % EVERY_BAD_EVENT == EVERY_BAD_EVENT - 1:
            value = next(bad_events)
        elif number % EVERY_SDK_EVENT == EVERY_SDK_EVENT - 1:
            value = next(sdk_events)
        else:
            value = orjson.dumps(event)
        yield Raw(visitor.encode(), value, start + number)
        number += 1


class _Site:
    """A shop, its visitors and what they look at."""

    def __init__(self, chance: random.Random, new_user_agents: float) -> None:
        self._chance = chance
        self._new_user_agents = new_user_agents
        # All of a site's users; the file's second half are crawlers, which run few trackers.
        known = _USER_AGENTS.read_text("utf-8").splitlines()
        people, crawlers = known[:600], known[600:]
        chance.shuffle(people)
        self._user_agents = _Zipf(chance, [*people, *crawlers])
        self._paths = _Zipf(chance, [self._path(n) for n in range(_PAGES)])
        self._campaigns = _Zipf(chance, [self._campaign(n) for n in range(200)])

    def event(self, received: int) -> tuple[str, dict[str, Any]]:
        """A visitor's id and an event of theirs, sent shortly before `received`."""
        chance = self._chance
        sent = received - chance.randrange(20, 400)
        if chance.random() < WRONG_CLOCKS:
            sent += chance.randrange(-7_200_000, 7_200_000)
        visitor = f"{chance.randrange(_VISITORS):08x}-5e0b-4a8e-9c35-0d5a1f6b7c2d"
        path, title = self._paths.pick()
        if chance.random() < NEW_PAGES:
            path += f"/{chance.getrandbits(48):012x}"
        search, campaign = self._search()
        page = {
            "path": path,
            "referrer": "https://www.google.com/" if campaign else "https://shop.example.com/",
            "search": search,
            "title": title,
            "url": f"https://shop.example.com{path}{search}",
        }
        return visitor, {
            "timestamp": _written(sent - chance.randrange(2, 60)),
            "integrations": {"Segment.io": True},
            "type": "page",
            "properties": page,
            "context": {
                "page": page,
                "userAgent": self._user_agent(),
                "locale": chance.choice(_LOCALES),
                "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
                "campaign": campaign,
                "timezone": chance.choice(_ZONES),
                "screen": {"width": 1280, "height": 720, "density": 2},
                "ip": f"203.0.113.{chance.randrange(256)}",
            },
            "messageId": f"ajs-next-{sent}-{chance.getrandbits(128):032x}",
            "anonymousId": visitor,
            "writeKey": "wk_benchmark",
            "userId": f"user-{visitor[:8]}" if chance.random() < KNOWN_USERS else None,
            "sentAt": _written(sent),
            "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []},
        }

    def _path(self, number: int) -> tuple[str, str]:
        first, second = self._chance.sample(_WORDS, 2)
        return (
            f"/{first}/{second}-{number}",
            f"{first.title()} {second} No. {number} | Example Shop",
        )

    def _campaign(self, number: int) -> dict[str, str]:
        chance = self._chance
        name = f"{chance.choice(_WORDS)}-sale-{number}"
        return {"source": chance.choice(_SOURCES), "medium": chance.choice(_MEDIA), "name": name}

    def _search(self) -> tuple[str, dict[str, str]]:
        chance = self._chance
        if chance.random() >= CAMPAIGNS:
            return "", {}
        campaign = self._campaigns.pick()
        search = (
            f"?utm_source={campaign['source']}&utm_medium={campaign['medium']}"
            f"&utm_campaign={campaign['name']}"
        )
        if chance.random() < NEW_CAMPAIGN_LINKS:
            search += f"&gclid={chance.getrandbits(128):032x}"
        return search, campaign

    def _user_agent(self) -> str:
        chance = self._chance
        if chance.random() >= self._new_user_agents:
            return self._user_agents.pick()
        # What makes a user agent new is a build number: of an app, or of the browser inside it.
        return (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
            f" like Gecko) Mobile/15E148 Instagram {chance.randrange(100, 400)}.0.0"
            f".{chance.randrange(100)}.{chance.randrange(1000)} (iPhone14,5; iOS 18_6; en_US;"
            f" scale=3.00; 1170x2532; {chance.randrange(10**9)})"
        )


class _Zipf(Generic[T]):
    """Picks an item: the second half as often as the first, the third a third as often."""

    def __init__(self, chance: random.Random, items: Sequence[T]) -> None:
        self._chance = chance
        self._items = items
        self._weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def pick(self) -> T:
        return self._chance.choices(self._items, cum_weights=self._weights)[0]


def _written(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
