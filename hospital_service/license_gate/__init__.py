"""Whether a person may do a clinical act: what the registry said about their license, and the proof of it."""
