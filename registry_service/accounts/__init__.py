"""Who may sign in: people, their roles, service clients, tokens and the keys that sign them."""
