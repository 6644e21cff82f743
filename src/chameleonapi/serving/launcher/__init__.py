"""Run an unmodified application against a server of ours."""
