"""A board's files: what to copy, copying it so that no cut does harm, and boards that are ill."""
