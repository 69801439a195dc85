"""Outlook, fairs and targets.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Towards the newest."""
    op.create_table(
        "outlook_queue",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("record_id", sa.String(length=26), nullable=False),
        sa.Column("side", sa.String(length=11), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlook_queue")),
    )
    with op.batch_alter_table("outlook_queue", schema=None) as batch_op:
        batch_op.create_index("ix_outlook_queue_order", ["side", "bulk", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlook_queue_record_id"), ["record_id"], unique=False)

    op.create_table(
        "targets",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("set_by", sa.String(length=26), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", "measure", name=op.f("pk_targets")),
    )
    op.create_table(
        "fairs",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("run", sa.String(length=60), nullable=False),
        sa.Column("current", sa.Integer(), nullable=True),
        sa.Column("printed", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_fairs_created_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_fairs_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairs")),
    )
    with op.batch_alter_table("fairs", schema=None) as batch_op:
        batch_op.create_index("ix_fairs_owner", ["owner_id", "id"], unique=False)

    op.create_table(
        "outlooks",
        sa.Column("need_id", sa.String(length=26), nullable=False),
        sa.Column("tier", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("best_level", sa.Integer(), nullable=False),
        sa.Column("best_fit", sa.Double(), nullable=False),
        sa.Column("fitting", sa.Integer(), nullable=False),
        sa.Column("none_fits", sa.Boolean(), nullable=False),
        sa.Column("open_fit", sa.Boolean(), nullable=False),
        sa.Column("avoids", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.String(length=300), nullable=False),
        sa.Column("org", sa.String(length=500), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["records.id"], name=op.f("fk_outlooks_need_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("need_id", "tier", name=op.f("pk_outlooks")),
    )
    with op.batch_alter_table("outlooks", schema=None) as batch_op:
        batch_op.create_index("ix_outlooks_looked_at", ["tier", "looked_at"], unique=False)

    op.create_table(
        "standing_pairs",
        sa.Column("need_id", sa.String(length=26), nullable=False),
        sa.Column("achievement_id", sa.String(length=26), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("achievement_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("amount_cny", sa.Double(), nullable=True),
        sa.Column("amount_basis", sa.String(length=40), nullable=False),
        sa.Column("org", sa.String(length=500), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["records.id"], name=op.f("fk_standing_pairs_achievement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["records.id"], name=op.f("fk_standing_pairs_need_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "achievement_id", name=op.f("pk_standing_pairs")),
    )
    with op.batch_alter_table("standing_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_pairs_achievement_id"), ["achievement_id"], unique=False)

    op.create_table(
        "fair_attendance",
        sa.Column("fair_id", sa.String(length=26), nullable=False),
        sa.Column("party", sa.String(length=20), nullable=False),
        sa.Column("meeting", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("noted_by", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs.id"], name=op.f("fk_fair_attendance_fair_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["noted_by"], ["accounts.id"], name=op.f("fk_fair_attendance_noted_by")),
        sa.PrimaryKeyConstraint("fair_id", "party", "meeting", name=op.f("pk_fair_attendance")),
    )
    op.create_table(
        "fair_plans",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("fair_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("inputs", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=True),
        sa.Column("made_by", sa.String(length=26), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs.id"], name=op.f("fk_fair_plans_fair_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_fair_plans_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_plans")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_fair_plans_fair_id_number")),
        sa.UniqueConstraint("job_id", name=op.f("uq_fair_plans_job_id")),
    )
    op.create_table(
        "fair_wishes",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("fair_id", sa.String(length=26), nullable=False),
        sa.Column("enterprise", sa.String(length=500), nullable=False),
        sa.Column("team", sa.String(length=500), nullable=False),
        sa.Column("wish", sa.String(length=4), nullable=False),
        sa.Column("by", sa.String(length=4), nullable=False),
        sa.Column("made_by", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs.id"], name=op.f("fk_fair_wishes_fair_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_fair_wishes_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_wishes")),
    )
    with op.batch_alter_table("fair_wishes", schema=None) as batch_op:
        batch_op.create_index("ix_fair_wishes_fair", ["fair_id", "id"], unique=False)

    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_records_counts",
            ["side", "state", "deleted_at", "created_at", "updated_at", "valid_until"],
            unique=False,
        )


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.drop_index("ix_records_counts")

    with op.batch_alter_table("fair_wishes", schema=None) as batch_op:
        batch_op.drop_index("ix_fair_wishes_fair")

    op.drop_table("fair_wishes")
    op.drop_table("fair_plans")
    op.drop_table("fair_attendance")
    with op.batch_alter_table("standing_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_pairs_achievement_id"))

    op.drop_table("standing_pairs")
    with op.batch_alter_table("outlooks", schema=None) as batch_op:
        batch_op.drop_index("ix_outlooks_looked_at")

    op.drop_table("outlooks")
    with op.batch_alter_table("fairs", schema=None) as batch_op:
        batch_op.drop_index("ix_fairs_owner")

    op.drop_table("fairs")
    op.drop_table("targets")
    with op.batch_alter_table("outlook_queue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlook_queue_record_id"))
        batch_op.drop_index("ix_outlook_queue_order")

    op.drop_table("outlook_queue")
