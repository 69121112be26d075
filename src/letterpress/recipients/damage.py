"""Finds cells of text that spreadsheet programs left in place of a value: `#REF!`, `1.2E+18`, `####`.

Saved as CSV, an error is a text like any other. Not here: cells that are errors in a workbook (sheet_cells.py, ods.py).
Sources: the errors of Excel in the languages that have labels; LibreOffice, "Error Codes in Calc".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterpress.recipients.cells import Spoilt, column_letters
from letterpress.recipients.records import Row

_ERRORS = (
    "REF! N/A NAME? VALUE! DIV/0! NUM! NULL! SPILL! CALC! FIELD! BLOCKED! CONNECT! UNKNOWN! GETTING_DATA "
    "BEZUG! NV WERT! ZAHL! LEER! ÜBERLAUF! NOM? VALEUR! NOMBRE! NUL! ¡REF! ¿NOMBRE? ¡VALOR! ¡DIV/0! ¡NUM! ¡NULO! "
    "RIF! NOME? VALORE! NULLO! VERW! NAAM? WAARDE! DEEL/0! N/B GETAL! LEEG! ADR! NAZWA? ARG! DZIEL/0! LICZBA! ZERO! N/D"
).split()
_ERROR = re.compile(rf"#(?:{'|'.join(map(re.escape, _ERRORS))})|Err:5\d\d|#{{4,}}")
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d{1,3}")
_EITHER = re.compile(rf"(?:\A|\0)\s*(?:{_ERROR.pattern}|{_SHORTENED.pattern})\s*(?:\0|\Z)")
_CUT = "of which digits are lost"


def marked(rows: Iterator[Row], first_row: int, first_column: int) -> Iterator[Row]:
    """Give the rows with such cells as `Spoilt`.

    :param first_row: the first one's number as a spreadsheet program shows it; `first_column` counted from 0.
    """
    for number, row in enumerate(rows, start=first_row):
        try:
            suspect = _EITHER.search("\0".join(row.cells))
        except TypeError:  # a list among them: no source with cells has one
            suspect = None
        if suspect is None:
            yield row
            continue
        cells = list(row.cells)
        for at, cell in enumerate(cells):
            place = f"{column_letters(first_column + at)}{number}"
            if type(cell) is str and _ERROR.fullmatch(cell.strip()):
                cells[at] = Spoilt(f"{place} holds {cell.strip()}")
            elif type(cell) is str and _SHORTENED.fullmatch(cell.strip()):
                cells[at] = Spoilt(f"{place} holds {cell.strip()}, {_CUT}")
        yield row._replace(cells=cells)
