"""From draft to decision: what a professional asks a council for, what is missing, who decided it, and why."""
