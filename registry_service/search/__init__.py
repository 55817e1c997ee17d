"""The public register: finding people by name, and the figures published about the whole."""
