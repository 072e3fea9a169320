"""Backups: database, log, receipts and a list of every stored file, of one moment; keys apart; and back again."""
