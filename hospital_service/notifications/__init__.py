"""E-mail that must leave: written in the transaction that caused it, sent by the worker."""
