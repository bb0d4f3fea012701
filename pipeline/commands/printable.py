"""JSON for a terminal: what others sent must not be obeyed by it."""

import re
from typing import Final

#: Control characters that JSON does not escape, and halves of surrogate pairs.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """Escape, as JSON does, what a terminal would obey or could not show."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
