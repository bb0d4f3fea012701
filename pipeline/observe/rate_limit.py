"""One line where there might be a thousand alike."""

from collections.abc import Callable, Hashable

#: Calls a function with arguments in so many seconds, as an event loop's `call_later` does.
CallLater = Callable[..., object]
#: Writes a line that stands for so many occurrences.
Line = Callable[[int], None]


class RateLimit:
    """Lets one line of each key through every so many seconds.

    What comes meanwhile is told when they are over, in the newest of the lines, so that the last
    ones of a burst are not forgotten.
    """

    def __init__(self, seconds: float, call_later: CallLater) -> None:
        self._seconds = seconds
        self._call_later = call_later
        self._untold: dict[Hashable, tuple[int, Line]] = {}

    def tell(self, key: Hashable, occurrences: int, line: Line) -> None:
        """Write `line` for `occurrences`, now or later."""
        if key in self._untold:
            self._untold[key] = (self._untold[key][0] + occurrences, line)
        else:
            self._write(key, occurrences, line)

    def _write(self, key: Hashable, occurrences: int, line: Line) -> None:
        line(occurrences)
        self._untold[key] = (0, line)
        self._call_later(self._seconds, self._go_on, key)

    def _go_on(self, key: Hashable) -> None:
        occurrences, line = self._untold.pop(key)
        if occurrences:
            self._write(key, occurrences, line)
