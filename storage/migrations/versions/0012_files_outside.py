"""Bytes of attachments that lie in a bucket: the database then has their digest only.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All that is stored so far lies in the database."""
    op.add_column("contents", sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget where the others lie: they are as good as lost."""
    op.drop_column("contents", "outside")
