"""What is measured, and how: each run measures both sides of a comparison on the same machine, one after the other."""
