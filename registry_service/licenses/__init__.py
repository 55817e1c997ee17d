"""The register itself: licenses, what happened to them, and the periods from which any day's standing is computed."""
