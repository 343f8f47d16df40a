"""The statements of the built-in chat's memory."""

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy import insert as plain_insert

from storage.claims import all_columns, among, insert, replacing
from storage.statements import Statement
from storage.tables.builtin import (
    builtin_changes,
    builtin_counters,
    builtin_directs,
    builtin_files,
    builtin_homes,
    builtin_mentions,
    builtin_messages,
    builtin_owed,
    builtin_reactions,
    builtin_reads,
    builtin_users,
)

CHANGE = "change"

_m = builtin_messages.c
_f = builtin_files.c
_r = builtin_reads.c
_visible = or_(_m.only_for == "", _m.only_for == bindparam("viewer"))

# Messages
POST = Statement(
    insert(builtin_messages)
    .values(all_columns(builtin_messages, "id"))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(_m.id)
)
MENTION = Statement(insert(builtin_mentions).values(all_columns(builtin_mentions)).on_conflict_do_nothing())
MESSAGES = Statement(select(builtin_messages).where(among(_m.id, "ids")))
BY_KEY = Statement(select(builtin_messages).where(_m.key == bindparam("key")))
WHERE = Statement(select(_m.room, _m.thread).where(_m.id == bindparam("id")))
SAVE = Statement(
    update(builtin_messages)
    .where(_m.id == bindparam("id_"))
    .values(
        body=bindparam("body_"),
        title=bindparam("title_"),
        edited_at=bindparam("edited_at_"),
        removed_at=bindparam("removed_at_"),
    )
)
TIMELINE = Statement(
    select(builtin_messages)
    .where(
        _m.thread == bindparam("thread"),
        _m.room == bindparam("room"),
        _m.id < bindparam("before"),
        _visible,
    )
    .order_by(_m.id.desc())
    .limit(bindparam("limit"))
)
TOPICS = Statement(
    select(builtin_messages)
    .where(_m.thread == "", among(_m.room, "rooms"), _m.title != "", _m.removed_at.is_(None))
    .order_by(_m.id.desc())
    .limit(bindparam("limit"))
)
REPLIES = Statement(
    select(_m.thread, func.count(), func.max(_m.at))
    .where(among(_m.thread, "threads"), _m.only_for == "", _m.removed_at.is_(None))
    .group_by(_m.thread)
)
NEWEST_MESSAGE = Statement(select(func.max(_m.id)))

# Reactions
REACT = Statement(insert(builtin_reactions).values(all_columns(builtin_reactions)).on_conflict_do_nothing())
UNREACT = Statement(
    delete(builtin_reactions).where(
        builtin_reactions.c.message == bindparam("message"),
        builtin_reactions.c.emoji == bindparam("emoji"),
        builtin_reactions.c.user_id == bindparam("user_id"),
    )
)
REACTIONS_OF = Statement(
    select(builtin_reactions.c.message, builtin_reactions.c.emoji, builtin_reactions.c.user_id)
    .where(among(builtin_reactions.c.message, "ids"))
    .order_by(builtin_reactions.c.at, builtin_reactions.c.emoji, builtin_reactions.c.user_id)
)

# Files
_file_columns = (_f.ref, _f.name, _f.media_type, _f.size, _f.owner, _f.at, _f.message)
ADD_FILE = Statement(insert(builtin_files).values(all_columns(builtin_files)).on_conflict_do_nothing())
FILE = Statement(select(*_file_columns).where(_f.ref == bindparam("ref")))
FILES_OF = Statement(select(*_file_columns).where(among(_f.message, "ids")).order_by(_f.at, _f.ref))
CONTENT = Statement(select(_f.data).where(_f.ref == bindparam("ref")))
ATTACH = Statement(
    update(builtin_files)
    .where(_f.ref == bindparam("ref_"), _f.owner == bindparam("owner_"), _f.message == 0)
    .values(message=bindparam("message_"))
)

