"""A web page on one's own machine to write, check, make and sign letters with: `letterpress studio`.

The page asks for everything through the endpoints of `endpoints`, whose messages are typed in `messages`. Starlette and
uvicorn come with the extra `letterpress[studio]`; nothing else needs them.
"""

__all__ = ("server",)
