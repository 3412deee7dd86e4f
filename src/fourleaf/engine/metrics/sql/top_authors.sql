/*
id: R04
name: Authors to know on a topic
unit: percentile ranks from 0 to 1
direction: none
formula: >
  Three separate percentile ranks: reach (followers, else the most views of one post), resonance (shares for each
  post with known shares), relevance (posts on the topic / all stored posts of the author in the 90 days before the end)
source: "Fourleaf domain reference, chapter 8; Cha et al., ICWSM 2010: followers, re-shares and mentions differ"
counts: >
  Authors with at least min_posts posts of their own (re-shares do not count) found by the listed queries in the
  period. A rank is among these authors, and empty where the source gave no figure.
bias: >
  Stored posts only, so relevance is high for whoever was only found by this topic. Never one score: reach without
  relevance means little.
parameters:
  queries: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  min_posts: {type: int, default: 1}
  top: {type: int, default: 50}
  suspected: {type: bool, default: false}
*/
WITH on_topic AS (
    SELECT DISTINCT mention_id, created_at
    FROM matches
    WHERE list_contains(CAST($queries AS BIGINT[]), query_id)
        AND created_at < CAST($until AS TIMESTAMPTZ)
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
),
posts AS (
    SELECT
        m.platform, m.author, m.author_name, m.author_followers, m.views, m.shares, m.created_at,
        t.mention_id IS NOT NULL AS fits
    FROM mentions AS m LEFT JOIN on_topic AS t ON t.mention_id = m.id
    WHERE m.author IS NOT NULL AND m.kind <> 'reshare' AND m.created_at < CAST($until AS TIMESTAMPTZ)
),
recent AS (
    SELECT platform, author, avg(CASE WHEN fits THEN 1.0 ELSE 0.0 END) AS relevance
    FROM posts
    WHERE created_at >= CAST($until AS TIMESTAMPTZ) - INTERVAL '90' DAY
    GROUP BY platform, author
),
known AS (
    SELECT
        platform, author, max(author_name) AS author_name, count(*) AS posts,
        coalesce(max(author_followers), max(views)) AS reach,
        CAST(sum(shares) AS DOUBLE) / nullif(count(shares), 0) AS resonance,
        max(created_at) AS latest
    FROM posts
    WHERE fits AND created_at >= CAST($since AS TIMESTAMPTZ)
    GROUP BY platform, author
    HAVING count(*) >= CAST($min_posts AS BIGINT)
),
ranked AS (
    SELECT
        k.platform, k.author, k.author_name, k.posts, k.reach, k.resonance, r.relevance, k.latest,
        CASE WHEN k.reach IS NOT NULL
            THEN percent_rank() OVER (PARTITION BY k.reach IS NULL ORDER BY k.reach) END AS reach_rank,
        CASE WHEN k.resonance IS NOT NULL
            THEN percent_rank() OVER (PARTITION BY k.resonance IS NULL ORDER BY k.resonance) END AS resonance_rank,
        CASE WHEN r.relevance IS NOT NULL
            THEN percent_rank() OVER (PARTITION BY r.relevance IS NULL ORDER BY r.relevance) END AS relevance_rank,
        row_number() OVER (ORDER BY k.posts DESC, k.platform, k.author) AS place
    FROM known AS k LEFT JOIN recent AS r ON r.platform = k.platform AND r.author = k.author
)
SELECT
    platform, author, author_name, posts, reach, resonance, relevance, reach_rank, resonance_rank, relevance_rank, latest
FROM ranked
WHERE place <= CAST($top AS BIGINT)
ORDER BY place
