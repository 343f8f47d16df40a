"""What becomes of a ticket when something about it was shown, or never will be."""

from dataclasses import dataclass, replace

from bot.chat.context import Context
from bot.chat.contract import Delivery, Order
from bot.chat.events import Place
from bot.chat.ports import OutboxRow
from bot.chat.text import bold
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.errors import NotFound
from bot.language.catalogue import Words
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Account, Person
from bot.tickets import replies
from bot.tickets.facts import DeliveryRefused
from bot.tickets.rules import Side
from bot.unit import Unit
from bot.workspace import House

# Orders that only accompany something; nobody misses them, so nobody is told.
_SILENT = {"fetch", "home", "whisper", "remove"}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Run by the outbox in the unit that marks an order."""

    house: House

    def sent(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """A reply has reached the customer; a person who was written to has a conversation of his own."""
        if delivery.place is not None and delivery.place.room != row.order.place.room:
            self._learn_room(unit, row.order.place, delivery.place.room)
        if row.message and row.order.kind in ("show", "file") and not row.order.under:
            replies.left(Context.background(unit, self.house, row.order.place), row)

    def _learn_room(self, unit: Unit, place: Place, room: str) -> None:
        """Somebody was written to by his name, and the platform says which conversation that is: he answers there."""
        account = unit.people.account(place.platform, place.room)
        if account is None:
            return
        unit.people.move_room(place, room)
        unit.people.save_account(replace(account, room=room))

    def refused(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """It will never be shown: whoever wrote it hears why, and the ticket's thread too."""
        order, reason = row.order, delivery.reason or "invalid"
        if reason == "unreachable":
            self._note_unreachable(unit, order)
        if order.kind in _SILENT or order.key.startswith(("refusal:", "alert:")) or order.kind == "room":
            return
        context = Context.background(unit, self.house, order.place)
        if row.ticket:
            unit.record(DeliveryRefused(row.ticket, str(order.place), reason, row.message))
        if row.message and not order.under:
            replies.refused(context, unit.tickets.message(row.message))
        lost_file = order.kind == "file" and reason == "gone"
        inside = bool(order.under or order.anchor) and not lost_file
        if row.ticket and not inside:
            self._tell_threads(context, row, reason)
        self._tell_author(context, row, reason, inside=inside)

    def _note_unreachable(self, unit: Unit, order: Order) -> None:
        account = unit.people.account(order.place.platform, order.user or order.place.room)
        if account is not None and account.reachable:
            unit.people.save_account(replace(account, reachable=False))

    def _tell_threads(self, context: Context, row: OutboxRow, reason: str) -> None:
        for thread in context.unit.tickets.threads(row.ticket, Side.TEAM):
            view = _sentence(context.unit, context.words_at(thread.place), reason, row)
            key = f"refusal:{row.id}@{thread.id}"
            context.unit.outbox.put(Order("show", thread.place, view, key=key, under=thread.key), ticket=row.ticket)

    def _tell_author(self, context: Context, row: OutboxRow, reason: str, *, inside: bool) -> None:
        """Alone, where he can be reached. Why a team's room took nothing is no business of a customer's."""
        author = self._author(context.unit, row)
        if author is None or (inside and not author.role.staff):
            return
        account = self._reachable(context, author, row.order.place)
        if account is None:
            return
        place = direct_place(account)
        view = _sentence(context.unit, context.words_for(author, place), reason, row)
        order = Order("show", place, view, user=account.user, key=f"refusal:{row.id}")
        context.unit.outbox.put(order, ticket=row.ticket)

    def _reachable(self, context: Context, person: Person, refused: Place) -> Account | None:
        accounts = reversed(reachable(context.unit, context.house, person, refused.platform))
        return next((each for each in accounts if refused.room not in (each.room, each.user)), None)

    def _author(self, unit: Unit, row: OutboxRow) -> Person | None:
        try:
            return unit.people.person(row.author) if row.author else None
        except NotFound:
            return None


def _sentence(unit: Unit, words: Words, reason: str, row: OutboxRow) -> Post:
    if row.order.kind == "file" and reason == "gone":
        said = words("file.lost", name=unit.files.get(row.order.file).attachment.name)
    else:
        known = reason if words.has(f"refused.{reason}") else "invalid"
        said = words("refused.told", reason=words(f"refused.{known}"))
    return Post(spans("⚠️ ", bold(f"T-{row.ticket} ") if row.ticket else "", said))
