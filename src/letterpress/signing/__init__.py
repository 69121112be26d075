"""What lies below `sign` and `verify`: the rooms that know pyHanko, certificates and what may change in a signed file.

Job: none of its own; a folder for what the two public rooms, `letterpress.sign` and `letterpress.verify`, are built on.
"""
