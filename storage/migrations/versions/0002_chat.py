"""The way of a message: inbox, outbox, and what must outlive a restart.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_changes()
    _make_contents()
    _make_fires()
    _make_inbox()
    _make_kept_values()
    _make_lanes()
    _make_leases()
    _make_outbox()
    _make_paces()
    _make_posted()
    _make_dialogs()
    _make_files()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    for table in (
        "files",
        "dialogs",
        "posted",
        "paces",
        "outbox",
        "leases",
        "lanes",
        "kept_values",
        "inbox",
        "fires",
        "contents",
        "changes",
    ):
        op.drop_table(table)


def _make_changes() -> None:
    op.create_table("changes", words("name"), number("number"), sa.PrimaryKeyConstraint("name", name="pk_changes"))


def _make_contents() -> None:
    op.create_table(
        "contents",
        payload("digest"),
        payload("data"),
        sa.PrimaryKeyConstraint("digest", name="pk_contents"),
    )


def _make_fires() -> None:
    op.create_table(
        "fires",
        words("name"),
        number("fire_at"),
        sa.PrimaryKeyConstraint("name", "fire_at", name="pk_fires"),
    )


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        serial(),
        words("platform"),
        words("key"),
        payload("payload"),
        number("received_at"),
        number("due_at"),
        words("holder"),
        number("attempts"),
        words("error"),
        number("ended_at", null=True),
        flag("dead"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("platform", "key", name="uq_inbox_platform_key"),
    )
    index("ix_inbox_dead", "inbox", ["id"], where="dead IS true")
    index("ix_inbox_due", "inbox", ["due_at"], where="ended_at IS NULL")
    index("ix_inbox_handled", "inbox", ["received_at"], where="ended_at IS NOT NULL AND dead IS false")


def _make_kept_values() -> None:
    op.create_table(
        "kept_values",
        words("key"),
        payload("data"),
        number("expires_at", null=True),
        sa.PrimaryKeyConstraint("key", name="pk_kept_values"),
    )


def _make_lanes() -> None:
    op.create_table(
        "lanes",
        words("name"),
        words("platform"),
        number("ready_at"),
        words("holder"),
        number("fence"),
        sa.PrimaryKeyConstraint("name", name="pk_lanes"),
    )
    index("ix_lanes_ready", "lanes", ["ready_at"])


def _make_leases() -> None:
    op.create_table(
        "leases",
        words("name"),
        words("holder"),
        number("elected_at"),
        number("ends_at"),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        serial(),
        words("lane"),
        words("room"),
        words("kind"),
        words("key"),
        words("effect"),
        payload("payload"),
        words("state"),
        flag("uncertain"),
        number("not_before"),
        number("attempts"),
        number("created_at"),
        number("first_tried", null=True),
        number("ended_at", null=True),
        flag("failed"),
        words("error"),
        number("author"),
        number("ticket"),
        number("message"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    index("ix_outbox_ended", "outbox", ["ended_at"], where="ended_at IS NOT NULL")
    index("ix_outbox_failed", "outbox", ["id"], where="failed IS true")
    index("ix_outbox_key", "outbox", ["key", "id"], where="ended_at IS NULL AND key != ''")
    index("ix_outbox_lane", "outbox", ["lane", "id"], where="ended_at IS NULL")
    index("uq_outbox_effect", "outbox", ["effect"], unique=True)


def _make_paces() -> None:
    op.create_table(
        "paces",
        words("name"),
        number("arrival"),
        number("held_until"),
        sa.PrimaryKeyConstraint("name", name="pk_paces"),
    )


def _make_posted() -> None:
    op.create_table(
        "posted",
        words("key"),
        words("platform"),
        words("room"),
        words("thread"),
        words("ref"),
        number("ticket"),
        number("message"),
        flag("topic"),
        sa.PrimaryKeyConstraint("key", name="pk_posted"),
    )
    index("ix_posted_ref", "posted", ["platform", "room", "ref"])


def _make_dialogs() -> None:
    op.create_table(
        "dialogs",
        words("platform"),
        words("room"),
        words("thread"),
        number("person"),
        payload("data"),
        number("saved_at"),
        sa.PrimaryKeyConstraint("platform", "room", "thread", "person", name="pk_dialogs"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_dialogs_person_persons"),
    )


def _make_files() -> None:
    op.create_table(
        "files",
        serial(),
        words("platform"),
        words("ref"),
        payload("ref_digest"),
        words("name"),
        words("media_type"),
        number("size"),
        words("state"),
        number("added_at"),
        payload("content", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.ForeignKeyConstraint(["content"], ["contents.digest"], name="fk_files_content_contents"),
    )
    index("ix_files_content", "files", ["content"])
    index("uq_files_ref", "files", ["platform", "ref_digest"], unique=True)
