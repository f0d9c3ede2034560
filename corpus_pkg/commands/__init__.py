"""The commands of `corpus`, by what they are for; `cli` puts them together."""
