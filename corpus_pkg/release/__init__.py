"""What becomes of a built dataset once it leaves the house."""
