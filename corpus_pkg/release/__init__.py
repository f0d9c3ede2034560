"""What is done with a dataset once it is built: open it wherever it is, verify it, compare it with another."""
