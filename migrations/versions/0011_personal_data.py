"""personal data"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
