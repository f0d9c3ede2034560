"""What is done with a dataset once it is built: publish, pull, open, verify it, and compare it with another."""
