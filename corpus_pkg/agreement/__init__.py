"""Agreement between two annotation passes over the same documents, layer by layer, in the measures of the field."""
