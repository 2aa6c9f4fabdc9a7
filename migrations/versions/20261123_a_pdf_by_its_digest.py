"""a PDF is found by its digest."""

from alembic import op

revision = "20261123b"
down_revision = "20261123a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_acknowledgements_pdf_digest"), "acknowledgements", ["pdf_digest"])


def downgrade() -> None:
    op.drop_index(op.f("ix_acknowledgements_pdf_digest"), "acknowledgements")
