"""the register of what stays unmet, and clocks of what dialogues and funds are asked"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0015'
down_revision = '0013'
branch_labels = None
depends_on = None

STAGES = (
    'acknowledge', 'circulate', 'clarify', 'endorse_emergency', 'first_call', 'answer_seat', 'object', 'decide',
    'ready_to_start', 'start_or_lapse', 'after_care_6', 'after_care_12', 'reconfirm_offer',
)
NEW_STAGES = ('answer_engagement', 'decide_engagement', 'report_engagement', 'answer_escalation')
KINDS = ('need', 'proposal', 'seat', 'offer')
NEW_KINDS = ('engagement', 'escalation')
ACTORS = ('requester', 'focal_point', 'desk', 'provider')
NEW_ACTORS = ('addressee',)


def upgrade() -> None:
    op.create_table('need_escalation',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('need_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('to_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('opened_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('opened_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('consented_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('consented_for', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('consented_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('consent_text', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('answered_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('ended_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('suggested', 'asked', 'taken_up', 'declined', 'refused', 'withdrawn')", name=op.f('ck_need_escalation_state_known')),
    sa.ForeignKeyConstraint(['consented_for'], ['stakeholder.id'], name=op.f('fk_need_escalation_consented_for')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_escalation_need_id')),
    sa.ForeignKeyConstraint(['to_id'], ['stakeholder.id'], name=op.f('fk_need_escalation_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_escalation'))
    )
    with op.batch_alter_table('need_escalation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_escalation_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_escalation_opened_at'), ['opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_escalation_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_escalation_to_id'), ['to_id'], unique=False)
        batch_op.create_index('uq_need_escalation_open', ['need_id'], unique=True, sqlite_where=sa.text("state IN ('suggested', 'asked', 'taken_up')"), postgresql_where=sa.text("state IN ('suggested', 'asked', 'taken_up')"))
    op.create_table('unmet_disclosure',
    sa.Column('need_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('level', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('chosen_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('chosen_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("level IN ('nothing', 'theme_and_region', 'details')", name=op.f('ck_unmet_disclosure_level_known')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_unmet_disclosure_need_id')),
    sa.PrimaryKeyConstraint('need_id', name=op.f('pk_unmet_disclosure'))
    )
    _let_clocks_know((*STAGES, *NEW_STAGES), (*KINDS, *NEW_KINDS), (*ACTORS, *NEW_ACTORS))


def downgrade() -> None:
    op.execute(sa.text(f"DELETE FROM running_clock WHERE kind IN ({_listed(NEW_KINDS)})"))
    op.execute(sa.text(f"DELETE FROM clock_duration WHERE stage IN ({_listed(NEW_STAGES)})"))
    _let_clocks_know(STAGES, KINDS, ACTORS)
    op.drop_table('unmet_disclosure')
    with op.batch_alter_table('need_escalation', schema=None) as batch_op:
        batch_op.drop_index('uq_need_escalation_open', sqlite_where=sa.text("state IN ('suggested', 'asked', 'taken_up')"), postgresql_where=sa.text("state IN ('suggested', 'asked', 'taken_up')"))
    op.drop_table('need_escalation')


def _let_clocks_know(stages: Sequence[str], kinds: Sequence[str], actors: Sequence[str]) -> None:
    """Change which codes the tables of clocks take."""
    for table in ('after_care_answer', 'clock_duration', 'running_clock'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            _change(batch_op, table, 'stage', stages)
            if table == 'running_clock':
                _change(batch_op, table, 'kind', kinds)
                _change(batch_op, table, 'actor', actors)


def _change(batch_op, table: str, column: str, codes: Sequence[str]) -> None:
    name = op.f(f'ck_{table}_{column}_known')
    batch_op.drop_constraint(name, type_='check')
    batch_op.create_check_constraint(name, sa.text(f"{column} IN ({_listed(codes)})"))


def _listed(codes: Sequence[str]) -> str:
    return ', '.join(f"'{code}'" for code in codes)
