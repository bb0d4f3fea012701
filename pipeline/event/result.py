"""What becomes of one raw record: a canonical event, a dead letter, or a skip."""

from dataclasses import dataclass
from dataclasses import field as member
from typing import Final, Literal, NamedTuple

Stage = Literal["decode", "validate"]
Code = Literal[
    "empty_value",
    "too_large",
    "invalid_utf8",
    "invalid_json",
    "number_out_of_range",
    "too_deep",
    "not_an_object",
    "batch_envelope",
    "unsupported_type",
    "invalid_identity",
    "missing_identity",
    "invalid_field",
    "missing_name",
    "internal_error",
]

#: The codes of a record that is not one JSON object; all others are of stage `validate`.
DECODE_CODES: Final[frozenset[Code]] = frozenset(
    {
        "empty_value",
        "too_large",
        "invalid_utf8",
        "invalid_json",
        "number_out_of_range",
        "too_deep",
        "not_an_object",
    }
)


class Enriched(NamedTuple):
    """A canonical event, ready to publish.

    `value` is the event as JSON, `key` the record's key (the user id, else the anonymous id),
    both UTF-8; `warnings` are the codes of `context.warnings`, one for each entry.
    """

    value: bytes
    key: bytes
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        # No payload: it may be logged.
        return f"Enriched(warnings={self.warnings!r})"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A raw record that could not become a canonical event, and why.

    `message` is one line for a person and holds at most 64 characters of the event; `field` is the
    dotted path it speaks of, if any. `cause` is the exception behind an `internal_error`, for the
    caller to log.
    """

    code: Code
    message: str
    field: str | None = None
    cause: Exception | None = member(default=None, repr=False)

    @property
    def stage(self) -> Stage:
        """The step that refused the record."""
        return "decode" if self.code in DECODE_CODES else "validate"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record of another type than `page`, dropped because the rules say so."""


Result = Enriched | DeadLetter | Skipped
