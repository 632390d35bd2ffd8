"""The sync process: one poller for all readers of a floor."""
