"""What pyproject.toml cannot say: with COMPILE=1 the core of the wheel is compiled by mypyc.

The source stays plain Python, and runs as it is where nobody compiles it.
"""

import os
from typing import Any

from setuptools import setup

#: Where an event spends its time. The other modules of the core are classes that mypyc cannot
#: compile, or run once.
COMPILED = (
    "campaign",
    "decode",
    "encode",
    "enricher",
    "envelope",
    "identity",
    "instant",
    "name",
    "page",
    "page_fields",
    "page_url",
    "timestamps",
    "url",
    "user_agent",
    "values",
)


def extensions() -> list[Any]:
    """The extension modules of the wheel: none, if not asked for."""
    if os.environ.get("COMPILE") != "1":
        return []
    from mypyc.build import mypycify  # noqa: PLC0415 - not needed otherwise

    # The same code wherever it is compiled: what is installed there would change the types.
    options = ["--config-file=", "--ignore-missing-imports", "--no-site-packages"]
    modules = [f"pipeline/event/{name}.py" for name in COMPILED]
    return mypycify([*options, *modules], opt_level="3", debug_level="0")


setup(ext_modules=extensions())
