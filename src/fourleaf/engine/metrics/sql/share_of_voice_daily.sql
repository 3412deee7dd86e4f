/*
id: K01-day
name: Share of voice by day, from the matches
unit: share
direction: up
formula: own / (own + sum of competitors), for each local day of the store's zone
source: "Fourleaf domain reference, K01; interval by Wilson 1927"
counts: >
  Three versions side by side, as in K01: matches (own, competitors), clusters and authors that were seen on that day. Clusters
  and authors of several days may not be added up. Days without a match have no row.
bias: Of posts found, never of customers; small days swing widely, so read the interval.
parameters:
  own: {type: "int[]"}
  competitors: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  own_accounts: {type: "text[]", default: []}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
interval: {kind: wilson, successes: own, n: total}
*/
WITH found AS (
    SELECT
        local_day(created_at) AS day,
        CASE WHEN list_contains(CAST($own AS BIGINT[]), query_id) THEN -1 ELSE query_id END AS side,
        platform, author, cluster
    FROM matches
    WHERE created_at >= CAST($since AS TIMESTAMPTZ)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND (list_contains(CAST($own AS BIGINT[]), query_id) OR list_contains(CAST($competitors AS BIGINT[]), query_id))
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
        AND NOT coalesce(list_contains(CAST($own_accounts AS TEXT[]), lower(author)), FALSE)
),
posts AS (
    SELECT
        day, side, count(*) AS raw,
        count(DISTINCT cluster) + count(CASE WHEN cluster IS NULL THEN 1 END) AS clusters
    FROM found GROUP BY day, side
),
people AS (
    SELECT day, side, count(*) AS authors
    FROM (SELECT DISTINCT day, side, platform, author FROM found WHERE author IS NOT NULL) AS known
    GROUP BY day, side
),
sides AS (
    SELECT
        p.day,
        CAST(coalesce(sum(CASE WHEN p.side = -1 THEN p.raw END), 0) AS BIGINT) AS own,
        CAST(coalesce(sum(CASE WHEN p.side <> -1 THEN p.raw END), 0) AS BIGINT) AS competitors,
        CAST(coalesce(sum(CASE WHEN p.side = -1 THEN p.clusters END), 0) AS BIGINT) AS own_clusters,
        CAST(coalesce(sum(p.clusters), 0) AS BIGINT) AS total_clusters,
        CAST(coalesce(sum(CASE WHEN p.side = -1 THEN a.authors END), 0) AS BIGINT) AS own_authors,
        CAST(coalesce(sum(a.authors), 0) AS BIGINT) AS total_authors
    FROM posts AS p LEFT JOIN people AS a ON a.day = p.day AND a.side = p.side
    GROUP BY p.day
)
SELECT
    day, own, competitors, own + competitors AS total,
    CAST(own AS DOUBLE) / nullif(own + competitors, 0) AS share,
    own_clusters, total_clusters, CAST(own_clusters AS DOUBLE) / nullif(total_clusters, 0) AS share_of_clusters,
    own_authors, total_authors, CAST(own_authors AS DOUBLE) / nullif(total_authors, 0) AS share_of_authors
FROM sides
ORDER BY day
