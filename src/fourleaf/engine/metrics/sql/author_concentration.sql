/*
id: R03
name: Posts by the busiest hundredth of authors
unit: share
direction: down
formula: posts by the busiest 1 % of authors (at least one author) / posts with a known author
source: "Fourleaf domain reference, chapter 8, bias, and K21"
counts: >
  Distinct posts found by any of the listed queries; an author is a handle on a platform. Always one row; the
  share is empty when no post has a known author.
bias: A few busy accounts can make the whole picture; read this beside every share of posts.
parameters:
  queries: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  reshares: {type: bool, default: true}
  suspected: {type: bool, default: true}
*/
WITH found AS (
    SELECT DISTINCT mention_id, platform, author, lang, suspected
    FROM matches
    WHERE created_at >= CAST($since AS TIMESTAMPTZ)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND list_contains(CAST($queries AS BIGINT[]), query_id)
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
),
by_author AS (
    SELECT platform, author, count(*) AS n FROM found WHERE author IS NOT NULL GROUP BY platform, author
),
ranked AS (
    SELECT n, row_number() OVER (ORDER BY n DESC, platform, author) AS place, count(*) OVER () AS authors FROM by_author
),
busiest AS (
    SELECT
        coalesce(max(authors), 0) AS authors,
        CAST(coalesce(sum(n), 0) AS BIGINT) AS known,
        CAST(coalesce(sum(CASE WHEN place <= greatest(1, ceil(authors * 0.01)) THEN n END), 0) AS BIGINT) AS top_posts
    FROM ranked
),
overall AS (
    SELECT
        count(*) AS posts,
        count(CASE WHEN author IS NULL THEN 1 END) AS without_author,
        count(CASE WHEN suspected IS NOT NULL THEN 1 END) AS suspected,
        count(DISTINCT platform) AS platforms,
        count(DISTINCT CASE WHEN lang <> 'und' THEN lang END) AS languages
    FROM found
)
SELECT
    o.posts, b.authors, o.without_author, o.suspected, o.platforms, o.languages,
    CAST(b.top_posts AS DOUBLE) / nullif(b.known, 0) AS top_share
FROM overall AS o CROSS JOIN busiest AS b
