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
    op.create_table('letter',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('about', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('stop_link', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('queued_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('due_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('claimed_until', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_tried_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('sent_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('given_up_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('failure', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('key', name=op.f('uq_letter_key'))
    )
    op.create_index(op.f('ix_letter_about'), 'letter', ['about'])
    op.create_index(op.f('ix_letter_due_at'), 'letter', ['due_at'])
    op.create_index(op.f('ix_letter_queued_at'), 'letter', ['queued_at', 'id'])


def downgrade() -> None:
    op.drop_table('letter')
