"""Stand-ins for the client libraries of the providers, one file per family."""