# Users
HOME = Statement(select(builtin_homes.c.body).where(builtin_homes.c.user_id == bindparam("user_id")))
SAVE_HOME = Statement(replacing(builtin_homes, "user_id"))
USER = Statement(
    select(builtin_users.c.blocked, builtin_users.c.locale, builtin_users.c.hints).where(
        builtin_users.c.user_id == bindparam("user_id")
    )
)
SAVE_USER = Statement(replacing(builtin_users, "user_id"))
OPEN_DIRECT = Statement(insert(builtin_directs).values(all_columns(builtin_directs)).on_conflict_do_nothing())
MEMBERS = Statement(select(builtin_directs.c.user_id).where(builtin_directs.c.room == bindparam("room")))
_mine = builtin_directs.alias()
DIRECTS = Statement(
    select(builtin_directs.c.room, builtin_directs.c.user_id)
    .join(_mine, _mine.c.room == builtin_directs.c.room)
    .where(_mine.c.user_id == bindparam("user_id"))
    .order_by(builtin_directs.c.room)
)

# Who read what
_mark = insert(builtin_reads).values(all_columns(builtin_reads))
MARK_READ = Statement(
    _mark.on_conflict_do_update(
        index_elements=["user_id", "room", "thread"],
        set_={"upto": _mark.excluded.upto},
        where=_mark.excluded.upto > _r.upto,
    )
)
_named = builtin_mentions.c
UNREAD = Statement(
    select(_m.room, _m.thread, func.count(), func.count(_named.message))
    .select_from(
        builtin_messages.outerjoin(
            builtin_reads,
            (_r.user_id == bindparam("user_id")) & (_r.room == _m.room) & (_r.thread == _m.thread),
        ).outerjoin(builtin_mentions, (_named.user_id == bindparam("user_id")) & (_named.message == _m.id))
    )
    .where(
        _m.id > bindparam("floor"),
        among(_m.room, "rooms"),
        _m.id > func.coalesce(_r.upto, 0),
        _m.author != bindparam("user_id"),
        _m.removed_at.is_(None),
        or_(_m.only_for == "", _m.only_for == bindparam("user_id")),
    )
    .group_by(_m.room, _m.thread)
    .order_by(_m.room, _m.thread)
)

# Deliveries
OWE = Statement(insert(builtin_owed).values(all_columns(builtin_owed)).on_conflict_do_nothing())
OWED = Statement(
    select(builtin_owed.c.key, builtin_owed.c.payload, builtin_owed.c.at)
    .where(builtin_owed.c.at < bindparam("before"))
    .order_by(builtin_owed.c.at, builtin_owed.c.key)
    .limit(bindparam("limit"))
)
SETTLED = Statement(delete(builtin_owed).where(among(builtin_owed.c.key, "keys")))

# Changes
_count = insert(builtin_counters).values(name=bindparam("name"), value=1)
COUNT_UP = Statement(
    _count.on_conflict_do_update(index_elements=["name"], set_={"value": builtin_counters.c.value + 1}).returning(
        builtin_counters.c.value
    )
)
COUNTER = Statement(select(builtin_counters.c.value).where(builtin_counters.c.name == bindparam("name")))
NOTE = Statement(plain_insert(builtin_changes).values(all_columns(builtin_changes)))
_c = builtin_changes.c
CHANGES = Statement(
    select(_c.number, _c.kind, _c.room, _c.thread, _c.message, _c.user_id)
    .where(_c.number > bindparam("after"))
    .order_by(_c.number)
    .limit(bindparam("limit"))
)
OLDEST_CHANGE = Statement(select(func.min(_c.number)))
FORGET_CHANGES = Statement(
    delete(builtin_changes).where(
        _c.number.in_(select(_c.number).where(_c.at < bindparam("before")).limit(bindparam("limit")))
    )
)
FORGET_UPLOADS = Statement(
    delete(builtin_files).where(
        _f.ref.in_(select(_f.ref).where(_f.message == 0, _f.at < bindparam("before")).limit(bindparam("limit")))
    )
)
