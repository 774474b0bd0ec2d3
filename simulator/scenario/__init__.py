"""What a scenario file says: reading it, judging it, and building the model from it."""
