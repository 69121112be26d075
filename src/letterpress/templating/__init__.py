"""Templates in a sandbox: what they may use, what it costs, and what is wrong with one."""
