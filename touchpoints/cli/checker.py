"""The checker of a workspace: what its texts and policy are held against."""

from __future__ import annotations

from touchpoints.engine.checking import Checker
from touchpoints.engine.hands import processors
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.workspace import Workspace


def checker(workspace: Workspace) -> Checker:
    """The checker of a workspace and its data. Raises UsageError for an unusable database."""
    file = workspace.database_file
    if file is not None and not file.exists():  # nothing was imported yet
        return Checker(workspace, Vocabulary(), hands=processors())
    # Imported here because the store takes 0.25 s, and texts are checked before there are data.
    from touchpoints.engine.learning import vocabulary  # noqa: PLC0415
    from touchpoints.store.database import Database  # noqa: PLC0415

    database = Database(workspace.database)
    try:
        with database.reading() as connection:
            return Checker(workspace, vocabulary(connection), hands=processors())
    finally:
        database.close()
