"""The codes of warnings and dead letters in words: what each means, and how to mend it."""

from typing import Final, NamedTuple, cast

from pipeline.event.result import Code
from pipeline.event.warnings import WarningCode

#: What is said of the field that has the warning.
WARNINGS: Final[dict[WarningCode, str]] = {
    "invalid_unicode": (
        "The event holds an escaped half of a surrogate pair, as of a text that was cut inside an"
        " emoji; it became U+FFFD."
    ),
    "message_id_generated": (
        "No messageId was sent that can be used, so one was made of the record's topic, partition"
        " and offset; only a messageId of the sender's lets a consumer find what was sent twice."
    ),
    "name_derived": "Neither a name nor a title was sent, so the event bears the name of its path.",
    "url_scheme_added": "The URL was sent without a scheme, so it was read as an https one.",
    "url_relative": (
        "The URL was sent as a path without a host; path, search and campaign are read from it, and"
        " it stays as it was sent."
    ),
    "invalid_url": (
        "What was sent is no http or https URL; it stays as it was sent, and nothing is read from"
        " it."
    ),
    "path_conflict": "The path that was sent is not the URL's; the one that was sent stays.",
    "search_conflict": "The search that was sent is not the URL's; the one that was sent stays.",
    "url_credentials_removed": "The URL held a user name or a password, which was removed.",
    "invalid_type": (
        "It, or something in it, was sent as a JSON type that makes no sense there, and that was"
        " removed."
    ),
    "invalid_timestamp": (
        "The time that was given cannot be read, or is not between 1970 and 9999, so it counts as"
        " not given."
    ),
    "timestamp_in_future": (
        "The event would have happened more than an hour after it was received, so it has the time"
        " of its receipt; the sender's clock is fast, or sentAt is missing."
    ),
}


class Trouble(NamedTuple):
    """Why a record is a dead letter, and what its sender, or who runs the pipeline, can do."""

    meaning: str
    remedy: str


DEAD_LETTERS: Final[dict[Code, Trouble]] = {
    "empty_value": Trouble(
        "The record has no value: a tombstone, or an empty message.",
        "Let the producer send an event, or nothing; tombstones have no meaning on this topic.",
    ),
    "too_large": Trouble(
        "The event is longer than PIPELINE_MAX_EVENT_BYTES allows.",
        "Send less with an event (who puts whole documents into its properties?), or allow more"
        " with PIPELINE_MAX_EVENT_BYTES, run `page-pipeline topics check` and replay.",
    ),
    "invalid_utf8": Trouble(
        "The value is not text in UTF-8.",
        "Let the producer write JSON in UTF-8: compressed, binary (Avro, Protobuf) or Latin-1"
        " values are not read.",
    ),
    "invalid_json": Trouble(
        "The value is not JSON.",
        "Look at the place that the message names; the usual causes are an event that was cut, two"
        " events in one record, single quotes, NaN, a comma behind the last member, and a byte"
        " order mark.",
    ),
    "number_out_of_range": Trouble(
        "The event holds a number that could not come out as it went in: an integer of more than"
        " 64 bits, or one too large for a double.",
        "Send long numbers, such as trace ids, as strings.",
    ),
    "too_deep": Trouble(
        "Objects and arrays are nested more than 254 levels deep.",
        "Look for an object that holds itself, serialised without end.",
    ),
    "not_an_object": Trouble(
        "The value is JSON, but not an object: an array of events, or an event as a string, which"
        " is JSON in JSON.",
        "Send one object a record; do not serialise an event twice.",
    ),
    "batch_envelope": Trouble(
        "The record is an SDK's whole request, with many events in its member batch.",
        "Let the collector split the batch and send one record for each event, with the request's"
        " sentAt.",
    ),
    "unsupported_type": Trouble(
        "The event is no page event: a track, identify, screen or other call.",
        "Send other types to another topic, or have them dropped with"
        " PIPELINE_OTHER_TYPES=skip, which counts them.",
    ),
    "invalid_identity": Trouble(
        "An id of the user is neither a string nor an integer.",
        "Send userId and anonymousId as strings.",
    ),
    "missing_identity": Trouble(
        "The event has neither a userId nor an anonymousId.",
        "Let the sender make an anonymousId where nobody is logged in, as every SDK does.",
    ),
    "invalid_field": Trouble(
        "Something else stands where an object belongs: in properties, context or context.page.",
        "Send an object there, or leave the member out.",
    ),
    "missing_name": Trouble(
        "There is nothing to name the page by.",
        "Send a name, a title, a path or a URL. With PIPELINE_REQUIRE_NAME=true only an explicit"
        " name counts.",
    ),
    "internal_error": Trouble(
        "The event met a bug of the pipeline; nothing is wrong with the sender.",
        "Find the traceback in the worker's log by topic, partition and offset, report it, and"
        " replay the record with the version that mends it.",
    ),
}


def warning_text(code: str) -> str:
    """Say what a warning means; `code` is one of the contract's."""
    return WARNINGS[cast("WarningCode", code)]
