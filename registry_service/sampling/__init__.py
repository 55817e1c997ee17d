"""Believable people for development, demonstrations and benchmarks; never run against the real register."""
