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
    op.create_index(op.f('ix_letter_queued_at_id'), 'letter', ['queued_at', 'id'])
    op.create_table('notification',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('entry_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('thing_kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('thing_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('occurred_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('read_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('way', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('mail_due_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('mailed_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('endorsements', 'seats', 'requests', 'teams', 'messages', 'desk', 'rounds', 'offers', 'circulars', 'account', 'instance')", name=op.f('ck_notification_kind_known')),
    sa.CheckConstraint("thing_kind IN ('need', 'offer', 'proposal', 'seat', 'round', 'account', 'page')", name=op.f('ck_notification_thing_kind_known')),
    sa.CheckConstraint("way IN ('at_once', 'daily', 'weekly')", name=op.f('ck_notification_way_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notification_account_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_notification_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('account_id', 'entry_id', name=op.f('uq_notification_account_id_entry_id'))
    )
    op.create_index(op.f('ix_notification_account_id_occurred_at_id'), 'notification', ['account_id', 'occurred_at', 'id'])
    op.create_index(op.f('ix_notification_entry_id'), 'notification', ['entry_id'])
    op.create_index(op.f('ix_notification_mail_due_at'), 'notification', ['mail_due_at'])
    op.create_index('ix_notification_unread', 'notification', ['account_id', 'read_at'])
    op.create_table('notification_choice',
    sa.Column('account_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('way', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.CheckConstraint("kind IN ('endorsements', 'seats', 'requests', 'teams', 'messages', 'desk', 'rounds', 'offers', 'circulars', 'account', 'instance')", name=op.f('ck_notification_choice_kind_known')),
    sa.CheckConstraint("way IN ('at_once', 'daily', 'weekly', 'inbox', 'off')", name=op.f('ck_notification_choice_way_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notification_choice_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'kind', name=op.f('pk_notification_choice'))
    )
    op.create_table('webhook',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('owner_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('topics', service.database.columns.Codes(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('registered_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('registered_by', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('switched_off_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('switched_off_because', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.CheckConstraint("switched_off_because IN ('by_hand', 'failing', 'gone')", name=op.f('ck_webhook_switched_off_because_known')),
    sa.ForeignKeyConstraint(['owner_id'], ['stakeholder.id'], name=op.f('fk_webhook_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_index(op.f('ix_webhook_owner_id'), 'webhook', ['owner_id'])
    op.create_index(op.f('ix_webhook_registered_at_id'), 'webhook', ['registered_at', 'id'])
    op.create_table('webhook_delivery',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('webhook_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('entry_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('thing_kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('thing_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('queued_at', service.database.columns.UtcDateTime(), nullable=False),
    sa.Column('due_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('claimed_until', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_tried_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('delivered_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('given_up_at', service.database.columns.UtcDateTime(), nullable=True),
    sa.Column('status_code', sa.Integer(), nullable=True),
    sa.Column('failure', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_webhook_delivery_entry_id')),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_delivery_webhook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery')),
    sa.UniqueConstraint('webhook_id', 'entry_id', name=op.f('uq_webhook_delivery_webhook_id_entry_id'))
    )
    op.create_index(op.f('ix_webhook_delivery_due_at'), 'webhook_delivery', ['due_at'])
    op.create_index(op.f('ix_webhook_delivery_entry_id'), 'webhook_delivery', ['entry_id'])
    op.create_index(op.f('ix_webhook_delivery_webhook_id_queued_at_id'), 'webhook_delivery', ['webhook_id', 'queued_at', 'id'])


def downgrade() -> None:
    op.drop_table('webhook_delivery')
    op.drop_table('webhook')
    op.drop_table('notification_choice')
    op.drop_table('notification')
    op.drop_table('letter')
