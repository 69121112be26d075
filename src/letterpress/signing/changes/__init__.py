"""What was added to a PDF after a signature, and whether signing explains it."""
