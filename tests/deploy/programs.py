"""Programs that check the files in deploy/: without one a test is skipped, but in CI it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: `make helm` builds into the first, make's requirements are in the second.
_FOLDERS = [ROOT / ".tools", Path(sys.executable).parent]
_WHENCE = {
    "promtool": "apt-get install prometheus",
    "helm": "make helm",
}


def run(program: str, *arguments: str | Path, ok: bool = True) -> str:
    """Run a program in the repository's root, and give all that it prints."""
    done = subprocess.run(
        [_found(program), *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert (done.returncode == 0) == ok, done.stdout
    return done.stdout


def _found(program: str) -> str:
    path = os.pathsep.join([*map(str, _FOLDERS), os.environ["PATH"]])
    if found := shutil.which(program, path=path):
        return found
    reason = f"{program} not found: {_WHENCE.get(program, 'make lint')}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
