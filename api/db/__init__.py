"""Storage: SQLAlchemy tables, sessions, and migrations by alembic."""
