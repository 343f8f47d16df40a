"""`baton check`: one line for each problem, exit 1 if Baton can't work with one."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

DEMO = Path(__file__).parents[2] / "manifests" / "baton.toml"
SOUND = (
    '[[teams]]\nkey = "support"\nname = "客服部"\nlead = "wang"\n'
    '[[people]]\nkey = "wang"\nname = "王芳"\nrole = "supervisor"\nteams = ["support"]\n'
)


def doubts(baton: Terminal, **variables: str) -> list[str]:
    """The warnings of a check that finds nothing fatal.

    But for the demo team's Chinese holidays: whether next year's are known depends on the day on which this runs
    (tests/calendars has them, with a clock).
    """
    done = baton("check", **variables)
    assert done.code == 0, done
    lines = [line.removeprefix("warning: ") for line in done.err.splitlines()]
    return [line for line in lines if not line.startswith("The public holidays of CN")]


def test_a_fresh_machine_is_well_but_for_the_database_that_run_will_make(baton: Terminal) -> None:
    (line,) = doubts(baton)
    assert line.startswith("The database is still empty")
    assert list(baton.folder.iterdir()) == []


def test_a_set_up_machine_is_well(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    assert baton.well("check") == "All is well.\n"


def test_it_is_told_in_chinese(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    assert baton.well("check", LANG="zh_CN.UTF-8") == "一切正常。\n"


def test_a_team_file_that_waits_is_mentioned_and_not_applied(baton: Terminal) -> None:
    baton.write("baton.toml", SOUND)
    baton.well("migrate")
    assert doubts(baton) == [
        "The team file has changes that are not applied yet (2); the next start applies them, or `baton config apply`."
    ]
    assert baton.well("people", "list") == ""


def test_a_wrong_team_file_is_fatal(baton: Terminal) -> None:
    baton.write("baton.toml", SOUND.replace("lead", "laed"))
    lines = baton.refused("check")
    assert "baton.toml:4: teams.laed: unknown key; did you mean “lead”?" in lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOUND.replace('lead = "wang"\n', ""), "客服部 has no lead, so nobody hears of what is left undone."),
        (SOUND.replace('teams = ["support"]\n', ""), "客服部 has no members."),
        (SOUND.replace("supervisor", "customer"), "客服部 is led by 王芳, who is disabled or a customer."),
        (SOUND.replace('lead = "wang"\n', 'lead = "wang"\nweb_room = ""\n'), "客服部 has no room where Baton is (web)"),
        (
            SOUND.replace('lead = "wang"\n', 'lead = "wang"\nintake = ["slack:C0HELP"]\n'),
            "客服部 has the room slack:C0HELP, but slack is not on.",
        ),
        (SOUND + 'web = ""\n', "These colleagues have no account where Baton is (web): 王芳."),
        (SOUND + '[[calendars]]\nkey = "never"\n', "The calendar “never” has no open hours"),
    ],
)
def test_what_will_not_work_is_said_before_somebody_waits_in_vain(baton: Terminal, text: str, said: str) -> None:
    baton.well("config", "apply", baton.write("baton.toml", text))
    (line,) = doubts(baton)
    assert line.startswith(said)


def test_a_lead_who_was_disabled(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    baton.well("people", "disable", "wang")
    assert doubts(baton) == ["客服部 has no members.", "客服部 is led by 王芳, who is disabled or a customer."]


def test_no_team_at_all_is_fatal(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("empty.toml", ""))
    (line,) = baton.refused("check")
    assert line == "There is no team, so no ticket has a home: name one in baton.toml."


def test_nobody_can_talk_to_baton(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    assert baton.refused("check", BATON_LOCAL_CHAT="off")[0].startswith("Nobody can talk to Baton")


def test_a_misspelt_variable_is_noticed(baton: Terminal) -> None:
    baton.well("config", "apply", str(DEMO))
    assert doubts(baton, BATON_PROT="9000", BATON_FAILPOINT="x") == [
        "BATON_PROT is no setting of Baton; did you mean BATON_PORT?"
    ]


def test_a_database_that_is_away_does_not_hide_the_other_problems(baton: Terminal) -> None:
    url = "postgresql://u:hush@127.0.0.1:1/baton"
    lines = baton.refused("check", BATON_DATABASE_URL=url, BATON_PROT="1", BATON_CONFIG=baton.write("b.toml", "x = 1"))
    text = "\n".join(lines)
    assert "did you mean BATON_PORT?" in text
    assert "postgresql://u:***@127.0.0.1:1/baton can’t be used" in text
    assert "b.toml:1: x: unknown key" in text
    assert "hush" not in text


def test_a_database_that_can_not_be_written_is_fatal(baton: Terminal) -> None:
    baton.well("config", "apply", str(DEMO))
    database = baton.folder / "var" / "baton.db"
    database.write_bytes(b"this is no database, and far too long to be an empty one " * 100)
    (line,) = [line for line in baton.refused("check") if not line.startswith("warning: ")]
    assert "sqlite:///var/baton.db" in line
    shutil.rmtree(baton.folder / "var")


def test_a_platform_that_does_not_answer_is_named(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    lines = baton.refused(
        "check",
        TELEGRAM_BOT_TOKEN="110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        TELEGRAM_API_URL="http://127.0.0.1:1",
        BATON_LOCAL_CHAT="on",
    )
    assert any(line.startswith("Telegram can't be reached") for line in lines)


def test_slack_over_http_wants_to_know_its_address(baton: Terminal) -> None:
    baton.well("config", "apply", baton.write("baton.toml", SOUND))
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush", "SLACK_API_URL": "http://127.0.0.1:1"}
    done = baton("check", BATON_LOCAL_CHAT="on", **slack)
    assert "warning: BATON_PUBLIC_URL is not set" in done.err
    assert "hush" not in done.err


def test_a_private_mailbox_of_the_staff_is_named(baton: Terminal) -> None:
    """Covers G2: the workspace says which mail domains are the house's; a customer's address is his own business."""
    customer = '[[people]]\nkey = "ann"\nname = "Ann"\nrole = "customer"\nemail = "ann@example.org"\n'
    house = '[workspace]\nmail_domains = ["@Aurora.example"]\n'
    baton.write("baton.toml", f'{house}{SOUND}email = "wang@AURORA.example"\n{customer}')
    baton.well("config", "apply", "baton.toml")
    assert baton.well("check") == "All is well.\n"
    baton.write("baton.toml", f'{house}{SOUND}email = "wang.fang@mail.example"\n{customer}')
    baton.well("config", "apply", "baton.toml")
    (line,) = doubts(baton)
    assert line.startswith("The addresses of 王芳 are not of aurora.example")
