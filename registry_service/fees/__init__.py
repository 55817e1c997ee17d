"""What an application costs, how it is paid, and the proof that it was."""
