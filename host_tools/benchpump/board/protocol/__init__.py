"""Files made from `protocol.toml`: both ends of the command language and its reference."""
