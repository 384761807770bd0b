"""journal roots"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('journal_root',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('made_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('previous_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_journal_root'))
    )
    op.create_table('journal_root_head',
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('root', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['root'], ['journal_root.number'], name=op.f('fk_journal_root_head_root')),
    sa.PrimaryKeyConstraint('subject', 'number', name=op.f('pk_journal_root_head'))
    )
    with op.batch_alter_table('journal_root_head', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_journal_root_head_root'), ['root'], unique=False)


def downgrade() -> None:
    op.drop_table('journal_root_head')
    op.drop_table('journal_root')
