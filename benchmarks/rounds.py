"""Runs in rounds: everything that is compared takes its turn in each of them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.machine import Others, describe

RESULTS: Final = Path(__file__).parent / "results"

Run = Callable[[], Awaitable[NamedTuple]]


@dataclass(slots=True)
class Rounds:
    """The runs of one benchmark, and under which conditions they were made."""

    benchmark: str
    conditions: Mapping[str, Any]
    runs: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, rounds: int, subjects: Mapping[str, Run]) -> None:
        """Run each subject once a round, every other round backwards: drift falls on all alike."""
        order = list(subjects.items())
        for _ in range(rounds):
            for name, run in order:
                with Others() as others:
                    result = await run()
                figures = {"subject": name, "others": round(others.share, 3), **result._asdict()}
                self.runs.append(figures)
                print(json.dumps(figures), flush=True)  # noqa: T201 - shows that it goes on
                self._write()
            order.reverse()

    def _write(self) -> None:
        RESULTS.mkdir(exist_ok=True)
        result = {"machine": describe(), "conditions": self.conditions, "runs": self.runs}
        (RESULTS / f"{self.benchmark}.json").write_text(json.dumps(result, indent=1) + "\n")
