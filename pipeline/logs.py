"""How log lines look: text for a person, JSON for a machine."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal

import orjson

#: The keys of a JSON line beside `time`, `level` and `message`, where a record has them.
EXTRA_KEYS: Final = ("topic", "partition", "offset", "code")
#: Libraries whose own lines say in many words what ours say in one; `debug` shows them.
NOISY: Final = ("aiokafka", "asyncio", "faust", "kafka", "mode")


def configure_logging(level: str, log_format: Literal["auto", "json", "text"]) -> None:
    """Write log lines of at least `level` to standard error; `auto` is text on a terminal."""
    handler = logging.StreamHandler(sys.stderr)
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    handler.setFormatter(TextFormatter() if as_text else JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        quiet = root.level > logging.DEBUG
        # Never their own debug lines: aiokafka's hold whole requests, with events and passwords.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1 if quiet else logging.INFO)


class TextFormatter(logging.Formatter):
    """`2026-11-23 06:00:00,000 WARNING message`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        """Where an exception came from, but not what it says."""
        return origin(ei[1])


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        time = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            line["message"] += f": {origin(record.exc_info[1])}"
        line |= {key: getattr(record, key) for key in EXTRA_KEYS if hasattr(record, key)}
        return orjson.dumps(line).decode()


def log_bug(logger: logging.Logger, message: str, error: BaseException, **extra: Any) -> None:
    """Log where `error` came from, but not what it says: that may hold what an event held."""
    logger.critical("%s: %s", message, origin(error), extra=extra)


def origin(error: BaseException) -> str:
    """The type of `error` and the lines of code that it came through, as a traceback has them."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{frames}".rstrip()
