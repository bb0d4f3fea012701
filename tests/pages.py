"""The pages of the documentation, and what tests take from them."""

import re
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
PAGES = {path.name: path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))}


def blocks(page: str, language: str) -> list[str]:
    """Give the blocks of code in a language, also those in a list."""
    pattern = rf"^( *)```{language}\n(.*?)^\1```$"
    found = re.findall(pattern, PAGES[page], re.MULTILINE | re.DOTALL)
    return [dedent(block) for _, block in found]


def commands(page: str) -> list[str]:
    """Give the lines that a reader is to type."""
    return [line for block in blocks(page, "sh") for line in block.splitlines()]


def headings(page: str) -> list[str]:
    """Give the headings, without those in a block of code."""
    text = re.sub(r"^ *```.*?^ *```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


def section(page: str, heading: str) -> str:
    """Give what stands under a heading, up to the next one, as one line."""
    found = re.search(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGES[page], re.MULTILINE | re.DOTALL
    )
    assert found, f"{page} has no section {heading}"
    return " ".join(found[1].split())


def anchor(heading: str) -> str:
    """Give the anchor that a heading gets on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
