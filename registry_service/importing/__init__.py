"""What councils send us: files read through a mapping, rows rejected with reasons, differences reported."""
