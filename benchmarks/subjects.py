"""What is measured: programs that read the raw topic and write the two output topics.

All run the same core, and are told where to read and write by our own worker's settings.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.integration.worker import COMMAND

_VENVS: Final = Path(__file__).parent / ".venvs"


@dataclass(frozen=True, slots=True)
class Subject:
    """A program to measure.

    `settings` is what its environment adds to the topics' names; `share` is how much of the backlog
    it drains, less than all where that would take many minutes.
    """

    name: str
    command: Sequence[str] = COMMAND
    settings: Mapping[str, str] = field(default_factory=dict)
    share: float = 1.0

    @property
    def is_installed(self) -> bool:
        """Whether its interpreter is there: a peer's is in an environment of its own."""
        return Path(self.command[0]).exists()


def _peer(name: str, environment: str, *arguments: str, share: float = 1.0) -> Subject:
    python = str(_VENVS / environment / "bin" / "python")
    return Subject(name, (python, "-m", *arguments), share=share)


OURS: Final = Subject("page-pipeline")
NO_OP: Final = Subject("page-pipeline without the core", (sys.executable, "-m", "benchmarks.no_op"))
AIOKAFKA: Final = _peer("aiokafka by hand", "aiokafka", "benchmarks.peers.aiokafka_by_hand")
CONFLUENT: Final = _peer(
    "confluent-kafka by hand", "confluent", "benchmarks.peers.confluent_by_hand"
)

#: Those of the drain, the fastest peers last.
SUBJECTS: Final = (
    OURS,
    Subject("page-pipeline, at least once", settings={"PIPELINE_GUARANTEE": "at_least_once"}),
    NO_OP,
    _peer(
        "textbook Faust, user_agents as shipped",
        "faust",
        "benchmarks.peers.faust_as_shipped",
        "worker",
        share=0.05,
    ),
    _peer("textbook Faust", "faust", "benchmarks.peers.faust_textbook", "worker", share=0.1),
    _peer("quixstreams", "quixstreams", "benchmarks.peers.quixstreams_app"),
    _peer("bytewax", "bytewax", "bytewax.run", "benchmarks.peers.bytewax_flow"),
    CONFLUENT,
    AIOKAFKA,
)
