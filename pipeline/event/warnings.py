"""What could not be made sense of on the way, without refusing the event: `context.warnings`."""

from typing import Literal

WarningCode = Literal[
    "invalid_unicode",
    "message_id_generated",
    "name_derived",
    "url_scheme_added",
    "url_relative",
    "invalid_url",
    "path_conflict",
    "search_conflict",
    "url_credentials_removed",
    "invalid_type",
    "invalid_timestamp",
    "timestamp_in_future",
]


class Warnings(list[dict[str, str]]):
    """The warnings of one event in the shape they are written: `{"code", "field"}`, none twice.

    Source: the contract, section 8.
    """

    __slots__ = ()

    def add(self, code: WarningCode, field: str) -> None:
        """Note that `field`, a dotted path, earned the warning `code`."""
        warning = {"code": code, "field": field}
        if warning not in self:
            self.append(warning)
