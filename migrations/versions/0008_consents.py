"""declarations of interest, revocations, refills"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('interest_declaration',
    sa.Column('seat_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('party', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('stance', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('text_version', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('declared_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('measures', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('judged_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('judged_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.CheckConstraint("party IN ('institution', 'expert')", name=op.f('ck_interest_declaration_party_known')),
    sa.CheckConstraint("stance IN ('none', 'declared')", name=op.f('ck_interest_declaration_stance_known')),
    sa.CheckConstraint("verdict IN ('cleared', 'stands')", name=op.f('ck_interest_declaration_verdict_known')),
    sa.ForeignKeyConstraint(['seat_id'], ['seat.id'], name=op.f('fk_interest_declaration_seat_id')),
    sa.PrimaryKeyConstraint('seat_id', 'party', name=op.f('pk_interest_declaration'))
    )
    with op.batch_alter_table('match_pin', schema=None) as batch_op:
        batch_op.add_column(sa.Column('side', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default='desk'))
        batch_op.add_column(sa.Column('told_at', service.database.columns.UtcDateTime(), nullable=True))
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cost_currency', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=True))
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown_state', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False, server_default='suggested'))
        batch_op.create_index(batch_op.f('ix_proposal_shown_state'), ['shown_state'], unique=False)
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown_state', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default='suggested'))
        batch_op.add_column(sa.Column('news_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('answer_note', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True))
        batch_op.create_index(batch_op.f('ix_seat_news_at'), ['news_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_seat_shown_state'), ['shown_state'], unique=False)
    # Until now everybody was told everything at once.
    op.execute("UPDATE seat SET shown_state = state")
    op.execute("UPDATE proposal SET shown_state = state")


def downgrade() -> None:
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_shown_state'))
        batch_op.drop_index(batch_op.f('ix_seat_news_at'))
        batch_op.drop_column('answer_note')
        batch_op.drop_column('news_at')
        batch_op.drop_column('shown_state')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_shown_state'))
        batch_op.drop_column('shown_state')
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.drop_column('cost_currency')
    with op.batch_alter_table('match_pin', schema=None) as batch_op:
        batch_op.drop_column('told_at')
        batch_op.drop_column('side')
    op.drop_table('interest_declaration')
