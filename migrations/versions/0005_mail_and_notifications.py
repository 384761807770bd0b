"""mail, notifications, webhooks"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
