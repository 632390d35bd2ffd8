"""Pure functions from records to rows of plain strings."""
