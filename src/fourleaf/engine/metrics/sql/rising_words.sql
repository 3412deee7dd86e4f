/*
id: R05
name: Words that rose
unit: standard deviations
direction: none
formula: >
  z of the log-odds ratio with an informative Dirichlet prior: the words of both periods together, weighing as much
  as `prior` words
source: "Monroe, Colaresi, Quinn: Fightin' Words, Political Analysis 16 (2008), equations 16, 20 and 22"
counts: >
  In how many posts of each period a word or hashtag occurs (once a post). Links and handles are taken out first.
  Words that are equally common in both periods score near 0, so that no list of stop words is needed.
bias: One busy author or one syndicated text can raise a word; look at posts and authors beside it.
parameters:
  queries: {type: "int[]"}
  since: {type: instant}
  until: {type: instant}
  before_since: {type: instant}
  before_until: {type: instant}
  min_count: {type: int, default: 5}
  prior: {type: number, default: 500}
  top: {type: int, default: 50}
  reshares: {type: bool, default: false}
  suspected: {type: bool, default: false}
*/
WITH found AS (
    SELECT
        mention_id,
        max(CASE WHEN created_at >= CAST($since AS TIMESTAMPTZ)
            AND created_at < CAST($until AS TIMESTAMPTZ) THEN 1 ELSE 0 END) AS is_now
    FROM matches
    WHERE list_contains(CAST($queries AS BIGINT[]), query_id)
        AND ((created_at >= CAST($since AS TIMESTAMPTZ) AND created_at < CAST($until AS TIMESTAMPTZ))
            OR (created_at >= CAST($before_since AS TIMESTAMPTZ) AND created_at < CAST($before_until AS TIMESTAMPTZ)))
        AND (CAST($reshares AS BOOLEAN) OR kind <> 'reshare')
        AND (CAST($suspected AS BOOLEAN) OR suspected IS NULL)
    GROUP BY mention_id
),
texts AS (
    SELECT f.mention_id, f.is_now,
        regexp_replace(lower(m.text), '(https?://|www\.)\S+|@[\w.@-]+', ' ', 'g') AS plain
    FROM found AS f JOIN mentions AS m ON m.id = f.mention_id
),
terms AS (
    SELECT DISTINCT t.mention_id, t.is_now, w.term
    FROM texts AS t, unnest(regexp_extract_all(t.plain, '#?[\p{L}\p{N}_][\p{L}\p{N}\p{M}_''’-]*[\p{L}\p{N}\p{M}_]', 0)) AS w(term)
),
counted AS (
    SELECT term, CAST(sum(is_now) AS DOUBLE) AS now, CAST(sum(1 - is_now) AS DOUBLE) AS before FROM terms GROUP BY term
),
weighed AS (
    SELECT
        term, now, before,
        sum(now) OVER () AS all_now, sum(before) OVER () AS all_before,
        CAST($prior AS DOUBLE) AS prior,
        CAST($prior AS DOUBLE) * (now + before) / (sum(now) OVER () + sum(before) OVER ()) AS a
    FROM counted
),
scored AS (
    SELECT
        term, CAST(now AS BIGINT) AS now, CAST(before AS BIGINT) AS before,
        ln((now + a) / (all_now + prior - now - a)) - ln((before + a) / (all_before + prior - before - a)) AS log_odds,
        sqrt(1 / (now + a) + 1 / (before + a)) AS deviation
    FROM weighed
    WHERE now + before < all_now + all_before
),
placed AS (
    SELECT term, now, before, log_odds, log_odds / deviation AS z,
        row_number() OVER (ORDER BY log_odds / deviation DESC, term) AS place
    FROM scored
    WHERE now >= CAST($min_count AS BIGINT) AND log_odds > 0
)
SELECT term, now, before, log_odds, z FROM placed WHERE place <= CAST($top AS BIGINT) ORDER BY place
