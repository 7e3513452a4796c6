"""The client without async, generated from aetherkeep._async by tools/make_sync.py: do not edit."""
