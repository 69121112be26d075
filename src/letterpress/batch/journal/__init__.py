"""The journal of an output folder: which letters a run has made, so that it can be killed and go on."""

from letterpress.batch.journal.database import KEPT_RUNS, Journal
from letterpress.batch.journal.entries import Entry, Noted, Run, RunState, State, Written
from letterpress.batch.journal.store import FOLDER

__all__ = ["FOLDER", "KEPT_RUNS", "Entry", "Journal", "Noted", "Run", "RunState", "State", "Written"]
