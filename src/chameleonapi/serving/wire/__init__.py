"""Pure codecs: bytes of a provider's protocol to records of ours and back.

No sockets, no threads, no models. One file per protocol or service; a codec of one
service does not know the codec of another. Scores are in [0, 1] everywhere else:
only here do they become percent where a provider wants that.
"""
