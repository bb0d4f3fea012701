"""What stands in the image's recipe."""

import re

from tests.deploy.programs import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def instruction(name: str) -> str:
    """Give the arguments of the only instruction of that name in the last stage."""
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    (found,) = re.findall(rf"^{name} (.*)$", last, re.MULTILINE)
    return str(found)
