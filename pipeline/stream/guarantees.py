"""Which guarantee the settings ask for."""

from pipeline.settings import Settings
from pipeline.stream.at_least_once import AtLeastOnce
from pipeline.stream.exactly_once import ExactlyOnce
from pipeline.stream.guarantee import Guarantee


def guarantee_of(settings: Settings) -> Guarantee:
    """The one of the two."""
    return ExactlyOnce(settings) if settings.guarantee == "exactly_once" else AtLeastOnce(settings)
