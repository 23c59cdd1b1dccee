"""ANSI/SIA DC-09 receiver: codec, decision table and the TCP and UDP server.

Sources: docs/protocols.md part 1 (editions 2007 to 2026, grammar, replies, deviations).
"""
