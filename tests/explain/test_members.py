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


@pytest.mark.parametrize("value", [None, " "])
def test_what_was_absent_is_said_to_be(value: object) -> None:
    assert rule_of_removal(("name",), value) == (3, "it is absent: nothing was sent")


def test_what_was_there_is_removed_by_its_own_rule() -> None:
    assert rule_of_removal(("writeKey",), "wk") is RULES[("writeKey",)]
