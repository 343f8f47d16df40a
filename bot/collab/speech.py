"""What somebody says in the thread of a request without speaking to Baton: the clearest words count all the same.

`接受 2h`, `完成 已更换打印头`, `done: replaced it` are what they look like, where the department that was asked speaks
of its request; whatever could as well be talk (`return the cable please`) is passed on as talk.
"""

import re
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageReceived
from bot.chat.text import plain
from bot.chat.words import Spoken, parse
from bot.collab.arguments import team_first
from bot.collab.times import is_time
from bot.duty.roster import team_calendar
from bot.tickets.finding import Where, where
from bot.tickets.rules import Side

_WITH_TIME = ("accept", "eta")
_WITH_WORDS = ("done", "return")
_MARKED = re.compile(r"\s*\S+\s*[:：,，]")
# In a ticket's own thread the name of a department has to follow, which nobody says by chance.
_ASKING = "collab"


def spoken(context: Context, event: MessageReceived) -> Spoken | None:
    """The command in a message that nobody addressed to Baton."""
    if event.addressed or event.direct or not (event.place.thread or event.reply_to):
        return None
    command = parse(event.text)
    if command is None or command.word not in (*_WITH_TIME, *_WITH_WORDS, _ASKING):
        return None
    found = where(context.unit, event.place, event.reply_to)
    if found is None or found.side is Side.CUSTOMER:
        return None
    if command.word == _ASKING:
        return _asking(context, command, found)
    return _answering(context, event, command, found)


def _asking(context: Context, command: Spoken, found: Where) -> Spoken | None:
    team, said = team_first(context.unit, command.rest)
    if found.side is not Side.TEAM or team is None or not plain(said).strip():
        return None
    return command if command.reference else replace(command, reference=found.ticket.reference)


def _answering(context: Context, event: MessageReceived, command: Spoken, found: Where) -> Spoken | None:
    if found.side is not Side.HELPER:
        return None
    said, rest = plain(event.text), plain(command.rest).strip()
    if command.word in _WITH_TIME:
        unit = context.unit
        team = unit.people.team(unit.collab.get(found.request).team)
        clear = not rest if command.word == "accept" else False
        clear = clear or is_time(rest, unit.now, team_calendar(unit, team).zone)
    else:
        clear = bool(rest) and (not said.lstrip()[:1].isascii() or bool(_MARKED.match(said)))
    if not clear:
        return None
    return command if command.reference else replace(command, reference=f"C-{found.request}")
