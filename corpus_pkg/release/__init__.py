"""What is done with a built dataset: it is put into an archive."""
