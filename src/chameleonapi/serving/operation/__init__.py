"""What the people who run a server see of it: counts, health, logs, and a door for changes.

Refuses to keep or tell the content of any request, or anything that a caller could use to
make it grow: what is counted is known beforehand, or bounded.
"""
