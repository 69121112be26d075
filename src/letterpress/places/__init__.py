"""Where outputs and inputs lie: a folder, or object storage (s3://, gs://, az://), behind one small interface.

    >>> from letterpress.places import place_of
    >>> place = place_of("out/run")
    >>> place.create("shards/000001.json", b"{}")                        # doctest: +SKIP

Names within a place are relative, with `/` between their parts, on every system. Importing this package loads no
library for object storage; the extra `letterpress[store]` brings it.
"""

from letterpress.places.addresses import is_store, place_of
from letterpress.places.local_copy import local_copy, parted
from letterpress.places.probing import probe
from letterpress.places.values import Entry, Missing, Place

__all__ = ("Entry", "Missing", "Place", "is_store", "local_copy", "parted", "place_of", "probe")
