"""One file per kind of endpoint; base.py says what a source is."""
