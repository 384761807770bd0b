"""specificity, harm, widening, reads"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('need') as batch_op:
        batch_op.add_column(sa.Column('endorsement_due_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('set_back_code', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.add_column(sa.Column('level_set_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))

    op.create_table('need_harm_answer',
        sa.Column('need_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('harm', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('moment', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column('explanation', sa.Text(), nullable=False),
        sa.Column('answered_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column('answered_at', service.database.columns.UtcDateTime(), nullable=False),
        sa.Column('text_version', sa.Integer(), nullable=False),
        sa.Column('judgement', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column('condition', sa.Text(), nullable=False),
        sa.Column('judged_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column('judged_at', service.database.columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("moment IN ('before', 'after')", name=op.f('ck_need_harm_answer_moment')),
        sa.CheckConstraint("answer IN ('no', 'prevented', 'not_applicable')", name=op.f('ck_need_harm_answer_answer')),
        sa.CheckConstraint("judgement IN ('acceptable', 'with_conditions', 'not_acceptable')", name=op.f('ck_need_harm_answer_judgement')),
        sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_harm_answer_need_id')),
        sa.PrimaryKeyConstraint('need_id', 'harm', 'moment', name=op.f('pk_need_harm_answer')),
    )
    op.create_table('need_widening',
        sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('need_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column('text_version', sa.Integer(), nullable=False),
        sa.Column('from_level', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column('to_level', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column('named', service.database.columns.Codes(), nullable=False),
        sa.Column('public_summary', sa.Text(), nullable=True),
        sa.Column('asked_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('asked_at', service.database.columns.UtcDateTime(), nullable=False),
        sa.Column('due_at', service.database.columns.UtcDateTime(), nullable=True),
        sa.Column('ended_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column('ended_at', service.database.columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'done', 'revoked', 'overtaken')", name=op.f('ck_need_widening_state')),
        sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_widening_need_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_need_widening')),
    )
    with op.batch_alter_table('need_widening') as batch_op:
        batch_op.create_index(
            op.f('uq_need_widening_asked'), ['need_id'], unique=True,
            sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.create_index(op.f('ix_need_widening_need_id'), ['need_id'], unique=False)

    op.create_table('recorded_read',
        sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('read_on', sa.Date(), nullable=False),
        sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column('door', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column('stakeholders', service.database.columns.Codes(), nullable=False),
        sa.Column('first_at', service.database.columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('line', 'text', 'file', 'person')", name=op.f('ck_recorded_read_kind')),
        sa.CheckConstraint("door IN ('api', 'page', 'export')", name=op.f('ck_recorded_read_door')),
        sa.PrimaryKeyConstraint('account_id', 'read_on', 'subject', 'version', 'kind', 'door', name=op.f('pk_recorded_read')),
    )
    with op.batch_alter_table('recorded_read') as batch_op:
        batch_op.create_index(op.f('ix_recorded_read_subject'), ['subject'], unique=False)


def downgrade() -> None:
    op.drop_table('recorded_read')
    op.drop_table('need_widening')
    op.drop_table('need_harm_answer')
    with op.batch_alter_table('need') as batch_op:
        batch_op.drop_column('level_set_by')
        batch_op.drop_column('set_back_code')
        batch_op.drop_column('endorsement_due_at')
