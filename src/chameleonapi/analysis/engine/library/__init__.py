"""Models of built-in functions and of the standard library, function by function."""
