"""The enrichment of one record: every step of it, in the order in which they are taken."""

from typing import Any

from pipeline.event.campaign import put_campaign
from pipeline.event.decode import decode
from pipeline.event.encode import encode
from pipeline.event.envelope import (
    put_channel,
    put_integrations,
    put_objects,
    put_type,
    put_version,
)
from pipeline.event.identity import put_identity, put_message_id
from pipeline.event.name import put_category, put_name
from pipeline.event.page import put_page
from pipeline.event.record import RawRecord
from pipeline.event.result import DeadLetter, Result
from pipeline.event.rules import Rules
from pipeline.event.timestamps import put_timestamps
from pipeline.event.user_agent import put_user_agent
from pipeline.event.warnings import Warnings

_DEFAULT_RULES = Rules()


class Enricher:
    """Turns a raw record into a canonical event, a dead letter or a skip.

    The same record gives the same result, always: no clock, no environment, no random ids. It
    never raises; what would be an exception is a bug of the pipeline, and the dead letter of code
    `internal_error` carries it as its `cause`.
    """

    def __init__(self, rules: Rules = _DEFAULT_RULES) -> None:
        self._rules = rules

    def __call__(self, record: RawRecord) -> Result:
        """Enrich one record. One record in, exactly one result out."""
        try:
            return self._enrich(record)
        except Exception as bug:  # noqa: BLE001 - one record must not stop the others
            # The exception's own words may hold what was sent.
            message = f"expected no exception, found {type(bug).__name__}: a bug of the pipeline"
            return DeadLetter("internal_error", message, cause=bug)

    def _enrich(self, record: RawRecord) -> Result:
        rules = self._rules
        warnings = Warnings()
        # The sections are the contract's.
        event = decode(record.value, rules.max_event_bytes, warnings)  # 1
        if isinstance(event, DeadLetter):
            return event
        refused = (
            put_type(event, rules)  # 2
            or put_identity(event)  # 3
            or put_objects(event)  # 4
        )
        if refused:
            return refused
        properties: dict[str, Any] = event["properties"]
        context: dict[str, Any] = event["context"]
        put_message_id(event, record, warnings)  # 3
        url = put_page(properties, context["page"], warnings)  # 4
        refused = put_name(event, rules, warnings)  # 3; a page may be named by its path
        if refused:
            return refused
        put_category(event, warnings)  # 3
        put_campaign(properties, context, url, warnings)  # 5
        put_user_agent(context, warnings)  # 6
        put_timestamps(event, record.timestamp, rules.skew_tolerance, warnings)  # 7
        put_channel(event, warnings)  # 8
        put_version(event)  # 8
        put_integrations(event, warnings)  # 8
        return encode(event, warnings)  # 8
