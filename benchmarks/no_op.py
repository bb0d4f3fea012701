"""The worker with a core that does nothing: what its transport costs."""

import sys
from typing import Any
from unittest.mock import patch

from pipeline import Enriched, Record
from pipeline.settings import load_settings
from pipeline.stream.worker import run


class NoOp:
    """Takes every record for a canonical event."""

    def __init__(self, *_arguments: Any) -> None:
        """In place of the enricher, whatever its rules."""

    def __call__(self, record: Record) -> Enriched:
        return Enriched(record.value or b"", b"")


if __name__ == "__main__":
    with patch("pipeline.stream.application.Enricher", NoOp):
        sys.exit(run(load_settings(), []))
