"""invitations, deputies, other sign-ins"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = service.database.columns.UtcDateTime
ROLES = (
    "requester_officer",
    "national_focal_point",
    "provider_focal_point",
    "pool_manager",
    "expert",
    "case_officer",
    "dialogue_secretariat",
    "steering_member",
    "funder",
    "peer_reviewer",
    "evaluator",
    "observer",
    "administrator",
)
INDEXES = {
    "reset_question": ["asked_at"],
    "invitation": ["email", "stakeholder_id", "invited_by", "account_id"],
    "deputy": ["duty_id", "account_id"],
    "linked_sign_in": ["account_id"],
    "provider_question": ["account_id", "invitation_id"],
}


def upgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proved_at", MOMENT(), nullable=True))
    op.create_table(
        "reset_question",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("email", TEXT(length=254), nullable=False),
        sa.Column("asked_at", MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_question")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("email", TEXT(length=254), nullable=False),
        sa.Column("role", TEXT(length=64), nullable=False),
        sa.Column("stakeholder_id", TEXT(length=64), nullable=True),
        sa.Column("language", TEXT(length=16), nullable=False),
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("invited_by", TEXT(length=64), nullable=False),
        sa.Column("invited_at", MOMENT(), nullable=False),
        sa.Column("sent_at", MOMENT(), nullable=False),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.Column("accepted_at", MOMENT(), nullable=True),
        sa.Column("account_id", TEXT(length=64), nullable=True),
        sa.Column("withdrawn_at", MOMENT(), nullable=True),
        sa.CheckConstraint(
            "role IN ({})".format(", ".join(f"'{role}'" for role in ROLES)),
            name=op.f("ck_invitation_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholder.id"], name=op.f("fk_invitation_stakeholder_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_table(
        "deputy",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("duty_id", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("named_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_deputy_duty_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_deputy_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_table(
        "linked_sign_in",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("issuer", TEXT(length=500), nullable=False),
        sa.Column("subject", TEXT(length=255), nullable=False),
        sa.Column("linked_at", MOMENT(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_linked_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_sign_in")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_linked_sign_in_issuer_subject")),
    )
    op.create_table(
        "provider_question",
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("provider", TEXT(length=32), nullable=False),
        sa.Column("state", TEXT(length=64), nullable=False),
        sa.Column("nonce", TEXT(length=64), nullable=False),
        sa.Column("verifier", TEXT(length=128), nullable=False),
        sa.Column("following", TEXT(length=1000), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=True),
        sa.Column("invitation_id", TEXT(length=64), nullable=True),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_provider_question_account_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_provider_question_invitation_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_provider_question")),
    )
    for table, columns in INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    for table in reversed(list(INDEXES)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in INDEXES[table]:
                batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
        op.drop_table(table)
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_column("proved_at")
