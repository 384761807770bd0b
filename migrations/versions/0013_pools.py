"""pools"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pool_import',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('stakeholder_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('requested_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('hands_in', sa.Boolean(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('finished_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('touched_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("state IN ('checking', 'checked', 'importing', 'done', 'failed', 'discarded')", name=op.f('ck_pool_import_state_known')),
    sa.ForeignKeyConstraint(['stakeholder_id'], ['stakeholder.id'], name=op.f('fk_pool_import_stakeholder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool_import'))
    )
    with op.batch_alter_table('pool_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pool_import_stakeholder_id'), ['stakeholder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pool_import_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_pool_import_uploaded_at'), ['uploaded_at'], unique=False)
    op.create_table('pool_reference',
    sa.Column('stakeholder_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('offer_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], name=op.f('fk_pool_reference_offer_id')),
    sa.ForeignKeyConstraint(['stakeholder_id'], ['stakeholder.id'], name=op.f('fk_pool_reference_stakeholder_id')),
    sa.PrimaryKeyConstraint('stakeholder_id', 'reference', name=op.f('pk_pool_reference')),
    sa.UniqueConstraint('offer_id', name=op.f('uq_pool_reference_offer_id'))
    )
    op.create_table('pool_reminder',
    sa.Column('stakeholder_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('asked_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['stakeholder_id'], ['stakeholder.id'], name=op.f('fk_pool_reminder_stakeholder_id')),
    sa.PrimaryKeyConstraint('stakeholder_id', name=op.f('pk_pool_reminder'))
    )
    op.create_table('pool_import_line',
    sa.Column('import_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('finding', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('offer_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.CheckConstraint("finding IN ('new', 'changed', 'unchanged', 'faulty')", name=op.f('ck_pool_import_line_finding_known')),
    sa.CheckConstraint("outcome IN ('new', 'changed', 'unchanged', 'faulty')", name=op.f('ck_pool_import_line_outcome_known')),
    sa.ForeignKeyConstraint(['import_id'], ['pool_import.id'], name=op.f('fk_pool_import_line_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_pool_import_line'))
    )


def downgrade() -> None:
    op.drop_table('pool_import_line')
    op.drop_table('pool_reminder')
    op.drop_table('pool_reference')
    op.drop_table('pool_import')
