"""The present (cache.db) and what happened (history.db), in SQLite."""
