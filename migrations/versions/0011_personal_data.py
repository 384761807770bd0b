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
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('restricted_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('objected_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('erased_at', service.database.columns.UtcDateTime(), nullable=True))
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('restricted_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('objected_at', service.database.columns.UtcDateTime(), nullable=True))
    op.create_table('person_request',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('owner_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('field', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('settled_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'corrected', 'declined')", name=op.f('ck_person_request_state_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_person_request_account_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['stakeholder.id'], name=op.f('fk_person_request_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_request'))
    )
    with op.batch_alter_table('person_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_request_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_request_asked_at_id'), ['asked_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_request_owner_id'), ['owner_id'], unique=False)


def downgrade() -> None:
    op.drop_table('person_request')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('objected_at')
        batch_op.drop_column('restricted_at')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('erased_at')
        batch_op.drop_column('objected_at')
        batch_op.drop_column('restricted_at')
