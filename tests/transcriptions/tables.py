"""What the keys of every transcription are called in the file of its scenario."""

from tests.transcriptions.tables_2011 import OF_2011
from tests.transcriptions.tables_2012 import OF_2012

TABLES = {**OF_2011, **OF_2012}
