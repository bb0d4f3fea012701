"""What a sender calls the page's URL: the contract, section 4, `url`."""

import re
from typing import Final

from pipeline.event.url import Url, parse_by_standard, parse_url
from pipeline.event.warnings import Warnings

#: What `/path?query#fragment` is resolved against.
_BASE: Final = "https://host.invalid"

_PATH: Final = re.compile(r"[/?#]")
_NOT_IN_HOST: Final = re.compile(r"[\s\\@]")


def read_page_url(text: str, warnings: Warnings) -> Url | None:
    """Read the URL of a page, completing one without a scheme; None if nothing can be derived.

    Of a `/path?query#fragment` the `href` is the text itself.
    """
    if url := parse_url(text):
        return url
    if text.startswith("//"):
        url = _add_scheme("https:" + text, warnings)
    elif text.startswith("/") and not text.startswith("/\\"):
        url = _resolve(text, warnings)
    elif _begins_with_host(text):
        url = _add_scheme("https://" + text, warnings)
    if url is None:
        warnings.add("invalid_url", "properties.url")
    return url


def _add_scheme(text: str, warnings: Warnings) -> Url | None:
    url = parse_url(text)
    if url:
        warnings.add("url_scheme_added", "properties.url")
    return url


def _resolve(text: str, warnings: Warnings) -> Url | None:
    url = parse_by_standard(text, _BASE)
    if url is None:
        return None
    warnings.add("url_relative", "properties.url")
    # Credentials can only be in what stands behind a TAB or a line end, which a URL may have
    # anywhere: nothing is removed from a text that stays as it was sent.
    return url._replace(href=text, had_credentials=False)


def _begins_with_host(text: str) -> bool:
    """Whether a text that is no http or https URL may begin with `host.tld` or `host.tld:port`.

    No scheme gets through: what follows its colon is no port, and the parser refuses it.
    """
    host = _PATH.split(text, maxsplit=1)[0]
    return "." in host[1:-1] and not host.endswith(":") and not _NOT_IN_HOST.search(host)
