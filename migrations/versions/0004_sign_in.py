"""sign-in: passwords, sessions, second factors"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import service.database.columns


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = service.database.columns.UtcDateTime


def upgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", TEXT(length=16), nullable=False, server_default="write"))
        batch_op.add_column(sa.Column("stakeholder_id", TEXT(length=64), nullable=True))
        batch_op.add_column(sa.Column("last_used_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_api_token_stakeholder_id"), "stakeholder", ["stakeholder_id"], ["id"]
        )
        batch_op.create_check_constraint(batch_op.f("ck_api_token_scope_known"), "scope IN ('read', 'write')")
    op.create_table(
        "account_password",
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("digest", TEXT(length=255), nullable=False),
        sa.Column("set_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_password_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_password")),
    )
    op.create_table(
        "password_reset",
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=True),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.Column("used_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_password_reset_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_reset")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("means", TEXT(length=16), nullable=False),
        sa.Column("device", TEXT(length=200), nullable=False),
        sa.Column("opened_at", MOMENT(), nullable=False),
        sa.Column("seen_at", MOMENT(), nullable=False),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("awaits_second_factor", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.CheckConstraint(
            "means IN ('password', 'passkey', 'provider', 'demonstration')",
            name=op.f("ck_sign_in_session_means_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_session_digest")),
    )
    op.create_table(
        "authenticator_app",
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("sealed_secret", TEXT(length=300), nullable=False),
        sa.Column("added_at", MOMENT(), nullable=False),
        sa.Column("confirmed_at", MOMENT(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_authenticator_app_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_authenticator_app")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("credential_id", TEXT(length=1400), nullable=False),
        sa.Column("public_key", TEXT(length=2000), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("label", TEXT(length=100), nullable=False),
        sa.Column("added_at", MOMENT(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("purpose", TEXT(length=16), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=True),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('register', 'sign_in', 'second_factor')",
            name=op.f("ck_passkey_challenge_purpose_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_challenge_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passkey_challenge")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", TEXT(length=64), nullable=False),
        sa.Column("account_id", TEXT(length=64), nullable=False),
        sa.Column("issued_at", MOMENT(), nullable=False),
        sa.Column("used_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("subject", TEXT(length=64), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.Column("changed_at", MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_throttle")),
    )
    for table in ("password_reset", "sign_in_session", "passkey", "passkey_challenge", "recovery_code"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_account_id"), ["account_id"], unique=False)
    with op.batch_alter_table("sign_in_throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_throttle_changed_at"), ["changed_at"], unique=False)


def downgrade() -> None:
    for table in (
        "sign_in_throttle",
        "recovery_code",
        "passkey_challenge",
        "passkey",
        "authenticator_app",
        "sign_in_session",
        "password_reset",
        "account_password",
    ):
        op.drop_table(table)
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_api_token_scope_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_api_token_stakeholder_id"), type_="foreignkey")
        batch_op.drop_column("last_used_on")
        batch_op.drop_column("stakeholder_id")
        batch_op.drop_column("scope")
