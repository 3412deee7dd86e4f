/*
id: K01-day-raw
name: Share of voice by day, matches only
unit: share
direction: up
formula: own / (own + sum of competitors), for each local day of the store's zone
source: "Fourleaf domain reference, K01; interval by Wilson 1927"
counts: >
  Matches, read from the match rows: what K01-day-fast says, counted without the daily table. Days without a match
  have no row.
bias: Of posts found, never of customers; small days swing widely, so read the interval.
parameters:
  own: {type: "int[]"}
  competitors: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
interval: {kind: wilson, successes: own, n: total}
*/
WITH counted AS (
    SELECT query_id, local_day(created_at) AS day, count(*) AS n
    FROM matches
    WHERE created_at >= CAST($since AS TIMESTAMPTZ)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
    GROUP BY query_id, local_day(created_at)
),
sides AS (
    SELECT
        day,
        CAST(coalesce(sum(CASE WHEN list_contains(CAST($own AS BIGINT[]), query_id) THEN n END), 0) AS BIGINT) AS own,
        CAST(sum(n) AS BIGINT) AS total
    FROM counted
    WHERE list_contains(CAST($own AS BIGINT[]), query_id) OR list_contains(CAST($competitors AS BIGINT[]), query_id)
    GROUP BY day
)
SELECT day, own, total - own AS competitors, total, CAST(own AS DOUBLE) / nullif(total, 0) AS share
FROM sides
ORDER BY day
