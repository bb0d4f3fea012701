"""Why a dead letter is one, and the headers that its sender gave it: the contract, section 9."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.stream.output_record import Header

#: What `dead_letter_record.py` appends to a raw record's headers, in this order; where a field
#: applies, there is also `error-field` behind them. The last one is always `source-offset`.
_APPENDED: Final = (
    "__connect.errors.topic",
    "__connect.errors.partition",
    "__connect.errors.offset",
    "__connect.errors.stage",
    "__connect.errors.exception.message",
    "error-code",
)


class Reason(NamedTuple):
    """Why a raw record, the one at `source_offset`, is a dead letter."""

    code: str
    field: str | None
    message: str
    source_offset: str


class TakenApart(NamedTuple):
    """A dead letter's headers: the raw record's own ones, and what the pipeline says."""

    headers: list[Header]
    reason: Reason


def take_apart(headers: Iterable[Header]) -> TakenApart | None:
    """Tell a dead letter's headers apart; None if the last ones are not those of a dead letter.

    Only the last ones are the pipeline's. Others of the same names belong to the raw record: it
    was a dead letter of somebody else's, or was mirrored from a topic of results.
    """
    given = list(headers)
    appended = [*_APPENDED, "error-field", "source-offset"]
    if not _ends_with(given, appended):
        appended.remove("error-field")
        if not _ends_with(given, appended):
            return None
    own = given[: -len(appended)]
    said = {name: (value or b"").decode(errors="replace") for name, value in given[len(own) :]}
    reason = Reason(
        said["error-code"],
        said.get("error-field"),
        said["__connect.errors.exception.message"],
        said["source-offset"],
    )
    return TakenApart(own, reason)


def _ends_with(headers: Sequence[Header], names: Sequence[str]) -> bool:
    return [name for name, _ in headers[-len(names) :]] == list(names)
