"""A letterhead's folder and a filled letter become a page."""
