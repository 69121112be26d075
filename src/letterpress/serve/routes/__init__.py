"""The endpoints of the service: each reads what it is asked with, has it done, and answers."""
