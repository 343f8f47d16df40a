"""The built-in chat: a platform of its own, so nothing here refers to tickets or persons; users are its own ids."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.metadata import flag, instant, maybe_words, metadata, number, payload, reference, serial, words

builtin_messages = Table(
    "builtin_messages",
    metadata,
    serial(),
    words("room"),
    words("thread"),  # reference of the message it hangs under, "" at the top of the room
    words("author"),
    instant("at"),
    payload("body"),
    words("title"),
    words("only_for"),
    words("reply_to"),
    maybe_words("key"),
    instant("edited_at", null=True),
    instant("removed_at", null=True),
    UniqueConstraint("key"),
)
Index("ix_builtin_messages_timeline", builtin_messages.c.thread, builtin_messages.c.room, builtin_messages.c.id)

builtin_mentions = Table(
    "builtin_mentions",
    metadata,
    words("user_id", key=True),
    reference("message", "builtin_messages", key=True),
)

builtin_reactions = Table(
    "builtin_reactions",
    metadata,
    reference("message", "builtin_messages", key=True),
    words("emoji", key=True),
    words("user_id", key=True),
    instant("at"),
)

builtin_files = Table(
    "builtin_files",
    metadata,
    words("ref", key=True),
    words("name"),
    words("media_type"),
    number("size"),
    payload("data"),
    words("owner"),
    instant("at"),
    number("message"),  # 0: uploaded, not sent yet
    info={"large": True},  # rows that a backup handles one by one
)
Index("ix_builtin_files_message", builtin_files.c.message, builtin_files.c.at)

builtin_homes = Table("builtin_homes", metadata, words("user_id", key=True), payload("body"), instant("at"))

builtin_users = Table(
    "builtin_users", metadata, words("user_id", key=True), flag("blocked"), words("locale"), payload("hints")
)

builtin_directs = Table("builtin_directs", metadata, words("room", key=True), words("user_id", key=True))
Index("ix_builtin_directs_user", builtin_directs.c.user_id)

builtin_reads = Table(
    "builtin_reads",
    metadata,
    words("user_id", key=True),
    words("room", key=True),
    words("thread", key=True),
    number("upto"),
)

builtin_owed = Table("builtin_owed", metadata, words("key", key=True), payload("payload"), instant("at"))
Index("ix_builtin_owed_at", builtin_owed.c.at)

builtin_changes = Table(
    "builtin_changes",
    metadata,
    number("number", key=True),
    words("kind"),
    words("room"),
    words("thread"),
    number("message"),
    words("user_id"),
    instant("at"),
)
Index("ix_builtin_changes_at", builtin_changes.c.at)

# One row, whose lock makes the numbers of changes follow the order of commits; numbers from a sequence would not.
builtin_counters = Table("builtin_counters", metadata, words("name", key=True), number("value"))
