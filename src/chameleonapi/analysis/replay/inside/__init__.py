"""What runs in the process of a replay: the application, and stand-ins for all that is foreign.

Nothing here is imported by the process of the user. ``main`` is the door.
"""
