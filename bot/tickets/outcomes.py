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
from bot.people.rules import Person
from bot.tickets import replies
from bot.tickets.facts import DeliveryRefused
from bot.tickets.rules import Fate, Side
from bot.unit import Unit
from bot.workspace import House

# Orders that only accompany something; nobody misses them, so nobody is told.
_SILENT = {"fetch", "home", "whisper", "remove"}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Run by the outbox in the unit that marks an order."""

    house: House

    def sent(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """A reply has reached the customer."""
        if row.message and row.order.kind in ("show", "file") and not row.order.under:
            replies.left(Context.background(unit, self.house, row.order.place), row)

    def refused(self, unit: Unit, row: OutboxRow, delivery: Delivery) -> None:
        """It will never be shown: whoever wrote it hears why, and the ticket's thread too."""
        order = row.order
        if delivery.reason == "unreachable":
            self._note_unreachable(unit, order)
        if order.kind in _SILENT or order.key.startswith("refusal:"):
            return
        context = Context.background(unit, self.house, order.place)
        if row.ticket:
            unit.record(DeliveryRefused(row.ticket, str(order.place), delivery.reason, row.message))
        if row.message:
            self._mark_message(unit, row)
        self._tell(context, row, delivery.reason or "invalid")

    def _note_unreachable(self, unit: Unit, order: Order) -> None:
        account = unit.people.account(order.place.platform, order.user or order.place.room)
        if account is not None and account.reachable:
            unit.people.save_account(replace(account, reachable=False))

    def _mark_message(self, unit: Unit, row: OutboxRow) -> None:
        message = unit.tickets.message(row.message)
        if message.fate in (Fate.HELD, Fate.SHOWN) and not row.order.under and message.side is Side.TEAM:
            unit.tickets.save_message(replace(message, fate=Fate.REFUSED))

    def _tell(self, context: Context, row: OutboxRow, reason: str) -> None:
        """In the ticket's thread where there is one and it is not the thread that refused; else to the author alone."""
        if row.ticket and not row.order.under and self._in_thread(context, row, reason):
            return
        author = self._author(context.unit, row)
        if author is None:
            return
        for account in context.unit.people.accounts(author.id):
            place = Place(account.platform, account.room or account.user)
            if account.reachable and place.whole != row.order.place.whole:
                view = _sentence(context.words_for(author, place), reason, row)
                context.unit.outbox.put(Order("show", place, view, key=f"refusal:{row.id}"), ticket=row.ticket)
                return

    def _in_thread(self, context: Context, row: OutboxRow, reason: str) -> bool:
        threads = context.unit.tickets.threads(row.ticket, Side.TEAM)
        for thread in threads:
            view = _sentence(context.words_at(thread.place), reason, row)
            key = f"refusal:{row.id}@{thread.id}"
            context.unit.outbox.put(Order("show", thread.place, view, key=key, under=thread.key), ticket=row.ticket)
        return bool(threads)

    def _author(self, unit: Unit, row: OutboxRow) -> Person | None:
        try:
            return unit.people.person(row.author) if row.author else None
        except NotFound:
            return None


def _sentence(words: Words, reason: str, row: OutboxRow) -> Post:
    why = words(f"refused.{reason}") if words.has(f"refused.{reason}") else words("refused.invalid")
    reference = f"T-{row.ticket} " if row.ticket else ""
    return Post(spans("⚠️ ", bold(reference) if reference else "", words("refused.told", reason=why)))
