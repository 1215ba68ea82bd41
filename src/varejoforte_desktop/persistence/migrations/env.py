"""How Alembic reaches the books: through the connection that was handed to it, never on its own."""

from alembic import context

from varejoforte_desktop.persistence.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
