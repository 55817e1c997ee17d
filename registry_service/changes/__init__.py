"""How the register changes: who made each change, when and why, and its place in the order of all changes."""
