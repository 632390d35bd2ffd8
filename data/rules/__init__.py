"""Pure domain maths: no files, no network, no clock of its own."""
