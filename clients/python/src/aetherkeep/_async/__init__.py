"""The client with async methods. tools/make_sync.py generates aetherkeep._sync from it."""
