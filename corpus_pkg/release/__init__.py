"""What becomes of a built dataset: its editions, their restoration, and the withdrawal of a text."""
