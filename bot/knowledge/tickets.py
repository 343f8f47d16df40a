"""What a ticket's conversation tells for an article: the question, the answers, nobody's name or number."""

from bot.chat.context import Context
from bot.chat.text import plain, shortened
from bot.knowledge.masking import KINDS, masked
from bot.knowledge.rules import BODY_LIMIT, TITLE_LIMIT, Content
from bot.people.permissions import Right
from bot.tickets.finding import by_reference, demand
from bot.tickets.rules import Message, Side, Ticket


def told_by_ticket(context: Context, number: int) -> Content:
    """The ticket as a draft of an article: its title, what the customer said, and what he was answered.

    Notes of the team stay inside. Raises `NotFound` and `NotAllowed` as looking at the ticket would.
    """
    ticket = by_reference(context, f"T-{number}")
    demand(context, Right.READ_INTERNAL, ticket)
    words = context.words
    instead = {kind: words(f"kb.masked.{kind}") for kind in KINDS}
    said = [each for each in context.unit.tickets.conversation(ticket.id) if each.seen and plain(each.text).strip()]
    names = _names(context, ticket, said)

    def told(text: str) -> str:
        return masked(text.strip(), names, instead)

    asked = [told(plain(each.text)) for each in said if each.side is Side.CUSTOMER]
    answered = [told(plain(each.text)) for each in said if each.side is not Side.CUSTOMER]
    parts = [f"**{words('kb.told.asked')}**", *asked, f"**{words('kb.told.answered')}**", *answered]
    most = min(context.house.can(context.event.place.platform).field_limit, BODY_LIMIT)
    body = shortened("\n\n".join(parts), most)
    tags = tuple(tag for tag in ticket.tags if tag != ticket.answered_with)
    return Content(told(ticket.title)[:TITLE_LIMIT], body, category=ticket.type, tags=tags)


def _names(context: Context, ticket: Ticket, said: list[Message]) -> list[str]:
    """How those who spoke are called: persons, and their accounts everywhere."""
    people = context.unit.people
    numbers = sorted({ticket.requester, *(each.author for each in said)} - {0})
    persons = people.persons(numbers)
    found = [person.name for person in persons.values()]
    for number in persons:
        found += [name for account in people.accounts(number) for name in (account.name, account.handle) if name]
    return found
