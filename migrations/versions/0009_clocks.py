"""clocks and calendars of desks"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('after_care_answer',
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('thing_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('in_use', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('answered_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('answered_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("in_use IN ('yes', 'partly', 'no')", name=op.f('ck_after_care_answer_in_use_known')),
    sa.CheckConstraint("stage IN ('acknowledge', 'circulate', 'clarify', 'endorse_emergency', 'first_call', 'answer_seat', 'object', 'decide', 'ready_to_start', 'start_or_lapse', 'after_care_6', 'after_care_12', 'reconfirm_offer')", name=op.f('ck_after_care_answer_stage_known')),
    sa.PrimaryKeyConstraint('kind', 'thing_id', 'stage', name=op.f('pk_after_care_answer'))
    )
    op.create_table('clock_duration',
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('urgency', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.CheckConstraint("stage IN ('acknowledge', 'circulate', 'clarify', 'endorse_emergency', 'first_call', 'answer_seat', 'object', 'decide', 'ready_to_start', 'start_or_lapse', 'after_care_6', 'after_care_12', 'reconfirm_offer')", name=op.f('ck_clock_duration_stage_known')),
    sa.CheckConstraint("unit IN ('hours', 'days', 'working_days', 'months')", name=op.f('ck_clock_duration_unit_known')),
    sa.CheckConstraint("urgency IN ('emergency', 'urgent', 'priority', 'routine', 'any')", name=op.f('ck_clock_duration_urgency_known')),
    sa.PrimaryKeyConstraint('owner', 'stage', 'urgency', name=op.f('pk_clock_duration'))
    )
    op.create_table('clock_policy',
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('time_zone', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('weekend', service.database.columns.Codes(), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=True),
    sa.Column('free_dates', service.database.columns.Codes(), nullable=False),
    sa.Column('reminds_at_half', sa.Boolean(), nullable=False),
    sa.Column('reminds_days_before', sa.Integer(), nullable=False),
    sa.Column('changed_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('changed_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('owner', name=op.f('pk_clock_policy'))
    )
    op.create_table('running_clock',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('thing_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('desk_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('urgency', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('entry_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('started_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('half_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('before_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('due_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('next_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('ended_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.CheckConstraint("actor IN ('requester', 'focal_point', 'desk', 'provider')", name=op.f('ck_running_clock_actor_known')),
    sa.CheckConstraint("kind IN ('need', 'proposal', 'seat', 'offer')", name=op.f('ck_running_clock_kind_known')),
    sa.CheckConstraint("outcome IN ('done', 'lapsed', 'dropped', 'passed')", name=op.f('ck_running_clock_outcome_known')),
    sa.CheckConstraint("stage IN ('acknowledge', 'circulate', 'clarify', 'endorse_emergency', 'first_call', 'answer_seat', 'object', 'decide', 'ready_to_start', 'start_or_lapse', 'after_care_6', 'after_care_12', 'reconfirm_offer')", name=op.f('ck_running_clock_stage_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_running_clock')),
    sa.UniqueConstraint('entry_id', 'stage', name=op.f('uq_running_clock_entry_id_stage'))
    )
    with op.batch_alter_table('running_clock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_running_clock_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_running_clock_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_running_clock_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_running_clock_kind_thing_id_stage'), ['kind', 'thing_id', 'stage'], unique=False)
        batch_op.create_index(batch_op.f('ix_running_clock_next_at'), ['next_at'], unique=False)
        batch_op.create_index('uq_running_clock_at_once', ['kind', 'thing_id', 'stage'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('running_clock', schema=None) as batch_op:
        batch_op.drop_index('uq_running_clock_at_once', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_running_clock_next_at'))
        batch_op.drop_index(batch_op.f('ix_running_clock_kind_thing_id_stage'))
        batch_op.drop_index(batch_op.f('ix_running_clock_ended_at'))
        batch_op.drop_index(batch_op.f('ix_running_clock_due_at'))
        batch_op.drop_index(batch_op.f('ix_running_clock_desk_id'))

    op.drop_table('running_clock')
    op.drop_table('clock_policy')
    op.drop_table('clock_duration')
    op.drop_table('after_care_answer')
