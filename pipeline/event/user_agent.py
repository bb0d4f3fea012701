"""Browser, operating system, device and bots, from `context.userAgent`: the contract, section 6."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from pipeline.event.crawlers import is_crawler
from pipeline.event.user_agent_parser import ParsedUserAgent
from pipeline.event.values import is_absent, is_absent_object, trim
from pipeline.event.warnings import Warnings

#: How much of a user agent is read, in code points.
READ_LENGTH: Final = 1024

#: What is added where the sender did not say it, and the type in which it may say it.
ADDED: Final[dict[str, type]] = {"browser": dict, "os": dict, "device": dict, "isBot": bool}

#: What ua-parser writes where it does not know, besides all that begins with `Generic`.
UNKNOWN_MANUFACTURERS: Final = frozenset({"", "Spider", "Other"})
UNKNOWN_MODELS: Final = frozenset(
    {"", "K", "Spider", "Desktop", "Other", "Smartphone", "Tablet", "Feature Phone"}
)


@dataclass(frozen=True, slots=True)
class Client:
    """What one user agent says, its objects as JSON that is ready to be written.

    An event whose `isBot` is true gets `bot_device`; any other gets `device`, of `device_type`.
    """

    browser: orjson.Fragment
    os: orjson.Fragment
    device: orjson.Fragment
    bot_device: orjson.Fragment
    device_type: str
    is_bot: bool


def put_user_agent(context: dict[str, Any], warnings: Warnings) -> None:
    """Add `browser`, `os`, `device` and `isBot` to an event's `context` where the sender did not.

    What it sent of these without a value, or as another type, is removed, user agent or not. The
    objects are added as `orjson.Fragment`, which nothing but orjson can read.
    """
    for name, expected in ADDED.items():
        if name in context:
            _drop_unusable(context, name, expected, warnings)
    user_agent = context.get("userAgent")
    if isinstance(user_agent, str) and (user_agent := trim(user_agent)):
        context["userAgent"] = user_agent
        _put_client(context, identify(user_agent[:READ_LENGTH]))
    elif "userAgent" in context:
        _drop_unusable(context, "userAgent", str, warnings)


# Room for the user agents in use on a busy site: 7 MB, or 130 MB of the most hostile ones.
@lru_cache(maxsize=8192)
def identify(user_agent: str) -> Client:
    """Read a user agent of at most `READ_LENGTH` code points."""
    parsed = ParsedUserAgent(user_agent)
    device_type = _device_type(parsed)
    return Client(
        browser=_versioned(parsed.browser),
        os=_versioned(parsed.os),
        device=_device(device_type, parsed.device),
        bot_device=_device("bot", parsed.device),
        device_type=device_type,
        is_bot=parsed.is_bot or is_crawler(user_agent),
    )


def _drop_unusable(context: dict[str, Any], name: str, expected: type, warnings: Warnings) -> None:
    value = context[name]
    absent = _is_empty_object(value) if expected is dict else is_absent(value)
    if absent or not isinstance(value, expected):
        del context[name]
        if not absent:
            warnings.add("invalid_type", f"context.{name}")


def _is_empty_object(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(is_absent, value.values()))
    return is_absent_object(value)


def _put_client(context: dict[str, Any], client: Client) -> None:
    context.setdefault("browser", client.browser)
    context.setdefault("os", client.os)
    is_bot = context.get("isBot", client.is_bot)
    if "device" not in context:
        context["device"] = client.bot_device if is_bot else client.device
    elif is_absent(context["device"].get("type")):
        context["device"]["type"] = "bot" if is_bot else client.device_type
    context["isBot"] = is_bot


def _versioned(found: Any) -> orjson.Fragment:
    known = {"name": found.family, "version": found.version_string}
    if not found.version_string:
        del known["version"]
    return _ready(known)


def _device(device_type: str, found: Any) -> orjson.Fragment:
    known = {"type": device_type}
    if _is_known(found.brand, UNKNOWN_MANUFACTURERS):
        known["manufacturer"] = found.brand
    if _is_known(found.model, UNKNOWN_MODELS):
        known["model"] = found.model
    return _ready(known)


def _is_known(text: str | None, unknown: frozenset[str]) -> bool:
    return text is not None and text not in unknown and not text.startswith("Generic")


def _ready(known: dict[str, str]) -> orjson.Fragment:
    # As text, because orjson's own bytes hold on to a buffer of 4 kB each.
    return orjson.Fragment(orjson.dumps(known).decode())


def _device_type(parsed: ParsedUserAgent) -> str:
    """Give the type of a device that is no bot's."""
    if parsed.is_tablet:
        return "tablet"
    if parsed.is_mobile:
        return "mobile"
    return "desktop" if parsed.is_pc else "other"
