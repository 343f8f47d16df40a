"""A team file is checked whole; every problem names its line and what would be right."""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.errors import ConfigurationProblem
from bot.language.catalogue import LOCALES, Words
from bot.people.rules import Role, Visibility
from bot.teamfile.reading import parse, read
from bot.teamfile.schema import TeamFile

CONTRACT = """\
[workspace]
name = "Aurora"
locale = "zh-CN"
timezone = "Asia/Shanghai"

[[calendars]]
key = "office"
timezone = "Asia/Shanghai"
hours = { mon = ["09:00-12:00", "13:30-18:00"], tue = ["09:00-12:00", "13:30-18:00"] }
holidays = "CN"            # public holidays and make-up working days
closed = ["2026-12-25"]
open = { "2026-12-26" = ["10:00-16:00"] }

[[teams]]
key = "support"
name = "客服部"
aliases = ["客服"]
calendar = "office"
lead = "wang"
slack_channel = "C0SUPPORT"
telegram_chat = "-1001234/17"
intake = ["slack:C0HELP", "telegram:-1007777"]

[[people]]
key = "lin"
name = "林晓"
role = "agent"
teams = ["support"]
skills = ["refund"]
slack = "U0LIN"
telegram = "1001"
email = "lin@example.com"

[[people]]
key = "wang"
name = "王"
role = "supervisor"

[[policies]]
key = "collab-default"
on = "collab.response"
target = "2h biz"
steps = [
  { at = "10m",        notify = ["assignee"],   via = ["dm"] },
  { at = "target-15m", notify = ["assignee", "person:wang"],   via = ["thread"] },
  { at = "target",     notify = ["supervisors"], via = ["dm", "sms"] },
]
"""


def problems(text: str, locale: str = "en") -> list[str]:
    """All that is wrong with a text."""
    with pytest.raises(ConfigurationProblem) as caught:
        parse(dedent(text), "baton.toml", Words(locale))
    return list(caught.value.lines)


def test_the_example_of_the_contract_is_understood() -> None:
    teamfile = parse(CONTRACT, "baton.toml", Words("en"))
    team, person, policy = teamfile.teams[0], teamfile.people[0], teamfile.policies[0]
    assert (team.key, team.lead, team.telegram_chat, team.audience) == (
        "support",
        "wang",
        "-1001234/17",
        Visibility.INTERNAL,
    )
    assert team.intake == ("slack:C0HELP", "telegram:-1007777")
    assert (person.role, person.slack, person.telegram) == (Role.AGENT, ("U0LIN",), ("1001",))
    assert (policy.target, policy.steps[1].at, policy.steps[2].via) == ("2h biz", "target-15m", ("dm", "sms"))
    assert teamfile.calendars[0].open == {"2026-12-26": ("10:00-16:00",)}


def test_an_empty_file_says_nothing() -> None:
    assert parse("", "baton.toml", Words("en")) == TeamFile()


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() -> None:
    assert problems(
        """\
        [workspace]
        name = "Aurora"
        timzone = "Asia/Shanghai"
        """
    ) == ["baton.toml:3: workspace.timzone: unknown key; did you mean “timezone”?"]


def test_an_unknown_table_and_one_that_resembles_nothing() -> None:
    assert problems("[[team]]\nkey = 'x'\n") == ["baton.toml:1: team: unknown key; did you mean “teams”?"]
    (line,) = problems("[workspace]\n\nzzzzzz = 1\n")
    assert line.startswith("baton.toml:3: workspace.zzzzzz: unknown key; known here: name, locale,")


WRONG = """\
[workspace]
locale = "tlh"
file_limit = "huge"

[[calendars]]
key = "office"
holidays = "China"
closed = ["2026-02-30", 2026-12-25]
[calendars.hours]
mon = ["18:00-09:00"]
tue = ["09:00-12:00", "11:00-13:00"]
mno = ["09:00-12:00"]

[[teams]]
key = "support desk"
slack_channel = "#support"
topic_per_ticket = "yes"
audience = "everybody"
intake = ["C0HELP", "matrix:room"]

[[people]]
key = "lin"
name = 5
role = "agnet"
slack = ["@lin"]
telegram = "lin"
email = "lin at example"

[[policies]]
key = "p"
on = "collab.respons"
target = "0m"
steps = [
  { at = "soon", notify = ["asignee"], via = ["pigeon"] },
  { at = "5m", notify = [], via = ["dm"] },
]
"""

WRONG_ANSWERS = (
    "baton.toml:2: workspace.locale: Baton does not speak “tlh”",
    "baton.toml:3: workspace.file_limit: “huge” is no size",
    "baton.toml:7: calendars.holidays: “China” is no country",
    "baton.toml:8: calendars.closed: “2026-02-30” is no day",
    "baton.toml:10: calendars.hours.mon: “18:00-09:00” is no span",
    "baton.toml:11: calendars.hours.tue: “11:00-13:00” begins before",
    "baton.toml:12: calendars.hours.mno: “mno” is unknown; did you mean “mon”?",
    "baton.toml:14: teams: “name” is missing",
    "baton.toml:15: teams.key: “support desk” is no key",
    "baton.toml:16: teams.slack_channel: “#support” is no id",
    "baton.toml:17: teams.topic_per_ticket: this must be true or false",
    "baton.toml:18: teams.audience: “everybody” is none of these: internal, public",
    "baton.toml:19: teams.intake: “C0HELP” is no room",
    "baton.toml:19: teams.intake: there is no platform “matrix”",
    "baton.toml:23: people.name: this must be a text in quotes",
    "baton.toml:24: people.role: “agnet” is unknown; did you mean “agent”?",
    "baton.toml:25: people.slack: “@lin” is no id of a Slack member",
    "baton.toml:26: people.telegram: “lin” is no id",
    "baton.toml:27: people.email: “lin at example” is no e-mail address",
    "baton.toml:31: policies.on: “collab.respons” is unknown; did you mean “collab.response”?",
    "baton.toml:32: policies.target: “0m” leaves no time",
    "baton.toml:34: policies.steps.at: “soon” is no moment",
    "baton.toml:34: policies.steps.notify: “asignee” is unknown; did you mean “assignee”?",
    "baton.toml:34: policies.steps.via: “pigeon” is none of these: thread, dm,",
    "baton.toml:35: policies.steps.notify: this must not be empty",
)


