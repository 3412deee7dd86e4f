/*
id: K03
name: Mentions by day
unit: posts
direction: up
formula: matches of each query on each local day of the store's zone
source: "Fourleaf domain reference, K03"
counts: Matches. Days without a match have no row.
bias: Automated accounts and syndicated news raise the count; compare with and without them.
parameters:
  queries: {type: "int[]"}
  first: {type: date}
  last: {type: date}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
*/
SELECT query_id, day, CAST(sum(count) AS BIGINT) AS mentions
FROM daily
WHERE day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
    AND list_contains(CAST($queries AS BIGINT[]), query_id)
    AND (CAST($reshares AS BOOLEAN) OR NOT is_reshare)
    AND (CAST($suspected AS BOOLEAN) OR NOT suspected)
GROUP BY query_id, day
ORDER BY query_id, day
