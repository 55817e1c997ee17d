"""What has happened, for others to hear: the outbox, a row for each event in the transaction that brought it about."""
