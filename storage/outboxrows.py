"""An order as a row: its columns in order, and how they are read."""

from bot.chat.ports import OutboxRow
from bot.chat.viewjson import order_from_json
from storage.encoding import moment, moment_or_none
from storage.statements import Row
from storage.tables.outbox import outbox

ORDER_ROW = (
    outbox.c.id,
    outbox.c.lane,
    outbox.c.payload,
    outbox.c.effect,
    outbox.c.attempts,
    outbox.c.created_at,
    outbox.c.first_tried,
    outbox.c.uncertain,
    outbox.c.author,
    outbox.c.ticket,
    outbox.c.message,
)


def outbox_row(row: Row) -> OutboxRow:
    """The order in a row of the columns `ORDER_ROW`. Raises `bot.chat.viewjson.Unreadable`."""
    id, lane, payload, effect, attempts, created_at, first_tried, uncertain, author, ticket, message = row
    return OutboxRow(
        id,
        lane,
        order_from_json(payload),
        effect,
        attempts,
        moment(created_at),
        moment_or_none(first_tried),
        bool(uncertain),
        author,
        ticket,
        message,
    )
