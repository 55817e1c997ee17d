"""Who works where: a person's affiliation with a hospital, and the license they claim."""
