"""Asterisk's queues: what its HTTP interface answers, and what its queue_log holds."""
