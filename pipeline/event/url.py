"""URLs as browsers read them: the WHATWG URL standard, by ada-url."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

import ada_url

#: A URL that is its own canonical form, and its parts: lower case, no port, no credentials, a host
#: that is a name (no address, no punycode), no dot segments, nothing to be percent-encoded.
PLAIN: Final = re.compile(
    r"""
    https?://(?![^/]*xn--)(?:[a-z0-9-]++\.)*+[a-z][a-z0-9-]*+
    ((?:/(?!\.|%2[eE])[A-Za-z0-9_~!$&'()*+,;=:@%.-]*+)++)
    (\?[A-Za-z0-9_~!$&()*+,;=:@%/?.-]++)?+
    (\#[A-Za-z0-9_~!$&'()*+,;=:@%/?.-]++)?+
    """,
    re.VERBOSE,
)


class Url(NamedTuple):
    """An http or https URL without its credentials, and its parts as `location` names them."""

    href: str
    pathname: str
    search: str
    hash: str
    had_credentials: bool = False


def parse_url(text: str) -> Url | None:
    """Read an absolute http or https URL; None if it is anything else."""
    return parse_plain_url(text) or parse_by_standard(text)


def parse_plain_url(text: str) -> Url | None:
    """Read a URL that is its own canonical form; None if it may be another.

    A tenth of the parser's time, and proved equal to it by a property test.
    """
    if plain := PLAIN.fullmatch(text):
        pathname, search, fragment = plain.groups("")
        # Without a NamedTuple's own constructor, which is a Python function.
        return tuple.__new__(Url, (text, pathname, search, fragment, False))
    return None


# Many visitors see the same page. The cache holds the text of 512 events, at the most.
@lru_cache(maxsize=512)
def parse_by_standard(text: str, base: str | None = None) -> Url | None:
    """Read an http or https URL, relative to `base` if there is one; None if it is anything else.

    An http or https URL always has a host.
    """
    try:
        url = ada_url.URL(text, base)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    had_credentials = bool(url.username or url.password)
    if had_credentials:
        url.username = url.password = ""
    return Url(url.href, url.pathname, url.search, url.hash, had_credentials)
