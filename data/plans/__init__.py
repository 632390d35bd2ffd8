"""Plans of shifts as people write them: files are read, and checked whole before any is kept."""
