"""Who may sign in, and what they may do in which hospital; tokens and the keys that sign them."""
