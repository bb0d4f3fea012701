"""The words of the contract that are about single JSON values: trimmed, absent, object."""

from typing import Any, Final

#: What is cut off both ends of a string: TAB, LF, FF, CR and SPACE, and no other white space.
TRIMMED: Final = "\t\n\f\r "

_KINDS: Final[dict[type, str]] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}


def trim(text: str) -> str:
    """Give `text` without white space at both ends (the contract, "Words")."""
    # Nearly no string needs it, and two comparisons cost a third of the call.
    if text and text[0] > " " and text[-1] > " ":
        return text
    return text.strip(TRIMMED)


def is_absent(value: Any) -> bool:
    """Whether a value is as good as missing: `null`, or a string with nothing in it."""
    return value is None or (isinstance(value, str) and not trim(value))


def is_absent_object(value: Any) -> bool:
    """Whether a value is as good as missing where an object is expected.

    PHP writes an empty map as `[]`, so an empty array is absent too.
    """
    return value == [] or is_absent(value)


def is_integer(value: Any) -> bool:
    """Whether a value is a JSON integer; `true` and `false`, integers to Python, are not."""
    return type(value) is int


def is_number(value: Any) -> bool:
    """Whether a value is a JSON number."""
    return type(value) is int or type(value) is float


def kind(value: Any) -> str:
    """Name a JSON value's type for a person: "a string"."""
    return _KINDS[type(value)]
