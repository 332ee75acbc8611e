"""What Alembic runs first: it is handed the connection whose transaction everything happens in."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
