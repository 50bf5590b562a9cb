"""The link to a pump: transports, the client and the generated language."""
