/*
id: K04
name: Net sentiment
unit: net share from -1 to 1
direction: up
formula: "net_of_opinions = (positive - negative) / (positive + negative); net = (positive - negative) / judged"
source: "Fourleaf domain reference, K04; interval see engine.metrics.intervals.net_share"
counts: >
  Matches by sentiment; judged leaves out those without one. Re-shares are left out unless asked for: whoever
  repeats a post has not voiced an opinion of his own.
bias: The classifier errs, more so outside English; have a hundred a month checked by people.
parameters:
  queries: {type: "int[]"}
  first: {type: date}
  last: {type: date}
  reshares: {type: bool, default: false}
  suspected: {type: bool, default: true}
interval: {kind: net, positive: positive, negative: negative, n: judged}
*/
WITH counted AS (
    SELECT
        query_id,
        CAST(coalesce(sum(CASE WHEN sentiment = 'negative' THEN count END), 0) AS BIGINT) AS negative,
        CAST(coalesce(sum(CASE WHEN sentiment = 'neutral' THEN count END), 0) AS BIGINT) AS neutral,
        CAST(coalesce(sum(CASE WHEN sentiment = 'positive' THEN count END), 0) AS BIGINT) AS positive,
        CAST(coalesce(sum(CASE WHEN sentiment IS NULL THEN count END), 0) AS BIGINT) AS unjudged
    FROM daily
    WHERE day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
        AND list_contains(CAST($queries AS BIGINT[]), query_id)
        AND (CAST($reshares AS BOOLEAN) OR NOT is_reshare)
        AND (CAST($suspected AS BOOLEAN) OR NOT suspected)
    GROUP BY query_id
)
SELECT
    query_id, negative, neutral, positive, unjudged, negative + neutral + positive AS judged,
    CAST(positive - negative AS DOUBLE) / nullif(positive + negative, 0) AS net_of_opinions,
    CAST(positive - negative AS DOUBLE) / nullif(negative + neutral + positive, 0) AS net,
    CAST(neutral AS DOUBLE) / nullif(negative + neutral + positive, 0) AS neutral_share
FROM counted
ORDER BY query_id
