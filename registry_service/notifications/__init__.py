"""E-mail and SMS that must leave: written in the transaction that caused them, sent by the worker."""
