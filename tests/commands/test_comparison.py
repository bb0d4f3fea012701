import io
from typing import Any

import pytest
from rich.console import Console

from pipeline.commands.comparison import compare, comparison_table


@pytest.mark.parametrize(
    ("raw", "canonical", "rows"),
    [
        pytest.param({"a": 1}, {"a": 1}, [(" ", "a: 1", "a: 1")], id="the same"),
        pytest.param({}, {"a": 1}, [("+", "", "a: 1")], id="added"),
        pytest.param({"a": 1}, {"a": 2}, [("~", "a: 1", "a: 2")], id="changed"),
        pytest.param({"a": True}, {"a": 1}, [("~", "a: true", "a: 1")], id="of another type"),
        pytest.param({"a": None}, {}, [("-", "a: null", "")], id="removed"),
        pytest.param(
            {"z": 1, "b": 1, "a": 1},
            {"a": 1, "b": 1},
            [(" ", "a: 1", "a: 1"), (" ", "b: 1", "b: 1"), ("-", "z: 1", "")],
            id="in the canonical order, removed ones last",
        ),
        pytest.param(
            {"a": {"b": "x"}},
            {"a": {"b": "x", "c": ["ü"]}},
            [(" ", "a", "a"), (" ", '  b: "x"', '  b: "x"'), ("+", "", '  c: ["ü"]')],
            id="a member of a member",
        ),
        pytest.param(
            {}, {"a": {"b": 1}}, [("+", "", "a"), ("+", "", "  b: 1")], id="a whole object added"
        ),
        pytest.param(
            {"a": {"b": 1}},
            {"a": 2},
            [("~", "a", "a: 2"), ("-", "  b: 1", "")],
            id="an object that became a number",
        ),
        pytest.param(
            {"a": {}},
            {"a": {"b": 1}},
            [("~", "a: {}", "a"), ("+", "", "  b: 1")],
            id="an empty object that was filled",
        ),
    ],
)
def test_compare(
    raw: dict[str, Any], canonical: dict[str, Any], rows: list[tuple[Any, str, str]]
) -> None:
    assert [(row.mark, row.raw, row.canonical) for row in compare(raw, canonical)] == rows


def test_a_row_knows_where_its_member_stands() -> None:
    paths = [row.path for row in compare({"a": {"gone": 0}}, {"a": {"b": {"c": 1}}})]
    assert paths == [("a",), ("a", "b"), ("a", "b", "c"), ("a", "gone")]


def test_without_colours_the_marks_tell() -> None:
    assert _shown(24, color_system=None) == [
        "raw            canonical",
        "same: 1        same: 1",
        '            +  text: "l…',
        "gone: 0     -",
    ]


def test_with_colours_what_was_added_is_green_and_what_was_removed_red() -> None:
    lines = _shown(24, color_system="standard", force_terminal=True)
    assert "\x1b[32mtext: " in lines[2]
    assert "\x1b[31mgone: 0" in lines[3]


def _shown(width: int, **options: Any) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, **options)
    console.print(comparison_table({"same": 1, "gone": 0}, {"same": 1, "text": "long" * 9}))
    return [line.rstrip() for line in out.getvalue().splitlines()]
