"""Works on finished PDFs: looks at them, appends them to a letter, joins their structures and fonts, draws them."""
