"""The command line as it is typed, a module for each family of commands."""
