/*
id: R02
name: Language mix
unit: share
direction: none
formula: matches of each language / all matches
source: "Fourleaf domain reference, chapter 8, bias"
counts: Matches of the listed queries. A language that could not be told is und; one that was never asked for is empty.
bias: Shows where posts were found, which depends on where was searched.
parameters:
  queries: {type: "int[]"}
  first: {type: date}
  last: {type: date}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
interval: {kind: wilson, successes: posts, n: total}
*/
WITH counted AS (
    SELECT lang, CAST(sum(count) AS BIGINT) AS posts
    FROM daily
    WHERE day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
        AND list_contains(CAST($queries AS BIGINT[]), query_id)
        AND (CAST($reshares AS BOOLEAN) OR NOT is_reshare)
        AND (CAST($suspected AS BOOLEAN) OR NOT suspected)
    GROUP BY lang
)
SELECT
    lang, posts, CAST(sum(posts) OVER () AS BIGINT) AS total,
    CAST(posts AS DOUBLE) / nullif(sum(posts) OVER (), 0) AS share
FROM counted
ORDER BY posts DESC, lang
