"""What the law and the councils fixed: states, regulators, professions, registers, terms; data with validity dates."""
