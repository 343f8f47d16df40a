"""Why the knowledge base was asked: a search, a customer who was to be answered first, an offer to agents.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was asked so far was searched for; so is what a program of the version before stores meanwhile."""
    op.add_column("kb_questions", sa.Column("occasion", sa.Text(), nullable=False, server_default=sa.text("'search'")))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("kb_questions", "occasion")
