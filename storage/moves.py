"""What changes hands in many tables at once: a room with a new id, tickets that are merged, persons that are one."""

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    select,
    update,
)

from bot.chat.events import Place
from storage.statements import Link, Statement
from storage.tables.alerts import alerts
from storage.tables.collab import collab_requests
from storage.tables.dialogs import dialogs
from storage.tables.duty import duty_blocks, mentions
from storage.tables.facts import facts
from storage.tables.knowledge import article_revisions, article_votes, articles, kb_questions
from storage.tables.outbox import outbox, posted
from storage.tables.people import accounts, memberships, persons, rooms, team_rooms, teams
from storage.tables.tickets import messages, threads, tickets

# Stands before a reference to a message of a room that got a new id. No platform writes its references so: nothing is
# found under it, and what is shown next is shown anew.
_VOID = "moved:"

_going, _staying = threads.alias("going"), threads.alias("staying")
_columns = ("ticket", "side", "platform", "room", "thread", "request")


def _merging_threads(*changes: ColumnElement[bool], column: str) -> tuple[Statement, Statement]:
    """Before `column` of threads changes: those that would be like others go, and their messages go over to these."""
    same = (_going.c[name] == _staying.c[name] for name in _columns if name != column)
    pairs = select(_going.c.id).join(_staying, and_(*same, *changes))
    heir = pairs.with_only_columns(_staying.c.id).where(_going.c.id == messages.c.thread_id).correlate(messages)
    return (
        Statement(update(messages).where(messages.c.thread_id.in_(pairs)).values(thread_id=heir.scalar_subquery())),
        Statement(delete(threads).where(threads.c.id.in_(pairs))),
    )


def _drop_old(table: Table, *same: str) -> Statement:
    """Delete rows of the old room whose like stands in the new one already, so that moving them can't collide."""
    twin = table.alias("twin")
    like = exists(
        select(twin.c.room).where(twin.c.room == bindparam("new"), *(twin.c[name] == table.c[name] for name in same))
    )
    return Statement(
        delete(table).where(table.c.platform == bindparam("platform_"), table.c.room == bindparam("old"), like)
    )


def _move(table: Table, reference: str = "") -> Statement:
    """Give the rows of the old room the new id. In it messages are counted anew: `reference` leads nowhere any more."""
    values: dict[str, object] = {"room": bindparam("new")}
    if reference:
        column = table.c[reference]
        values[reference] = case((column == "", column), else_=_VOID + column)
    return Statement(
        update(table).where(table.c.platform == bindparam("platform_"), table.c.room == bindparam("old")).values(values)
    )


ROOM_TWINS = _merging_threads(
    _going.c.platform == bindparam("platform_"),
    _going.c.room == bindparam("old"),
    _staying.c.room == bindparam("new"),
    column="room",
)
TICKET_TWINS = _merging_threads(
    _going.c.ticket == bindparam("old"), _staying.c.ticket == bindparam("new"), column="ticket"
)
TICKET_THREADS = Statement(update(threads).where(threads.c.ticket == bindparam("old")).values(ticket=bindparam("new")))
ROOM_MOVES = (
    _drop_old(rooms, "platform"),
    *ROOM_TWINS,
    _drop_old(dialogs, "platform", "thread", "person"),
    *(_move(table) for table in (team_rooms, rooms, accounts, dialogs)),
    _move(threads, "reply_to"),
    _move(messages, "ref"),
    _move(posted, "ref"),
)


def move_room(link: Link, old: Place, new: str) -> None:
    """Everything that named the room `old` names `new` from now on (orders are the outbox's: `reroute`).

    References to messages in it are void: a Telegram group that becomes a supergroup counts its messages anew.
    """
    if old.room == new:
        return
    for statement in ROOM_MOVES:
        link.run(statement, platform_=old.platform, old=old.room, new=new)


def move_threads(link: Link, old: int, new: int) -> None:
    """All threads of ticket `old` become threads of `new`; where both were at the same place, one is left."""
    for statement in (*TICKET_TWINS, TICKET_THREADS):
        link.run(statement, old=old, new=new)


def _hand_over(table: Table, column: str) -> Statement:
    return Statement(update(table).where(table.c[column] == bindparam("gone")).values({column: bindparam("kept")}))


_twin_member = memberships.alias("twin")
_twin_dialog = dialogs.alias("twin")
_twin_mention = mentions.alias("twin")
_twin_mentions = (
    Statement(
        delete(mentions).where(
            mentions.c.person == bindparam("gone"),
            exists(
                select(_twin_mention.c.id).where(
                    _twin_mention.c.person == bindparam("kept"), _twin_mention.c.message == mentions.c.message
                )
            ),
        )
    ),
    _hand_over(mentions, "person"),
)
PERSON_MOVES = (
    Statement(
        delete(memberships).where(
            memberships.c.person == bindparam("gone"),
            exists(
                select(_twin_member.c.team).where(
                    _twin_member.c.person == bindparam("kept"), _twin_member.c.team == memberships.c.team
                )
            ),
        )
    ),
    Statement(
        delete(dialogs).where(
            dialogs.c.person == bindparam("gone"),
            exists(
                select(_twin_dialog.c.person).where(
                    and_(*(_twin_dialog.c[name] == dialogs.c[name] for name in ("platform", "room", "thread"))),
                    _twin_dialog.c.person == bindparam("kept"),
                )
            ),
        )
    ),
    _hand_over(memberships, "person"),
    _hand_over(dialogs, "person"),
    _hand_over(accounts, "person"),
    _hand_over(teams, "lead"),
    _hand_over(tickets, "requester"),
    _hand_over(tickets, "assignee"),
    _hand_over(collab_requests, "asker"),
    _hand_over(collab_requests, "owner"),
    _hand_over(messages, "author"),
    _hand_over(facts, "actor"),
    _hand_over(duty_blocks, "person"),
    _hand_over(alerts, "person"),
    _hand_over(articles, "owner"),
    _hand_over(article_revisions, "author"),
    _hand_over(article_votes, "person"),
    _hand_over(kb_questions, "person"),
    *_twin_mentions,
    _hand_over(outbox, "author"),
    _hand_over(persons, "merged_into"),
)
# A key of the team file goes along unless the one who is left has his own; the name is free for nobody else then.
TAKE_KEY = Statement(
    update(persons)
    .where(persons.c.id == bindparam("kept"))
    .values(key=func.coalesce(persons.c.key, bindparam("freed_key")))
)
FREE_KEY = Statement(select(persons.c.key).where(persons.c.id == bindparam("gone")))
RETIRE = Statement(
    update(persons)
    .where(persons.c.id == bindparam("gone"))
    .values(key=null(), active=bindparam("active"), merged_into=bindparam("kept"))
)


def merge_person(link: Link, kept: int, gone: int) -> None:
    """Everything of `gone` becomes that of `kept`; whoever asks for `gone` from now on is given `kept`."""
    if kept == gone:
        return
    for statement in PERSON_MOVES:
        link.run(statement, kept=kept, gone=gone)
    key = link.value(FREE_KEY, gone=gone)
    link.run(RETIRE, kept=kept, gone=gone, active=False)
    if key:
        link.run(TAKE_KEY, kept=kept, freed_key=key)
