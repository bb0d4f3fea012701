"""Log lines about dead letters: where they are and why, but no word of what they hold."""

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from pipeline.event.result import DeadLetter
from pipeline.logs import log_bug
from pipeline.observe.rate_limit import CallLater, RateLimit
from pipeline.stream.consumed_record import ConsumedRecord

logger = logging.getLogger(__name__)

#: One bad producer must not flood the log: a line a code and partition in so many seconds.
LINE_SECONDS: Final = 10.0


class DeadLetterLog:
    """Tells of the newest dead letter of each code, and how many there were since it last did."""

    def __init__(self, call_later: CallLater) -> None:
        self._limit = RateLimit(LINE_SECONDS, call_later)

    def tell(self, refused: Iterable[tuple[ConsumedRecord, DeadLetter]]) -> None:
        """Log what is worth it of a chunk's dead letters, each with the record it was."""
        by_code: dict[str, list[tuple[ConsumedRecord, DeadLetter]]] = {}
        for record, dead_letter in refused:
            by_code.setdefault(dead_letter.code, []).append((record, dead_letter))
        for code, found in by_code.items():
            record, dead_letter = found[-1]
            place = {name: getattr(record, name) for name in ("topic", "partition", "offset")}
            key = code, record.topic, record.partition
            self._limit.tell(key, len(found), partial(_log, dead_letter, place))


def _log(dead_letter: DeadLetter, place: dict[str, Any], count: int) -> None:
    where = place | {"code": dead_letter.code}
    newest = "" if count == 1 else f" ({count} since the last such line)"
    if dead_letter.cause is not None:
        log_bug(logger, f"A bug: the record is a dead letter{newest}", dead_letter.cause, **where)
    else:
        logger.warning("A dead letter: %s%s", dead_letter.code, newest, extra=where)
