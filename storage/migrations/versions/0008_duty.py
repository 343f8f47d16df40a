"""When somebody is not to be had, and who was mentioned where.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import index, number, serial, words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_duty_blocks()
    _make_mentions()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    op.drop_table("mentions")
    op.drop_table("duty_blocks")


def _make_duty_blocks() -> None:
    op.create_table(
        "duty_blocks",
        serial(),
        number("person"),
        number("starts_at"),
        number("ends_at"),
        words("kind"),
        words("note"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_blocks"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_duty_blocks_person_persons"),
    )
    index("ix_duty_blocks_person", "duty_blocks", ["person", "ends_at"])


def _make_mentions() -> None:
    op.create_table(
        "mentions",
        serial(),
        number("ticket"),
        number("message"),
        number("person"),
        number("at"),
        words("state"),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
        sa.UniqueConstraint("message", "person", name="uq_mentions_message_person"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_mentions_ticket_tickets"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_mentions_message_messages"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_mentions_person_persons"),
    )
    index("ix_mentions_person", "mentions", ["person", "id"])
