"""Which policy holds, what a team file may say of it, and what `baton check` says of one that is good for nothing."""

from pathlib import Path

import pytest

from bot.clocks.rules import Policy, Subject, chosen, never_chosen
from bot.errors import ConfigurationProblem
from bot.language.catalogue import Words
from bot.teamfile.checking_clocks import clock_doubts
from bot.teamfile.reading import parse
from bot.workspace import POLICIES_KEY
from tests.clocks.desk import desk, policy
from tests.factories import team_file

ON = "ticket.resolution"


def made(key: str, **row: object) -> Policy:
    """A policy from a row."""
    return Policy.read(key, policy(ON, **row))  # type: ignore[arg-type]


ALL = made("all")
URGENT = made("urgent", priorities=["urgent"])
TECH = made("tech", teams=["tech"])
GOLD_TECH = made("gold-tech", teams=["tech"], tiers=["Gold"])
OTHER = Policy.read("other", policy("ticket.first_response"))
POLICY_LIST = [ALL, URGENT, TECH, GOLD_TECH, OTHER]


@pytest.mark.parametrize(
    ("subject", "key", "others"),
    [
        (Subject("support", "", "normal", ""), "all", 0),
        (Subject("support", "", "urgent", ""), "urgent", 1),
        (Subject("tech", "", "urgent", ""), "urgent", 2),
        (Subject("tech", "", "low", "gold"), "gold-tech", 2),
    ],
)
def test_the_most_specific_holds_and_among_equals_the_first(subject: Subject, key: str, others: int) -> None:
    """Covers U25, P9: by team, type, priority and tier, however it is capitalised."""
    found = chosen(POLICY_LIST, ON, subject)
    assert found is not None
    assert (found.policy.key, found.others) == (key, others)
    assert found.because == found.policy.selected_by


def test_where_none_fits_nothing_is_measured() -> None:
    assert chosen([URGENT, OTHER], ON, Subject("support", "", "low", "")) is None


def test_one_that_always_comes_second_is_found() -> None:
    """Covers C7: it looks as if it did something."""
    twin, wider = made("twin", priorities=["urgent"]), made("wider", priorities=["urgent", "high"])
    assert never_chosen([URGENT, twin]) == [(twin, URGENT)]
    assert never_chosen([twin, wider, ALL]) == []
    assert never_chosen([wider, twin]) == [(twin, wider)]
    assert never_chosen(POLICY_LIST) == []


def test_a_snapshot_reads_back_as_it_was() -> None:
    full = made("full", steps=("10m", "target-15m"), teams=["tech"], pauses=["colleague"], ack="1h", at_night="urgent")
    assert Policy.read("full", full.row) == full
    assert full.row["version"] == 1


FULL = """
[[policies]]
key = "full"
on = "collab.response"
target = "2h biz"
teams = ["tech"]
types = ["BUG"]
priorities = ["urgent"]
tiers = ["gold"]
pauses = ["customer", "colleague"]
ack = "45m"
proof = "3m"
at_night = "urgent"
steps = [{ at = "target-15m", notify = ["assignee"], via = ["thread"] }]
"""


def test_a_team_file_says_it_all(tmp_path: Path) -> None:
    """Covers G5: everything about a policy stands in the file."""
    text = team_file(tmp_path, more=FULL).read_text("utf-8")
    (table,) = parse(text, "baton.toml", Words("en")).policies
    read = Policy.read("full", table.model_dump(mode="json", exclude_unset=True))
    assert (read.teams, read.types, read.priorities, read.tiers) == (("tech",), ("BUG",), ("urgent",), ("gold",))
    assert (str(read.ack), str(read.proof), read.at_night) == ("45m", "3m", "urgent")
    assert read.pauses == ("customer", "colleague")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('teams = ["tech"]', 'teams = ["teck"]'),
        ('priorities = ["urgent"]', 'priorities = ["urgnet"]'),
        ('pauses = ["customer", "colleague"]', 'pauses = ["lunch"]'),
        ('ack = "45m"', 'ack = "soon"'),
        ('at_night = "urgent"', 'at_night = "sometimes"'),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, line: str, wrong: str) -> None:
    text = team_file(tmp_path, more=FULL.replace(line, wrong)).read_text("utf-8")
    number = text[: text.index(wrong)].count("\n") + 1
    with pytest.raises(ConfigurationProblem) as problem:
        parse(text, "baton.toml", Words("en"))
    assert str(problem.value).startswith(f"baton.toml:{number}: policies.")


async def test_check_finds_what_will_come_to_nothing(database_url: str) -> None:
    """Covers C7: a policy that is never chosen, and a warning that comes with the start."""
    rows = {
        "first": policy(ON, steps=("target-15m",)),
        "second": policy(ON),
        "hasty": policy("collab.response", "10m", ("target-15m",)),
    }
    async with desk(database_url) as at:
        await at.database.write(lambda unit: unit.keys.put(POLICIES_KEY, rows))
        found = await at.database.read(lambda unit: list(clock_doubts(unit)))
    words = Words("en")
    assert [words(problem.key, **dict(problem.values)) for problem in found] == [
        "The policy “second” is never chosen: “first” always comes before it.",
        "In the policy “hasty” the step “target-15m” falls due at once, as only 10m are allowed.",
    ]
