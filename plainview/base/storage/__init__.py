"""Write-once encrypted objects."""
