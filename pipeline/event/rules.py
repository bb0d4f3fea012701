"""The choices that the contract leaves to whoever runs the pipeline."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rules:
    """How records are judged.

    `max_event_bytes`: the longest value accepted, in bytes. `other_types`: what becomes of events
    that are no page events. `require_name`: refuse events without an explicit name.
    `skew_tolerance`: seconds between sending and receiving that count as network delay.
    """

    max_event_bytes: int = 32_768
    other_types: Literal["dead_letter", "skip"] = "dead_letter"
    require_name: bool = False
    skew_tolerance: float = 30.0
