"""Run by alembic: hands it the connection that `api.db.migrate` opened, and our tables."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from api.db.base import Moment
from api.db.tables import Account

__all__: list[str] = []


def _render(kind: str, thing: object, _: AutogenContext) -> str | Literal[False]:
    """A revision must not depend on what our own types will be years later."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Account.metadata,
    # SQLite changes a column by writing the table anew.
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
)
# The transaction is the caller's.
context.run_migrations()
