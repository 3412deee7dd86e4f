/*
id: K01-parts
name: Voice of each query
unit: posts
direction: none
formula: matches, distinct clusters and distinct authors of each query
source: "Fourleaf domain reference, K01 and chapter 8"
counts: >
  For each query: raw matches, near-duplicate clusters, and distinct authors (a handle on a platform). Queries
  without a match in the period have no row.
bias: Of posts found by queries; a broader query finds more.
parameters:
  queries: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
*/
WITH found AS (
    SELECT query_id, platform, author, cluster
    FROM matches
    WHERE created_at >= CAST($since AS TIMESTAMPTZ)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND list_contains(CAST($queries AS BIGINT[]), query_id)
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
),
people AS (
    SELECT query_id, count(*) AS authors
    FROM (SELECT DISTINCT query_id, platform, author FROM found WHERE author IS NOT NULL) AS known
    GROUP BY query_id
),
posts AS (
    SELECT
        query_id, count(*) AS raw,
        count(DISTINCT cluster) + count(CASE WHEN cluster IS NULL THEN 1 END) AS clusters
    FROM found GROUP BY query_id
)
SELECT p.query_id, p.raw, p.clusters, coalesce(a.authors, 0) AS authors
FROM posts AS p LEFT JOIN people AS a ON a.query_id = p.query_id
ORDER BY p.query_id
