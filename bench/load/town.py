"""The house that is under load: 40 teams with a room and an intake channel each, 300 agents, a few articles."""

import json
from pathlib import Path

from bench import knowledge_sample
from bench.load.plan import AGENTS, TEAMS, agents_of, team_key

ARTICLES = 300

_HEAD = """\
[workspace]
name = "Aurora"
locale = "zh-CN"
timezone = "Asia/Shanghai"

[knowledge]
answer_customers = false
"""
_TEAM = """
[[teams]]
key = "{key}"
name = "客服{number:02d}部"
lead = "a{lead:03d}"
slack_channel = "{room}"
intake = ["slack:{intake}"]
digest = "off"
"""
_PERSON = """
[[people]]
key = "a{number:03d}"
name = "客服{number:03d}"
role = "{role}"
teams = ["{team}"]
slack = "{user}"
"""


def room(team: int) -> str:
    """The Slack channel of a team."""
    return f"C0TEAM{team:02d}"


def intake(team: int) -> str:
    """The Slack channel in which customers ask it."""
    return f"C0HELP{team:02d}"


def agent(number: int) -> str:
    """A colleague's Slack id."""
    return f"U0A{number:03d}"


def customer(conversation: int) -> str:
    """A customer's Slack id."""
    return f"U1C{conversation:06d}"


def team_file(folder: Path) -> Path:
    """Write the team file. Its policies are Baton's own: clocks run, alerts are due in hours."""
    parts = [_HEAD]
    for team in range(TEAMS):
        of = agents_of(team)
        key = team_key(team)
        parts.append(_TEAM.format(key=key, number=team + 1, lead=of[0], room=room(team), intake=intake(team)))
        for number in of:
            role = "supervisor" if number == of[0] else "agent"
            parts.append(_PERSON.format(number=number, role=role, team=key, user=agent(number)))
    path = folder / "baton.toml"
    path.write_text("".join(parts), "utf-8")
    return path


def articles(folder: Path) -> Path:
    """Write what `baton kb import` brings in: a piece of the sample of public questions."""
    documents, _ = knowledge_sample.read()
    rows = ({"id": f"a{each.id}", "title": each.title[:180], "body": each.body} for each in documents[:ARTICLES])
    path = folder / "articles.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def staff() -> range:
    """The numbers of all colleagues."""
    return range(AGENTS)
