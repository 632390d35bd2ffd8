"""The `:` line: what each command takes, whom a name means, and what could come next."""
