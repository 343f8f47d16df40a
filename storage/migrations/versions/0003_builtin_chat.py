"""What the built-in chat keeps.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_builtin_changes()
    _make_builtin_counters()
    _make_builtin_directs()
    _make_builtin_files()
    _make_builtin_homes()
    _make_builtin_messages()
    _make_builtin_owed()
    _make_builtin_reads()
    _make_builtin_users()
    _make_builtin_mentions()
    _make_builtin_reactions()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    for table in (
        "builtin_reactions",
        "builtin_mentions",
        "builtin_users",
        "builtin_reads",
        "builtin_owed",
        "builtin_messages",
        "builtin_homes",
        "builtin_files",
        "builtin_directs",
        "builtin_counters",
        "builtin_changes",
    ):
        op.drop_table(table)


def _make_builtin_changes() -> None:
    op.create_table(
        "builtin_changes",
        number("number"),
        words("kind"),
        words("room"),
        words("thread"),
        number("message"),
        words("user_id"),
        number("at"),
        sa.PrimaryKeyConstraint("number", name="pk_builtin_changes"),
    )
    index("ix_builtin_changes_at", "builtin_changes", ["at"])


def _make_builtin_counters() -> None:
    op.create_table(
        "builtin_counters",
        words("name"),
        number("value"),
        sa.PrimaryKeyConstraint("name", name="pk_builtin_counters"),
    )


def _make_builtin_directs() -> None:
    op.create_table(
        "builtin_directs",
        words("room"),
        words("user_id"),
        sa.PrimaryKeyConstraint("room", "user_id", name="pk_builtin_directs"),
    )
    index("ix_builtin_directs_user", "builtin_directs", ["user_id"])


def _make_builtin_files() -> None:
    op.create_table(
        "builtin_files",
        words("ref"),
        words("name"),
        words("media_type"),
        number("size"),
        payload("data"),
        words("owner"),
        number("at"),
        number("message"),
        sa.PrimaryKeyConstraint("ref", name="pk_builtin_files"),
    )
    index("ix_builtin_files_message", "builtin_files", ["message", "at"])


def _make_builtin_homes() -> None:
    op.create_table(
        "builtin_homes",
        words("user_id"),
        payload("body"),
        number("at"),
        sa.PrimaryKeyConstraint("user_id", name="pk_builtin_homes"),
    )


def _make_builtin_messages() -> None:
    op.create_table(
        "builtin_messages",
        serial(),
        words("room"),
        words("thread"),
        words("author"),
        number("at"),
        payload("body"),
        words("title"),
        words("only_for"),
        words("reply_to"),
        words("key", null=True),
        number("edited_at", null=True),
        number("removed_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_builtin_messages"),
        sa.UniqueConstraint("key", name="uq_builtin_messages_key"),
    )
    index("ix_builtin_messages_timeline", "builtin_messages", ["thread", "room", "id"])


def _make_builtin_owed() -> None:
    op.create_table(
        "builtin_owed",
        words("key"),
        payload("payload"),
        number("at"),
        sa.PrimaryKeyConstraint("key", name="pk_builtin_owed"),
    )
    index("ix_builtin_owed_at", "builtin_owed", ["at"])


def _make_builtin_reads() -> None:
    op.create_table(
        "builtin_reads",
        words("user_id"),
        words("room"),
        words("thread"),
        number("upto"),
        sa.PrimaryKeyConstraint("user_id", "room", "thread", name="pk_builtin_reads"),
    )


def _make_builtin_users() -> None:
    op.create_table(
        "builtin_users",
        words("user_id"),
        flag("blocked"),
        words("locale"),
        payload("hints"),
        sa.PrimaryKeyConstraint("user_id", name="pk_builtin_users"),
    )


def _make_builtin_mentions() -> None:
    op.create_table(
        "builtin_mentions",
        words("user_id"),
        number("message"),
        sa.PrimaryKeyConstraint("user_id", "message", name="pk_builtin_mentions"),
        sa.ForeignKeyConstraint(
            ["message"], ["builtin_messages.id"], name="fk_builtin_mentions_message_builtin_messages"
        ),
    )


def _make_builtin_reactions() -> None:
    op.create_table(
        "builtin_reactions",
        number("message"),
        words("emoji"),
        words("user_id"),
        number("at"),
        sa.PrimaryKeyConstraint("message", "emoji", "user_id", name="pk_builtin_reactions"),
        sa.ForeignKeyConstraint(
            ["message"], ["builtin_messages.id"], name="fk_builtin_reactions_message_builtin_messages"
        ),
    )
