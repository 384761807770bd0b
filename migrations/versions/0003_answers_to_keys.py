"""answers to idempotency keys"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
