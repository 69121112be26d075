"""HTML that an author writes into a letter: parsed as the layout parses it, and held to what a letter may hold."""
