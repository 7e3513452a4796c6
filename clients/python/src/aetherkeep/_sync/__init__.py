"""The client without async, made of aetherkeep._async by tools/make_sync.py: not to be edited."""
