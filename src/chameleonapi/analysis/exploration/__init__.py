"""What decision an application makes, found by running it on answers: engine in, record out.

Knows programs only as the protocol of :mod:`chameleonapi.analysis.trace`.
"""
