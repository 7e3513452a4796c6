"""The client with async methods. aetherkeep._sync is made of it by tools/make_sync.py."""
