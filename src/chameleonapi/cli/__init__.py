"""The command line: parse arguments, call one function, set the exit code.

Refuses to hold logic: what a command does can be done from Python as well.
"""
