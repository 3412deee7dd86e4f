"""Lists of people from a CSV file: read, compared with what is there, shown, and put in place in one transaction.

    plan = preview_people(actor=actor, content=data)            # changes nothing
    result = import_people(actor=actor, content=data, file_name="people.csv")

How a row finds its person: by ``external_id``; else by e-mail. Columns that the file does not have are left alone;
a column that it has, and that is empty in a row, empties the field. People who are missing from the file stay as they
are: somebody leaves by a date in ``left_on`` only. The same file a second time changes nothing.

`reading` turns bytes into rows, `planning` compares, `writing` writes, `stored` keeps uploads of the web.
"""

from fourleaf.kernel.services.people_import.findings import Finding
from fourleaf.kernel.services.people_import.planning import Plan
from fourleaf.kernel.services.people_import.reading import MAX_BYTES, MAX_ROWS, ParsedFile, read_people_file
from fourleaf.kernel.services.people_import.writing import ADDABLE, ImportResult, import_people, preview_people

__all__ = [
    "ADDABLE",
    "MAX_BYTES",
    "MAX_ROWS",
    "Finding",
    "ImportResult",
    "ParsedFile",
    "Plan",
    "import_people",
    "preview_people",
    "read_people_file",
]
