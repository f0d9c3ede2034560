"""The rules: one generator each, named as its code; a module for each group."""
