"""A user agent as `user-agents` sees it, but read by ua-parser's Rust resolver.

The contract, section 6. `user_agents.parse` takes ua-parser's legacy path in pure Python: 900 µs
for a user agent, and for a hostile one a fifth of a second. The resolver takes 20.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ua_parser import OS, Device, Domain
from ua_parser import UserAgent as Browser
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver
from user_agents.parsers import (  # type: ignore[import-untyped]  # it ships no types
    UserAgent,
    parse_browser,
    parse_device,
    parse_operating_system,
)

# Built on import, in 0.1 s, so that a worker pays at its start and not at its first event.
_resolve = Resolver(load_lazy_builtins())


class ParsedUserAgent(UserAgent):  # type: ignore[misc]  # its base has no types
    """`user_agents.parsers.UserAgent`: `browser`, `os`, `device` and all the `is_…` rules."""

    def __init__(self, user_agent: str) -> None:
        found = _resolve(user_agent, Domain.ALL)
        self.ua_string = user_agent
        self.browser = _versioned(parse_browser, found.user_agent)
        self.os = _versioned(parse_operating_system, found.os)
        self.device = _device(found.device)


@lru_cache(maxsize=1024)
def _device(found: Device | None) -> Any:
    if found is None:
        return parse_device("Other", None, None)
    return parse_device(found.family, found.brand, found.model)


# A user agent that is new has seldom a new browser, system or device; reading them takes 14 µs.
@lru_cache(maxsize=1024)
def _versioned(view: Callable[..., Any], found: Browser | OS | None) -> Any:
    if found is None:
        return view("Other")
    version = (found.major, found.minor, found.patch)
    try:
        return view(found.family, *version)
    except ValueError:
        # `user-agents` takes "²" for a digit, because it `isdigit()`, and then for an `int`.
        text = ".".join(part for part in version if part is not None)
        return view(found.family)._replace(version_string=text)
