"""A Kafka record as one line of JSON that loses nothing, and as text for a terminal."""

import base64
import json
from typing import Any, NoReturn

import orjson
from aiokafka import ConsumerRecord
from rich.highlighter import JSONHighlighter
from rich.text import Text

from pipeline.commands.printable import printable
from pipeline.event.instant import is_instant, write_instant


def record_line(record: ConsumerRecord) -> bytes:
    """Describe a record: its value as JSON if it is JSON, else as text, else in base64."""
    headers = [[name, _header(value)] for name, value in record.headers]
    described = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        **_key(record.key),
        "headers": headers,
        **_value(record.value),
    }
    return orjson.dumps(described, option=orjson.OPT_APPEND_NEWLINE)


def record_text(record: ConsumerRecord) -> Text:
    """Show a record to a person, over several lines."""
    described = json.loads(record_line(record))
    place = f"{described.pop('topic')} {described.pop('partition')} @ {described.pop('offset')}"
    timestamp = described.pop("timestamp")
    time = write_instant(timestamp) if is_instant(timestamp) else str(timestamp)
    pretty = json.dumps(described, indent=2, ensure_ascii=False)
    return Text.assemble((f"{place}  {time}\n", "bold"), JSONHighlighter()(printable(pretty)))


def _key(key: bytes | None) -> dict[str, str | None]:
    try:
        return {"key": key if key is None else key.decode()}
    except UnicodeDecodeError:
        return {"key": None, "key_base64": base64.b64encode(key or b"").decode()}


def _header(value: bytes | None) -> str | None:
    return value if value is None else value.decode(errors="backslashreplace")


def _value(value: bytes | None) -> dict[str, Any]:
    if value is None:
        return {"value": None}
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}
    if _is_json(text):
        # As it was sent: read and written anew, numbers would change. Line ends are white space.
        return {"value": orjson.Fragment(value.replace(b"\n", b" ").replace(b"\r", b" "))}
    return {"value_text": text}


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
