"""What policy obliges the department to do."""
