"""Which HTML a letter may hold, judged on the tree that the layout gets."""
