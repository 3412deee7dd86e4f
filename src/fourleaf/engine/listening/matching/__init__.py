"""Finding which posts fit which queries: folding, needles, hits, and the boolean layer over them.

Import from the modules: nothing is imported here, since the query parser needs the folding rules and the matcher needs
the parser.
"""
