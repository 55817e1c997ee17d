"""Who a health professional is: one person, with names, identifiers and a birth date; never a license."""
