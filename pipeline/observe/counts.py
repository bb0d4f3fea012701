"""What a worker has done so far, counted once a chunk."""

from collections import Counter
from typing import Final, NamedTuple

from pipeline.observe.histogram import Histogram

#: In seconds. A chunk has 1,000 records at most, of some ten microseconds each.
PROCESSING_BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
#: In seconds: from a busy pipeline's milliseconds to the hours of a backlog.
END_TO_END_BOUNDS: Final = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0,
    7200.0,
)  # fmt: skip


class Tally(NamedTuple):
    """What became of one chunk. `timestamps` are those of the raw records delivered, in ms."""

    enriched: int
    skipped: int
    dead_letters: list[str]
    warnings: list[str]
    timestamps: list[int]


class Counts:
    """The sums over all chunks that the brokers have acknowledged."""

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()
        self.dead_letters: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.processing = Histogram(PROCESSING_BOUNDS)
        self.end_to_end = Histogram(END_TO_END_BOUNDS)

    def add(self, tally: Tally, now: float) -> None:
        """Count a chunk that was acknowledged at `now`, in ms.

        A record from the future took no time, one without a timestamp is not measured.
        """
        self.results["enriched"] += tally.enriched
        self.results["skipped"] += tally.skipped
        self.results["dead_letter"] += len(tally.dead_letters)
        for code in tally.dead_letters:
            self.dead_letters[code] += 1
        for code in tally.warnings:
            self.warnings[code] += 1
        self.end_to_end.add(
            [(now - at) / 1000 if at < now else 0.0 for at in tally.timestamps if at >= 0]
        )
