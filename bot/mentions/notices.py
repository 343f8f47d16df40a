"""What the thread is told about somebody who was called there: that he is away, or can't be reached."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.text import Text, link
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.duty import roster
from bot.language.catalogue import Words
from bot.mentions.rules import Mention, State
from bot.people.rules import Person, Team
from bot.tickets.rules import Side, Thread
from bot.unit import Unit
from bot.workspace import House

# What a link to the bot carries that leads nowhere in particular.
_GREETING = "hello"


def save_state(unit: Unit, mention: Mention, state: State) -> None:
    """Store what became of it."""
    if state is not mention.state:
        unit.mentions.save(replace(mention, state=state))


def off_duty(unit: Unit, house: House, mention: Mention, person: Person, back: datetime | None, state: State) -> None:
    """Until when he is away, who is on duty in his department, and when he hears of it."""
    team = _team(unit, mention, person)
    present = [each.name for each in roster.on_duty_of(unit, team, unit.now)] if team else []

    def said(words: Words) -> Text:
        away = words("duty.off_until", name=person.name, at=back) if back else words("duty.off", name=person.name)
        on_duty = words("mention.on_duty", team=team.name, names=words.joined(present)) if team and present else ""
        nobody = words("mention.nobody_on_duty", team=team.name) if team and not present else ""
        when = words(f"mention.when.{state.value}") if state in (State.HELD, State.TOLD) else ""
        return spans(" ".join(part for part in (away, on_duty, nobody, when) if part))

    _tell_thread(unit, house, mention, "away", said)


def _team(unit: Unit, mention: Mention, person: Person) -> Team | None:
    """The department in which somebody else can be found: his own, the ticket's first if he belongs to several."""
    ticket = unit.tickets.get(unit.tickets.message(mention.message).ticket)
    own = [team for team in unit.people.teams() if team.id in person.teams]
    return next((team for team in own if team.id == ticket.team), next(iter(own), None))


def unreachable(unit: Unit, house: House, mention: Mention, person: Person) -> None:
    """That he can't be reached, why, and how to mend it."""
    accounts = [each for each in unit.people.accounts(person.id) if each.platform in house.platforms]
    invitation = next(
        (address for each in accounts if (invite := house.invitations.get(each.platform))
         and (address := invite(_GREETING))), ""
    )  # fmt: skip

    def said(words: Words) -> Text:
        if not accounts:
            return spans(words("mention.no_account", name=person.name))
        platforms = words.joined(sorted({words(f"platform.{each.platform}") for each in accounts}))
        told = words("mention.unreachable", name=person.name, platforms=platforms)
        if not invitation:
            return spans(told, " ", words("mention.mend"))
        return spans(told, " ", words("mention.mend_by_link"), " ", link(invitation, invitation))

    _tell_thread(unit, house, mention, "unreachable", said)


def unsure(unit: Unit, house: House, mention: Mention, names: tuple[str, ...]) -> None:
    """That several colleagues are called so; `mention` only says where."""
    _tell_thread(
        unit, house, mention, "unsure", lambda words: spans(words("mention.which_one", names=words.joined(list(names))))
    )


def _tell_thread(unit: Unit, house: House, mention: Mention, what: str, said: Callable[[Words], Text]) -> None:
    """One line in the thread where he was called, or, where that was none, in all of the team's."""
    message = unit.tickets.message(mention.message)
    for thread in _threads(unit, message.ticket, message.thread):
        words = Context.background(unit, house, thread.place).words_at(thread.place)
        key = f"called:{message.id}.{mention.person}.{what}@{thread.id}"
        order = Order("show", thread.place, Post(said(words)), key=key, under=thread.key)
        unit.outbox.put(order, ticket=message.ticket)


def _threads(unit: Unit, ticket: int, number: int) -> list[Thread]:
    """Where the house alone reads: a customer learns nothing of who works when."""
    threads = unit.tickets.threads(ticket)
    here = [thread for thread in threads if thread.id == number and thread.side is not Side.CUSTOMER]
    return here or [thread for thread in threads if thread.side is Side.TEAM]
