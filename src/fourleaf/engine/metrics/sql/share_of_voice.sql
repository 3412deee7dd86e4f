/*
id: K01
name: Share of voice
unit: share
direction: up
formula: own / (own + sum of competitors)
source: "Fourleaf domain reference, K01; interval by Wilson 1927"
counts: >
  Three versions, never mixed. raw: matches, re-shares and repeats included. clusters: near-duplicates count once
  for own and once for each competitor. authors: people (a handle on a platform) count once for own and once for
  each competitor; posts without a known author are left out. A post that names both sides counts on both sides.
  Own accounts are left out.
bias: >
  Of posts found, never of customers: queries of unlike breadth and platforms that are not searched shift the share.
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
        CASE WHEN list_contains(CAST($own AS BIGINT[]), query_id) THEN -1 ELSE query_id END AS side,
        mention_id, platform, author, cluster
    FROM matches
    WHERE created_at >= CAST($since AS TIMESTAMPTZ)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND (list_contains(CAST($own AS BIGINT[]), query_id) OR list_contains(CAST($competitors AS BIGINT[]), query_id))
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
        AND NOT coalesce(list_contains(CAST($own_accounts AS TEXT[]), lower(author)), FALSE)
),
counted AS (
    SELECT 'raw' AS variant, side, count(*) AS n FROM found GROUP BY side
    UNION ALL
    SELECT 'clusters' AS variant, side, count(DISTINCT cluster) + count(CASE WHEN cluster IS NULL THEN 1 END) AS n
    FROM found GROUP BY side
    UNION ALL
    SELECT 'authors' AS variant, side, count(*) AS n
    FROM (SELECT DISTINCT side, platform, author FROM found WHERE author IS NOT NULL) AS people GROUP BY side
),
variants AS (
    SELECT 1 AS place, 'raw' AS variant UNION ALL SELECT 2, 'clusters' UNION ALL SELECT 3, 'authors'
),
sides AS (
    SELECT
        v.place,
        v.variant,
        CAST(coalesce(sum(CASE WHEN c.side = -1 THEN c.n END), 0) AS BIGINT) AS own,
        CAST(coalesce(sum(CASE WHEN c.side <> -1 THEN c.n END), 0) AS BIGINT) AS competitors
    FROM variants AS v LEFT JOIN counted AS c ON c.variant = v.variant
    GROUP BY v.place, v.variant
)
SELECT
    variant, own, competitors, own + competitors AS total,
    CAST(own AS DOUBLE) / nullif(own + competitors, 0) AS share
FROM sides
ORDER BY place
