"""The hospitals: where they are, what they offer, who owns them."""
