"""Covers U13: a department is found by what people call it, in any script and without the word for "department"."""

import pytest

from bot.people.naming import names_of
from bot.people.rules import Team


def named(*teams: Team) -> dict[str, int]:
    return {name: team.id for name, team in names_of(teams)}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("仓储部", "仓储"),
        ("技術部門", "技術"),
        ("售后服务中心", "售后服务"),
        ("Billing team", "Billing"),
        ("运维小组", "运维"),
    ],
)
def test_without_the_word_for_department(name: str, short: str) -> None:
    assert named(Team(1, "k", name))[short] == 1


def test_nothing_is_left_out_where_little_would_be_left() -> None:
    assert set(named(Team(1, "k", "IT team"), Team(2, "l", "本部"))) == {"k", "IT team", "l", "本部"}


def test_a_short_name_that_two_have_means_neither_and_a_real_name_goes_first() -> None:
    both = named(Team(1, "a", "售后部"), Team(2, "b", "售后组"))
    assert "售后" not in both
    assert named(Team(1, "a", "售后部"), Team(2, "b", "售后"))["售后"] == 2


def test_longest_first() -> None:
    names = [name for name, _ in names_of([Team(1, "tech", "技术"), Team(2, "lab", "技术支持部")])]
    assert names.index("技术支持部") < names.index("技术")
