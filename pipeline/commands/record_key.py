"""The key of a raw record: events of one user go to one partition, and stay in order."""

from pipeline.event.decode import decode
from pipeline.event.identity import put_identity
from pipeline.event.warnings import Warnings


def record_key(value: bytes) -> bytes | None:
    """Give an event's user id, else its anonymous id, as the contract reads them (section 3).

    None for what the pipeline cannot read, or has no id; an event may be of any size.
    """
    event = decode(value, len(value), Warnings())
    if not isinstance(event, dict) or put_identity(event) is not None:
        return None
    return str(event.get("userId") or event["anonymousId"]).encode()
