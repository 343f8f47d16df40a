"""Calendars of persons, exceptions of persons and teams to their calendars, and telephone numbers.

Revision 0004, after 0003.
"""

from alembic import op

from storage.migrations.columns import payload, words_so_far_none

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has anything in them yet."""
    op.add_column("persons", words_so_far_none("calendar"))
    op.add_column("persons", words_so_far_none("phone"))
    op.add_column("persons", payload("exceptions", null=True))
    op.add_column("teams", payload("exceptions", null=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("teams", "exceptions")
    for column in ("exceptions", "phone", "calendar"):
        op.drop_column("persons", column)
