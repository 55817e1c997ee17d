"""Who was shown what is restricted, and who changed what: when, by which request, and why. Never the values."""
