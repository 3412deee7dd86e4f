"""What listening declares: permissions and audit codes. Imported once when the application starts."""

from __future__ import annotations

from fourleaf.kernel.audit import declare as declare_code
from fourleaf.kernel.permissions import declare as declare_permission
from fourleaf.listening import rules

declare_permission("listening.view_mentions", "See mentions", rules.for_query("listening.view_mentions"))
declare_permission("listening.view_queries", "See listening queries", rules.for_query("listening.view_queries"))
declare_permission("listening.view_reports", "See listening reports", rules.for_query("listening.view_reports"))
declare_permission("listening.view_authors", "See who wrote mentions, and lists of authors")
declare_permission(
    "listening.edit_queries", "Add and change listening queries", rules.for_query("listening.edit_queries")
)
declare_permission("listening.import_mentions", "Import files of posts")
declare_permission(
    "listening.correct_mentions",
    "Correct sentiment and relevance, write notes",
    rules.for_query("listening.correct_mentions"),
)
declare_permission("listening.export_mentions", "Export mentions", rules.for_query("listening.export_mentions"))
declare_permission("listening.erase_mentions", "Erase mentions and answer erasure requests")

declare_code("listening.query.added", "Listening query added")
declare_code("listening.query.changed", "Listening query changed")
declare_code("listening.query.archived", "Listening query archived")
declare_code("listening.query.restored", "Listening query brought back")
declare_code("listening.import.uploaded", "File of posts uploaded")
declare_code("listening.import.mapped", "Columns of a file assigned")
declare_code("listening.import.started", "Import started")
declare_code("listening.import.finished", "Import finished")
declare_code("listening.import.failed", "Import failed")
declare_code("listening.import.cancelled", "Import stopped")
declare_code("listening.mention.corrected", "Mention corrected")
declare_code("listening.mention.noted", "Note written on a mention")
declare_code("listening.mention.note_removed", "Note on a mention removed")
declare_code("listening.mentions.erased", "Mentions erased")
declare_code("listening.mentions.expired", "Expired mentions erased")
declare_code("listening.author.erased", "Author erased and suppressed")
declare_code("listening.author.released", "Suppression of an author lifted")
declare_code("listening.author.suppressed_again", "Author suppressed again")
declare_code("listening.sample.drawn", "Precision sample drawn")
declare_code("listening.sample.finished", "Precision sample finished")
declare_code("listening.sample.given_up", "Precision sample given up")
declare_code("listening.mentions.exported", "Mentions exported")
declare_code("listening.own_account.added", "Own account added")
declare_code("listening.own_account.removed", "Own account removed")
declare_code("listening.settings.changed", "Settings of listening changed")
