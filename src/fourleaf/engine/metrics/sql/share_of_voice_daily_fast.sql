/*
id: K01-day-fast
name: Share of voice by day, from the daily counts
unit: share
direction: up
formula: own / (own + sum of competitors), for each local day of the store's zone
source: "Fourleaf domain reference, K01; interval by Wilson 1927"
counts: >
  Matches. Clusters and authors cannot be added up over days and queries and are not offered here. Days without a
  match have no row.
bias: Of posts found, never of customers; small days swing widely, so read the interval.
parameters:
  own: {type: "int[]"}
  competitors: {type: "int[]"}
  first: {type: date}
  last: {type: date}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
interval: {kind: wilson, successes: own, n: total}
*/
WITH sides AS (
    SELECT
        day,
        CAST(coalesce(sum(CASE WHEN list_contains(CAST($own AS BIGINT[]), query_id) THEN count END), 0) AS BIGINT) AS own,
        CAST(sum(count) AS BIGINT) AS total
    FROM daily
    WHERE day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
        AND (list_contains(CAST($own AS BIGINT[]), query_id) OR list_contains(CAST($competitors AS BIGINT[]), query_id))
        AND (CAST($reshares AS BOOLEAN) OR NOT is_reshare)
        AND (CAST($suspected AS BOOLEAN) OR NOT suspected)
    GROUP BY day
)
SELECT day, own, total - own AS competitors, total, CAST(own AS DOUBLE) / nullif(total, 0) AS share
FROM sides
ORDER BY day
