"""Texts that people (and programs) type into names and addresses, and that have broken other software.

Our own list, in the kinds that such lists have: words that languages reserve, numbers, markup, templates, SQL, shells,
paths, formulas, scripts and directions, marks and joiners, invisible and forbidden characters.
"""

from __future__ import annotations

WORDS = (
    "null NULL None nil undefined true false NaN Infinity -inf undef N/A hasOwnProperty __proto__ constructor then self"
)
NUMBERS = "0 00 007 1/0 -1 1e400 0x10 1,234.50 1.234,50 ٣٢١ ² ½ 123456789012345678901234567890 +49 2026-13-45 12:60"

NAUGHTY: tuple[str, ...] = (
    *WORDS.split(),
    *NUMBERS.split(),
    # Names as they are.
    "O'Neill", "D’Arcy", "Anne-Marie Müller-Lüdenscheidt", "Þórður Æsir", "Nguyễn Thị Hồng", "Łukasz Żółć", "İbrahim Işık",
    "Ó", "A", "Jr.", "van der Vaart, III", "Dr. Dr. h. c. mult.", "Null", "Test", "Mr. & Mrs. Smith", "Smith; Jones",
    "\"Bob\"", "Robert 'Bob' Tables", "x" * 60, "Ω ≈ ∞", "Straße 1½", "№ 5", "c/o Ada", "# 4", "P.O. Box 7 / Apt. 3\\4",
    # Markdown and HTML: data is text.
    "*stars*", "__init__", "`code`", "[link](http://example.org)", "# heading", "> quote", "1. one", "- item", "***", "---",
    "<b>bold</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p></body></html>", "<!-- x -->", "&amp;",
    "&lt;b&gt;", "&#0;", "&nbsp;", "<![CDATA[x]]>", "<?xml version='1.0'?>", "<svg/onload=alert(1)>", "<a href='file:x'>",
    "<link rel=attachment href=/etc/hosts>", "javascript:alert(1)", "]]>", "<", ">", "&", "'", '"', "<>", "{}", "$", "%",
    # Templates.
    "{{ 7 * 7 }}", "{% raw %}", "{# x #}", "{{ to.__class__.__mro__ }}", "${7*7}", "#{7*7}", "<%= 7 %>", "{{", "}}", "%}",
    "{0}", "%s%s%s", "%(name)s", "{{ fields }}", "\\{{ x \\}}",
    # SQL, shells, paths, formulas, headers.
    "Robert'); DROP TABLE letters;--", "1 OR 1=1", "' OR ''='", "; rm -rf /", "$(touch x)", "`id`", "| cat", "&& ls", "../../x",
    "..\\..\\x", "/etc/passwd", "C:\\Windows", "CON", "nul", "aux.txt", "~", "-rf", "--help", "=SUM(A1)", "+1", "@x", "=cmd|' /C x",
    "x%00y", "a/b", "a:b", "a*b?", "file:///etc/passwd", "http://example.org/?a=1&b=2", "a=b; c=d",
    # CSS and PDF.
    "}*{display:none}", "\\27", "url(x)", "(unbalanced", "unbalanced)", "\\)", "<< /Type /Catalog >>", "%PDF-1.7", "endstream",
    # Scripts that no shipped font has, or only in part.
    "王小明", "李", "さくら", "김민준", "محمد", "דוד", "ไทย", "हिन्दी", "ქართული", "አማርኛ", "Ἀθήνα", "Дмитрий", "Ελένη",
    # Beyond the Basic Multilingual Plane, marks, joiners, directions.
    "🙂", "👩‍👩‍👧", "🇩🇪", "𝔄𝔡𝔞", "𠮷野", "e\u0301", "Z\u0351\u036b\u0343a\u0329l\u0328go", "a\u0300\u0301\u0302\u0303", "\u0301",
    "\u202eright to left", "a\u200db", "a\u200cb", "zero\u200bwidth", "soft\u00adhyphen", "no\u00a0break", "word\u2060joiner",
    "\ufeffmark", "a\u2028b", "a\u2029b", "ﬁ ligature", "ǆ", "ß", "ẞ", "K (Kelvin)", "Å (Ångström)", "ﷺ", "\u3000", "\ufffd",
    # What cannot be printed.
    "bell\x07", "null\x00", "escape\x1b[31m", "delete\x7f", "next\x85", "\ufffe", "\U0001ffff", "\x0b", "\x0c",
)  # fmt: skip
