import re
from pathlib import Path

import pytest

from pipeline.event.encode import ORDER
from pipeline.event.schema import PAGE_FIELDS, REMOVABLE
from pipeline.explain import members
from pipeline.explain.members import RULES, is_named, rule_of, rule_of_removal

CONTRACT = (Path(__file__).parents[2] / "docs" / "contract.md").read_text()
SECTIONS = dict(re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", CONTRACT, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("path", RULES, ids=".".join)
def test_a_rule_stands_in_the_section_that_it_names(path: members.Path) -> None:
    assert re.search(rf"\b{path[-1]}\b", SECTIONS[str(RULES[path].section)])


@pytest.mark.parametrize(
    "path",
    [
        *(member for member in ORDER if member not in ("properties", "context")),
        *(f"{where}.{field}" for where in ("properties", "context.page") for field in PAGE_FIELDS),
        *(path for path in REMOVABLE),
    ],
)
def test_every_member_that_the_contract_names_has_a_rule(path: str) -> None:
    assert tuple(path.split(".")) in RULES


def test_a_rule_holds_for_what_is_in_a_member() -> None:
    assert rule_of(("context", "browser", "name")) is RULES["context", "browser"]
    assert is_named(("context", "browser", "name"))


def test_what_the_contract_does_not_name_passes_through() -> None:
    assert rule_of(("properties", "price")).text.endswith("it passes through")
    assert not is_named(("properties", "price"))


@pytest.mark.parametrize("path", ["properties", "context", "context.page"])
def test_an_empty_object_is_none_that_passed_through(path: str) -> None:
    assert rule_of(tuple(path.split("."))) == (4, "an object; where it is absent, an empty one")


@pytest.mark.parametrize(
    ("path", "value", "warning", "text"),
    [
        ("name", None, None, "it is absent: nothing was sent"),
        ("name", " ", None, "it is absent: nothing was sent"),
        ("writeKey", "wk", None, RULES[("writeKey",)].text),
        ("sentAt", "x", ("invalid_timestamp", "sentAt"), "it is no time that can be read"),
        ("channel", 3, ("invalid_type", "channel"), "its JSON type makes no sense there"),
        ("properties.title.a", 1, ("invalid_type", "properties.title"), "its JSON type makes no"),
        ("properties.title", "x", ("invalid_type", "properties.url"), "that of properties"),
    ],
)
def test_why_a_member_is_not_there(
    path: str, value: object, warning: tuple[str, str] | None, text: str
) -> None:
    warnings = [warning] if warning else []
    assert rule_of_removal(tuple(path.split(".")), value, warnings).text.startswith(text)
