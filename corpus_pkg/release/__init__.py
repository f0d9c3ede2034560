"""What happens to a built dataset: it is published, pulled, verified and compared."""
