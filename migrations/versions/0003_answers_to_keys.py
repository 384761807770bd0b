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
    op.create_table(
        'kept_answer',
        sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('request_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('duties_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('kept_at', service.database.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_answer')),
    )
    with op.batch_alter_table('kept_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_answer_kept_at'), ['kept_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('kept_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_answer_kept_at'))
    op.drop_table('kept_answer')
