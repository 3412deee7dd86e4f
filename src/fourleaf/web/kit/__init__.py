"""The kit that pages are built from. See the kit page (``/kit/``) and ``docs/explanation/pages.md``.

`requests` types of requests; `respond` rendering a page; `forms` domain errors on forms; `flash` messages with undo;
`tables` lists; `charts` pictures; `export` CSV and XLSX; `numbers` and `times` how figures and times are written.
"""
