"""What was said is looked through for names, once it stands in a conversation and again when it was edited."""

from bot.chat.contract import Delivery
from bot.chat.ports import OutboxRow
from bot.chat.router import Router
from bot.duty.facts import AwayEnded
from bot.escalation.ports import Timer
from bot.mentions import notices, telling
from bot.mentions.calling import Called, called
from bot.mentions.facts import PersonMentioned
from bot.mentions.rules import Mention, State
from bot.people.rules import Person
from bot.tickets.facts import MessageChanged, NoteAdded, PriorityChanged, ReplyWritten
from bot.tickets.rules import Message, Priority, Side
from bot.unit import Unit


class Attention:
    """Hears what the house says, and what became of the direct messages."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def noted(self, unit: Unit, fact: NoteAdded | ReplyWritten | MessageChanged) -> None:
        """Somebody of the house said something, or put it in other words."""
        message = unit.tickets.message(fact.message)
        if message.side is Side.CUSTOMER or message.removed_at is not None:
            return
        platform = message.place.platform if message.place else ""
        found = called(unit, message.text, platform, handles=self._router.house.can(platform).handles)
        for person in found.persons:
            if person.id != message.author:
                self._call(unit, message, person, found)
        if found.unsure and not isinstance(fact, MessageChanged):
            where = Mention(0, message.ticket, message.id, 0, unit.now)
            notices.unsure(unit, self._router.house, where, found.unsure)

    def _call(self, unit: Unit, message: Message, person: Person, found: Called) -> None:
        mention = unit.mentions.add(Mention(0, message.ticket, message.id, person.id, unit.now))
        if mention is None:
            return
        rung = person.id in found.rung and reads_there(unit, message, person)
        state = telling.call(unit, self._router.house, mention, rung=rung)
        notices.save_state(unit, mention, state)
        unit.record(
            PersonMentioned(
                message.ticket, mention=mention.id, message=message.id, person=person.id, name=person.name,
                state=state.value,
            )
        )  # fmt: skip

    def pressing(self, unit: Unit, fact: PriorityChanged) -> None:
        """A ticket became urgent: nobody's next duty is waited for."""
        if fact.after == Priority.URGENT:
            telling.release(unit, self._router.house, fact.ticket)

    def back(self, unit: Unit, fact: AwayEnded) -> None:
        """Somebody is back before his time: so is what was kept for him, if he works now."""
        for mention in unit.mentions.held_for(fact.person):
            unit.timers.set(telling.TIMER, mention.id, unit.now)

    def fell_due(self, unit: Unit, timer: Timer) -> None:
        """What was kept for somebody is due."""
        telling.fell_due(unit, self._router.house, timer)

    def delivered(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """A direct message was refused: the next of his platforms, or a line in the thread."""
        number = telling.mention_in(row.order.key)
        if not number or row.order.kind != "show" or delivery.outcome != "refused":
            return
        mention = unit.mentions.get(number)
        if mention.state is State.TOLD:
            state = telling.tell(unit, self._router.house, mention, refused=row.order.place.platform)
            notices.save_state(unit, mention, state)


def reads_there(unit: Unit, message: Message, person: Person) -> bool:
    """Whether he belongs to the room in which he was called, so that the platform tells him."""
    team = unit.people.team_of_room(message.place) if message.place else None
    return team is not None and (team.id in person.teams or team.lead == person.id)
