"""The composition root: settings, URLs, start-up checks, and what the worker does when."""
