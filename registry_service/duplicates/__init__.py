"""One person, entered twice: how likely two records are one person's and why, and making them one, and two again."""
