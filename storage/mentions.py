"""Who was called in which message, and what became of it."""

from dataclasses import replace

from sqlalchemy import bindparam, select, update

from bot.errors import NotFound
from bot.mentions.rules import Mention, State
from storage.claims import all_columns, insert
from storage.encoding import micros, moment, possible
from storage.statements import Link, Row, Statement
from storage.tables.duty import mentions
from storage.tables.tickets import messages

_MENTION = (mentions.c.id, mentions.c.ticket, mentions.c.message, mentions.c.person, mentions.c.at, mentions.c.state)
ADD = Statement(insert(mentions).values(all_columns(mentions, "id")).on_conflict_do_nothing().returning(mentions.c.id))
GET = Statement(select(*_MENTION).where(mentions.c.id == bindparam("id_")))
SAVE = Statement(update(mentions).where(mentions.c.id == bindparam("id_")).values(state=bindparam("state")))
OF_MESSAGE = Statement(select(*_MENTION).where(mentions.c.message == bindparam("message_id")).order_by(mentions.c.id))

HELD_OF = Statement(
    select(*_MENTION)
    .select_from(mentions.join(messages, messages.c.id == mentions.c.message))
    .where(messages.c.ticket == bindparam("ticket_id"), mentions.c.state == State.HELD.value)
    .order_by(mentions.c.id)
)

HELD_FOR = Statement(
    select(*_MENTION)
    .where(mentions.c.person == bindparam("person_id"), mentions.c.state == State.HELD.value)
    .order_by(mentions.c.id)
)


class Mentions:
    """See `bot.mentions.ports.MentionStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, mention: Mention) -> Mention | None:
        """Store a new one (`id` 0); gives it back with its number. None if this person was called there before."""
        number = self._link.value(
            ADD, ticket=mention.ticket, message=mention.message, person=mention.person,
            at=micros(mention.at), state=mention.state.value,
        )  # fmt: skip
        return replace(mention, id=number) if number else None

    def get(self, id: int) -> Mention:
        """Raises `NotFound` (key `mention.unknown`)."""
        row = self._link.one(GET, id_=id) if possible(id) else None
        if row is None:
            raise NotFound("mention.unknown")
        return _mention(row)

    def save(self, mention: Mention) -> None:
        """Store its state."""
        self._link.run(SAVE, id_=mention.id, state=mention.state.value)

    def held_of(self, ticket: int) -> list[Mention]:
        """Those in messages of this ticket that wait for somebody's next duty, in order."""
        return [_mention(row) for row in self._link.all(HELD_OF, ticket_id=ticket)]

    def held_for(self, person: int) -> list[Mention]:
        """Those of this person that wait for his next duty, in order."""
        return [_mention(row) for row in self._link.all(HELD_FOR, person_id=person)]

    def of_message(self, message: int) -> list[Mention]:
        """Who was called in a message, in order."""
        return [_mention(row) for row in self._link.all(OF_MESSAGE, message_id=message)]


def _mention(row: Row) -> Mention:
    id, ticket, message, person, at, state = row
    return Mention(id, ticket, message, person, moment(at), State(state))
