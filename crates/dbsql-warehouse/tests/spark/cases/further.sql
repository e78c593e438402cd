# Statements on which a first version was seen to answer otherwise than Spark.
SELECT nvl(1, 'a') AS v
SELECT ifnull(1, 'a') AS v
SELECT nvl2(1, 2, 'a') AS v
SELECT nvl2(NULL, 2, '3') AS v
SELECT if(1, 1, 2) AS v
SELECT if(true, 1, 2.5) AS v
SELECT coalesce(NULL, 1, 2.5) AS v
SELECT coalesce(1, 'a') AS v
SELECT coalesce(DATE'2024-01-01', TIMESTAMP'2024-01-01 00:00:00') AS v
SELECT nullif(1, 1.0) AS v
SELECT nullif(1, '1') AS v
SELECT nullif('a', 1) AS v
SELECT greatest(1, 2.5) AS v
SELECT greatest(1, '2') AS v
SELECT least(1, NULL, 2L) AS v
SELECT to_json(map('a', 1)) AS v
SELECT to_json(map()) AS v
SELECT to_json(struct(1, 'a')) AS v
SELECT to_json(named_struct('a', NULL, 'b', 2)) AS v
SELECT 'a' LIKE ANY () AS v
SELECT array(1, 2)[NULL] AS v
SELECT array(1, 2)[CAST(NULL AS INT)] AS v
SELECT element_at(array(1), CAST(NULL AS INT)) AS v
SELECT element_at(map('a', 1), NULL) AS v
SELECT struct(s.*) AS v FROM s ORDER BY id LIMIT 1
SELECT array(X'41') AS v
SELECT map('k', X'41') AS v
SELECT arrays_zip(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT id FROM s QUALIFY row_number() OVER (ORDER BY id DESC) = 1
SELECT g, grouping(g) AS v FROM s GROUP BY ROLLUP(g) ORDER BY g
SELECT sum('x') AS v FROM s WHERE id > 9
SELECT sum('x') AS v FROM s
SELECT avg('x') AS v FROM s WHERE id > 9
SELECT percentile(v, 1.5) AS v FROM s WHERE id > 9
SELECT percentile(v, 1.5) AS v FROM s
SELECT abs(INTERVAL '-1' DAY) AS v
SELECT abs(INTERVAL '-1-2' YEAR TO MONTH) AS v
SELECT id IN (1, '2') AS v FROM s ORDER BY id
SELECT id IN (1, 2.0) AS v FROM s ORDER BY id
SELECT 1 IN ('a') AS v
SELECT 1 BETWEEN '0' AND 2 AS v
SELECT CASE WHEN true THEN 1 ELSE '2' END AS v
SELECT CASE 1 WHEN '1' THEN 'a' ELSE 'b' END AS v
SELECT 0.0D = -0.0D AS v
SELECT CAST('NaN' AS DOUBLE) = CAST('NaN' AS DOUBLE) AS v
SELECT CAST('NaN' AS DOUBLE) > 1 AS v
SELECT count(DISTINCT v) AS v FROM VALUES (0.0D), (-0.0D), (CAST('NaN' AS DOUBLE)), (CAST('NaN' AS DOUBLE)) AS t(v)
SELECT 1 UNION ALL SELECT 2.5
SELECT 1 UNION SELECT 1
SELECT 1 AS v UNION ALL SELECT NULL
SELECT 1 AS v UNION ALL SELECT 'a'
SELECT 1 AS v INTERSECT SELECT 1
SELECT sum(v) AS v FROM VALUES (9223372036854775807), (1) AS t(v)
SELECT sum(v) AS v FROM VALUES (1.5), (2.25) AS t(v)
SELECT d + INTERVAL 1 DAY FROM (SELECT DATE'2024-01-01' AS d)
SELECT d - INTERVAL 1 MONTH AS v FROM (SELECT TIMESTAMP'2024-03-31 01:00:00' AS d)
SELECT max(d) - min(d) AS v FROM VALUES (DATE'2024-01-01'), (DATE'2024-03-01') AS t(d)
SELECT tan(1.0D) AS v
SELECT cot(1.0D) AS v
SELECT sqrt(2.0D) AS v
SELECT exp(1.5D) AS v
SELECT power(2.5D, 1.5D) AS v
SELECT ln(10) AS v
SELECT log10(1000.0D) AS v