def test_all_problems_are_reported_at_once_in_the_order_of_the_file() -> None:
    lines = problems(WRONG)
    numbers = [int(line.split(":")[1]) for line in lines]
    assert numbers == sorted(numbers)
    assert len(lines) == len(WRONG_ANSWERS)
    for answer in WRONG_ANSWERS:
        assert any(line.startswith(answer) for line in lines), answer


def test_what_the_knowledge_base_can_not_be_told() -> None:
    """Silence is counted by the wall clock, and whoever is to hear of gaps must be there."""
    silence, owner = problems('[knowledge]\nsilence = "2h biz"\n'), problems('[knowledge]\nowner = "lin"\n')
    assert silence == [
        "baton.toml:2: knowledge.silence: “2h biz” counts business hours; write a plain length such as 24h"
    ]
    assert owner == ["baton.toml:2: knowledge.owner: there is no person “lin”"]


def test_names_that_lead_nowhere_and_names_given_twice() -> None:
    assert problems(
        """\
        [workspace]
        default_team = "suport"
        [[teams]]
        key = "support"
        name = "客服部"
        calendar = "office"
        lead = "lin"
        slack_channel = "C0ONE"
        [[teams]]
        key = "tech"
        name = "技术部"
        aliases = ["SUPPORT"]
        slack_channel = "C0ONE"
        web_room = "support"
        lead = "nobody"
        [[people]]
        key = "lin"
        name = "林晓"
        role = "customer"
        slack = "U0LIN"
        [[people]]
        key = "lin"
        name = "林"
        role = "agent"
        teams = ["tehc"]
        slack = "U0LIN"
        [[policies]]
        key = "p"
        on = "ticket.resolution"
        target = "1d"
        steps = [{ at = "target", notify = ["person:wang"], via = ["dm"] }]
        """
    ) == [
        "baton.toml:2: workspace.default_team: there is no team “suport”; did you mean “support”?",
        "baton.toml:6: teams.calendar: there is no calendar “office”",
        "baton.toml:12: teams.aliases: “SUPPORT” already names another team, in line 4",
        "baton.toml:13: teams.slack_channel: slack:C0ONE already belongs to another team, in line 8",
        "baton.toml:14: teams.web_room: web:support already belongs to another team, in line 3",
        "baton.toml:15: teams.lead: there is no person “nobody”",
        "baton.toml:21: people.web: web:lin already belongs to somebody else, in line 16",
        "baton.toml:22: people.key: “lin” stands already in line 17",
        "baton.toml:25: people.teams: there is no team “tehc”; did you mean “tech”?",
        "baton.toml:26: people.slack: slack:U0LIN already belongs to somebody else, in line 20",
        "baton.toml:31: policies.steps.notify: there is no person “wang”",
    ]


def test_what_is_no_toml_is_named_with_its_line() -> None:
    assert problems("[workspace]\nname = Aurora\n") == ["baton.toml:2: this is not TOML: Invalid value"]
    (line,) = problems('[workspace]\nname = "Aurora')
    assert line.startswith("baton.toml:2: this is not TOML:")
    (line,) = problems("[workspace]\n[workspace]\n")
    assert line.startswith("baton.toml:2: this is not TOML: Cannot declare")


def test_a_file_in_another_encoding_or_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_bytes('# ok\nname = "客服"\n'.encode("gbk"))
    with pytest.raises(ConfigurationProblem, match=r"team\.toml:2: this is not UTF-8"):
        read(path, Words("en"))
    with pytest.raises(ConfigurationProblem, match="can't be read: No such file"):
        read(tmp_path / "none.toml", Words("en"))


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode())
    assert read(path, Words("en")) == parse(CONTRACT, "", Words("en"))


@pytest.mark.parametrize("locale", LOCALES)
def test_problems_are_told_in_the_operators_language(locale: str) -> None:
    (line,) = problems("[workspace]\ntimzone = 'UTC'\n", locale)
    assert line.startswith("baton.toml:2: workspace.timzone")
    assert "timezone" in line
    assert {"en": "did you mean", "zh-CN": "是不是想写", "zh-TW": "沒有這個鍵"}[locale] in line


def test_numbers_and_days_may_be_written_bare() -> None:
    teamfile = parse(
        '[workspace]\nfile_limit = "5 MB"\n'
        "[[calendars]]\nkey = 'c'\nclosed = [2026-12-25]\n"
        "[[people]]\nkey = 'a'\nname = 'A'\nrole = 'agent'\ntelegram = [1001, '1002']\nweb = ''\n",
        "baton.toml",
        Words("en"),
    )
    assert teamfile.workspace.file_limit == 5_000_000
    assert teamfile.calendars[0].closed == ("2026-12-25",)
    assert teamfile.people[0].telegram == ("1001", "1002")
    assert teamfile.people[0].web == ()
