"""attachments, threads, letters"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('media_type', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('added_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('added_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('withdrawn_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('withdrawn_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('deleted_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.CheckConstraint("purpose IN ('file', 'letter')", name=op.f('ck_attachment_purpose_known')),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_attachment_size_counted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_withdrawn_at'), ['withdrawn_at'], unique=False)

    op.create_table('thread_message',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_party', sqlmodel.sql.sqltypes.AutoString(length=96), nullable=False),
    sa.Column('author_account', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('written_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('answers', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('kept_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('kept_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('retracted_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('retracted_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.CheckConstraint("kind IN ('question', 'answer', 'promise', 'note')", name=op.f('ck_thread_message_kind_known')),
    sa.ForeignKeyConstraint(['answers'], ['thread_message.id'], name=op.f('fk_thread_message_answers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message'))
    )
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_message_subject_written_at_id'), ['subject', 'written_at', 'id'], unique=False)

    op.create_table('attachment_chunk',
    sa.Column('attachment_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_attachment_chunk_attachment_id')),
    sa.PrimaryKeyConstraint('attachment_id', 'number', name=op.f('pk_attachment_chunk'))
    )
    op.create_table('thread_reader',
    sa.Column('message_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('party', sqlmodel.sql.sqltypes.AutoString(length=96), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['thread_message.id'], name=op.f('fk_thread_reader_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'party', name=op.f('pk_thread_reader'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', service.database.columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.add_column(sa.Column('confirmed_text_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('refusal_reason', sa.Text(), nullable=True))

    # What a desk had registered and sent on before is taken as confirmed: its requester endorsed it since.
    op.execute("UPDATE need SET confirmed_at = submitted_at WHERE registered_on_behalf AND submitted_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_column('refusal_reason')
        batch_op.drop_column('confirmed_text_version')
        batch_op.drop_column('confirmed_by')
        batch_op.drop_column('confirmed_at')

    op.drop_table('thread_reader')
    op.drop_table('attachment_chunk')
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_message_subject_written_at_id'))

    op.drop_table('thread_message')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_withdrawn_at'))
        batch_op.drop_index(batch_op.f('ix_attachment_subject'))

    op.drop_table('attachment')
