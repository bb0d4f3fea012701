import subprocess
import sys

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def test_imports_keep_the_direction_that_pyproject_toml_draws() -> None:
    # In a process of its own: it configures logging, which silences every logger there is.
    done = subprocess.run([sys.executable, "-c", LINT], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
