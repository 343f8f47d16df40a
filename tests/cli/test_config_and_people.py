"""`baton config` and `baton people`, as an operator uses them."""

from pathlib import Path

from bot.teamfile.schema import TeamTable
from tests.cli.conftest import Terminal

DEMO = str(Path(__file__).parents[2] / "manifests" / "baton.toml")
TEAM = '[[teams]]\nkey = "support"\nname = "客服部"\n'


def test_a_team_file_is_applied_once_and_says_what_changed(baton: Terminal) -> None:
    lines = baton.well("config", "apply", DEMO).splitlines()
    assert "+ team support" in lines
    assert "+ person lin" in lines
    assert lines[-1] == f"{len(lines) - 1} changes."
    assert baton.well("config", "apply", DEMO) == "Nothing to change.\n"


def test_what_is_exported_can_be_applied(baton: Terminal) -> None:
    baton.well("config", "apply", DEMO)
    exported = baton.well("config", "export")
    assert baton.well("config", "apply", baton.write("mine.toml", exported)) == "Nothing to change.\n"
    elsewhere = {"BATON_DATABASE_URL": "sqlite:///other.db"}
    baton.well("config", "apply", "mine.toml", **elsewhere)
    assert baton.well("config", "export", **elsewhere) == exported


def test_a_dry_run_changes_nothing(baton: Terminal) -> None:
    name = baton.write("team.toml", TEAM)
    assert baton.well("config", "apply", "--dry-run", name) == "+ team support\n1 change.\n"
    assert baton.well("config", "export") == ""
    assert baton.well("config", "apply", name) == "+ team support\n1 change.\n"


def test_a_wrong_team_file_is_refused_line_by_line_and_nothing_is_applied(baton: Terminal) -> None:
    name = baton.write("team.toml", TEAM + 'colour = "red"\n\n[[people]]\nkey = "lin"\nname = "林晓"\nrole = "agnt"\n')
    known = ", ".join(TeamTable.model_fields)
    assert baton.refused("config", "apply", name) == [
        f"team.toml:4: teams.colour: unknown key; known here: {known}",
        "team.toml:9: people.role: “agnt” is unknown; did you mean “agent”? Possible are: customer, agent, technician, "
        "supervisor, analyst, admin",
    ]
    baton.well("migrate")
    assert baton.well("config", "export") == ""


def test_people_come_and_go(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("team.toml", TEAM))
    add = ("people", "add", "mei", "--name", "梅", "--team", "support", "--slack", "U0MEI", "--telegram", "1009")
    assert baton.well(*add) == "梅 is there now, as mei.\n"
    listed = "mei\t梅\tagent\tsupport\tslack:U0MEI,telegram:1009,web:mei\n"
    assert baton.well("people", "list") == listed
    assert baton.well("people", "list", "--role", "customer") == ""
    assert baton.well("people", "disable", "slack:U0MEI") == "梅 is disabled; 0 open tickets are back in the queue.\n"
    assert baton.refused("people", "disable", "mei") == ["梅 is disabled already."]
    assert baton.well("people", "list") == ""
    assert baton.well("people", "list", "--all") == listed.rstrip() + "\tdisabled\n"
    assert baton.well("config", "apply", "team.toml") == "Nothing to change.\n"
    assert baton.well("people", "enable", "mei") == "梅 may work again.\n"
    assert baton.refused("people", "enable", "mei") == ["梅 is not disabled."]


def test_people_who_can_not_be_added_or_found(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("team.toml", TEAM))
    baton.well("people", "add", "mei", "--name", "梅")
    assert "key “mei” already" in baton.refused("people", "add", "mei", "--name", "M")[0]
    assert baton.refused("people", "add", "m2", "--name", "")[0].startswith("name: ")
    assert "belongs to 梅" in baton.refused("people", "add", "m2", "--name", "M", "--web", "mei")[0]
    assert "there are: support" in baton.refused("people", "add", "m2", "--name", "M", "--team", "tech")[0]
    assert "nobody called “xiu”" in baton.refused("people", "disable", "xiu")[0]
    wrong = baton.refused("people", "add", "m 2", "--name", "M", "--role", "agnet", "--slack", "mei", "--email", "m")
    assert [line.partition(":")[0] for line in wrong] == ["key", "role", "slack", "email"]
