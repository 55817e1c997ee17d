"""Stories told through the gateway, against a system that runs for real (`make e2e`)."""
