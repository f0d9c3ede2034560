"""What is done with a built dataset: publish, pull, open, verify and deposit it, and compare it with another."""
