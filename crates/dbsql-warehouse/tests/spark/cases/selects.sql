# Queries as people write them.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW o AS SELECT * FROM VALUES (1, 'ann', 'eu', DATE'2024-01-05', 10.50BD, array('x', 'y')), (2, 'bob', 'us', DATE'2024-01-20', 5.25BD, array()), (3, 'ann', 'us', DATE'2024-02-01', NULL, array('z')), (4, NULL, 'eu', NULL, 7.00BD, NULL), (5, 'cid', NULL, DATE'2024-02-10', 99.99BD, array(NULL, 'x')) AS t(id, name, region, day, amount, tags)
CREATE OR REPLACE TEMPORARY VIEW q AS SELECT * FROM VALUES ('a', 1, 10, 100), ('a', 2, NULL, 200), ('b', 1, 30, NULL), (NULL, 2, 40, 400) AS t(g, n, x, y)
CREATE OR REPLACE TEMPORARY VIEW e AS SELECT id, amount, name FROM o WHERE amount > 1
CREATE OR REPLACE TEMPORARY VIEW ee AS SELECT id AS ident, amount * 2 AS dbl FROM e WHERE id < 5
CREATE OR REPLACE TEMPORARY VIEW agg (grp, total) AS SELECT region, sum(amount) FROM o GROUP BY region
CREATE OR REPLACE TEMPORARY VIEW j AS SELECT o.id, o.name, e.amount FROM o LEFT JOIN e ON o.id = e.id
CREATE OR REPLACE TEMPORARY VIEW ar AS SELECT * FROM VALUES (1, array(1, 2), map('a', 1, 'b', 2), array(named_struct('p', 1, 'q', 'x'), named_struct('p', 2, 'q', NULL))), (2, array(), map(), array()), (3, NULL, NULL, NULL), (4, array(NULL), map('c', NULL), array(NULL)) AS t(id, a, m, s)
WITH x (a, b) AS (SELECT id, name FROM o) SELECT a, b FROM x ORDER BY a
WITH x (a) AS (SELECT id, name FROM o) SELECT * FROM x
WITH x AS (SELECT 1 AS a) SELECT * FROM (WITH x AS (SELECT 2 AS a) SELECT * FROM x)
WITH x AS (SELECT 1 AS a) SELECT (WITH x AS (SELECT 2 AS a) SELECT a FROM x) AS q, a FROM x
WITH x AS (SELECT 1 AS a), y AS (WITH x AS (SELECT 5 AS a) SELECT a FROM x) SELECT * FROM y, x
WITH e AS (SELECT 1 AS z) SELECT * FROM ee ORDER BY 1
WITH x AS (SELECT * FROM o ORDER BY id DESC LIMIT 2) SELECT id FROM x ORDER BY id
WITH x AS (SELECT id FROM o) SELECT id FROM o WHERE id IN (SELECT id + 1 FROM x) ORDER BY id
WITH x AS (SELECT id FROM o) SELECT * FROM x UNION ALL SELECT * FROM x ORDER BY 1 LIMIT 4
WITH x AS (SELECT 1 AS a) TABLE x
WITH x AS (VALUES (1, 'a'), (2, 'b')) SELECT * FROM x ORDER BY col1
WITH x AS (SELECT id FROM o), SELECT * FROM x
WITH X AS (SELECT 1 AS A) SELECT a FROM x
WITH `my cte` AS (SELECT 1 AS `my a`) SELECT `my a` FROM `my cte`
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a), c AS (SELECT x * 10 AS x FROM b UNION ALL SELECT x FROM a) SELECT sum(x) AS s FROM c
WITH x AS (SELECT id FROM o) SELECT id FROM x AS y WHERE x.id = 1
WITH t AS (SELECT 1 AS id, 2 AS id) SELECT * FROM t
WITH t AS (SELECT 1 AS id, 2 AS id) SELECT id FROM t
SELECT id FROM o UNION SELECT n FROM q ORDER BY id
SELECT id FROM o UNION ALL SELECT n FROM q ORDER BY id DESC LIMIT 3
SELECT id FROM o EXCEPT SELECT n FROM q ORDER BY 1
SELECT n FROM q INTERSECT ALL SELECT id FROM o ORDER BY 1
SELECT n FROM q EXCEPT ALL SELECT 1 ORDER BY 1
SELECT g, x FROM q UNION SELECT g, y FROM q ORDER BY g, x
SELECT g FROM q UNION SELECT region FROM o ORDER BY g NULLS LAST
SELECT id FROM o UNION ALL SELECT amount FROM o ORDER BY 1
SELECT id FROM o UNION ALL SELECT name FROM o ORDER BY 1 NULLS LAST
SELECT day FROM o UNION SELECT name FROM o ORDER BY 1
SELECT tags FROM o UNION ALL SELECT array('q') ORDER BY 1
SELECT tags FROM o UNION SELECT array('x', 'y') ORDER BY 1
SELECT tags FROM o INTERSECT SELECT array('x', 'y')
SELECT id, name FROM o UNION SELECT 1
SELECT (id, name) AS s FROM o UNION SELECT (1, 'ann') ORDER BY s
SELECT d FROM ty UNION SELECT f FROM ty ORDER BY 1
SELECT dc FROM ty INTERSECT SELECT dd FROM ty ORDER BY 1
SELECT b FROM ty UNION SELECT i FROM ty
SELECT da FROM ty EXCEPT SELECT CAST(ts AS DATE) FROM ty ORDER BY 1
SELECT mp FROM ty UNION ALL SELECT mp FROM ty WHERE id = 1 ORDER BY cardinality(mp) LIMIT 1
SELECT id FROM o ORDER BY id LIMIT 1 UNION ALL SELECT 1
SELECT 1 AS a UNION SELECT 2 EXCEPT SELECT 1 ORDER BY a
(SELECT 1 AS a UNION SELECT 2) INTERSECT SELECT 2 ORDER BY a
SELECT 1 AS a EXCEPT (SELECT 2 UNION SELECT 1)
SELECT * FROM o UNION SELECT * FROM o ORDER BY id LIMIT 2
SELECT * FROM o EXCEPT SELECT * FROM o WHERE id > 2 ORDER BY id
SELECT id FROM o UNION ALL SELECT id FROM o ORDER BY o.id
SELECT id, id FROM o UNION ALL SELECT n, x FROM q ORDER BY 1, 2
SELECT NULL UNION SELECT id FROM o ORDER BY 1
SELECT NULL AS n, id FROM o UNION ALL SELECT day, id FROM o ORDER BY id, n
SELECT 1 UNION SELECT 1.0 UNION SELECT '1' ORDER BY 1
SELECT count(*) AS c FROM (SELECT id FROM o UNION ALL SELECT n FROM q)
SELECT s.id + 1 AS k FROM (SELECT id FROM o UNION SELECT n FROM q) s WHERE s.id > 2 ORDER BY k
SELECT 1 AS a MINUS SELECT 2
TABLE q UNION ALL TABLE q ORDER BY 1, 2, 3 LIMIT 3
VALUES (1, 'a') UNION ALL VALUES (2.5, NULL) ORDER BY 1
FROM o SELECT id UNION ALL SELECT 9 ORDER BY 1
SELECT id FROM o UNION ALL SELECT 10 WHERE false ORDER BY 1
SELECT INTERVAL 1 DAY AS a UNION ALL SELECT INTERVAL 1 MONTH
SELECT map('a', 1) AS s UNION ALL SELECT map('b', 2L)
SELECT X'41' AS a UNION SELECT X'42' ORDER BY a
SELECT * FROM (SELECT id, name FROM o) ORDER BY id
SELECT * FROM (SELECT id, name FROM o) AS s (a, b) ORDER BY a
SELECT s.a FROM (SELECT id AS a FROM o) s WHERE s.a > 3 ORDER BY s.a
SELECT a FROM (SELECT id AS a FROM o) s WHERE o.id > 3
SELECT * FROM o AS t (a, b, c, d, e, f) ORDER BY a LIMIT 1
SELECT t.a FROM o AS t (a, b, c, d, e, f) ORDER BY t.a LIMIT 1
SELECT t.id FROM o AS t (a, b, c, d, e, f)
SELECT id FROM o ORDER BY name NULLS LAST, region DESC NULLS FIRST, id
SELECT id FROM o ORDER BY amount DESC NULLS FIRST
SELECT id, amount * 2 AS d FROM o ORDER BY -d NULLS LAST, id
SELECT id, -id AS id2 FROM o ORDER BY id2 LIMIT 2
SELECT -id AS id FROM o ORDER BY o.id
SELECT id AS name FROM o ORDER BY name
SELECT id AS name FROM o ORDER BY o.name, 1
SELECT id FROM o ORDER BY 1 + 1, id
SELECT id FROM o ORDER BY -1, id
SELECT id FROM o ORDER BY '1', id
SELECT id FROM o ORDER BY NULL, id
SELECT id FROM o ORDER BY id % 2, id DESC
SELECT id FROM o ORDER BY length(name), id
SELECT id FROM o ORDER BY CASE WHEN region = 'us' THEN 0 ELSE 1 END, id
SELECT id FROM o ORDER BY size(tags), id
SELECT id FROM o ORDER BY tags, id
SELECT id FROM o ORDER BY tags DESC NULLS FIRST, id
SELECT id, m FROM ar ORDER BY m
SELECT id FROM ar ORDER BY s, id
SELECT name, id FROM o ORDER BY ALL
SELECT name, id FROM o ORDER BY ALL NULLS LAST
SELECT id FROM o ORDER BY nope
SELECT id FROM o ORDER BY id ASC NULLS LAST LIMIT 2
SELECT id FROM o ORDER BY id LIMIT ALL
SELECT id FROM o ORDER BY id LIMIT -1
SELECT id FROM o ORDER BY id LIMIT NULL
SELECT id FROM o ORDER BY id LIMIT 1.5
SELECT id FROM o ORDER BY id LIMIT '2'
SELECT id FROM o ORDER BY id LIMIT id
SELECT id FROM o ORDER BY id LIMIT (SELECT 1)
SELECT id FROM o ORDER BY id LIMIT 2L
SELECT id FROM o ORDER BY id LIMIT CAST(2 AS SMALLINT)
SELECT id FROM o ORDER BY id LIMIT 2 OFFSET 2
SELECT id FROM o ORDER BY id LIMIT 2 OFFSET 100
SELECT id FROM o ORDER BY id OFFSET 0
SELECT id FROM o ORDER BY id OFFSET 1.5
SELECT id FROM o ORDER BY id OFFSET NULL
SELECT id FROM o ORDER BY id LIMIT 2147483647 OFFSET 4
SELECT id FROM o ORDER BY id LIMIT 99999999999
SELECT * FROM (SELECT id FROM o ORDER BY id LIMIT 3) ORDER BY id DESC LIMIT 2
SELECT sum(id) AS s FROM (SELECT id FROM o ORDER BY amount DESC NULLS LAST LIMIT 2)
SELECT id FROM o SORT BY id
SELECT id FROM o ORDER BY id SORT BY id
SELECT id FROM o FETCH FIRST 2 ROWS ONLY
SELECT TOP 2 id FROM o
FROM o SELECT id WHERE id > 3 ORDER BY id
SELECT id FROM o WHERE id > 1 AND (name = 'ann' OR region IS NULL) ORDER BY id
SELECT id FROM o WHERE NOT name = 'ann' ORDER BY id
SELECT id FROM o WHERE name <> 'ann' OR name IS NULL ORDER BY id
SELECT id FROM o WHERE name NOT IN ('ann', NULL) ORDER BY id
SELECT id FROM o WHERE amount BETWEEN 5 AND '10.5' ORDER BY id
SELECT id FROM o WHERE day >= '2024-01-20' ORDER BY id
SELECT id FROM o WHERE day BETWEEN '2024-01-01' AND DATE'2024-01-31' ORDER BY id
SELECT id FROM o WHERE name LIKE 'a%' AND array_contains(tags, 'x') ORDER BY id
SELECT id FROM o WHERE exists(tags, x -> x = 'x') ORDER BY id
SELECT id FROM o WHERE tags[0] = 'x' ORDER BY id
SELECT id FROM o WHERE id
SELECT id FROM o WHERE name
SELECT id FROM o WHERE 'true' AND id = 1
SELECT id FROM o WHERE 1
SELECT id FROM o WHERE true ORDER BY id LIMIT 1
SELECT id AS k FROM o WHERE k = 1
SELECT DISTINCT region FROM o WHERE region IS NOT NULL ORDER BY region DESC
SELECT id, name AS n, upper(n) AS u, concat(u, '!') AS w FROM o ORDER BY id LIMIT 2
SELECT amount AS id, id + 1 AS q FROM o ORDER BY q LIMIT 1
SELECT day AS d, year(d) AS y, d + INTERVAL 1 MONTH AS m FROM o WHERE id = 1
SELECT struct(id, name) AS s, s.id AS i, s.name AS n FROM o ORDER BY i LIMIT 1
SELECT id AS x, (SELECT max(n) FROM q WHERE n <= x) AS y FROM o ORDER BY 1
SELECT id x, x y, y z FROM o ORDER BY z LIMIT 1
SELECT 1 AS a, a AS a, a AS b
SELECT id, x FROM ar LATERAL VIEW explode(a) t AS x ORDER BY 1, 2
SELECT id, k, v FROM ar LATERAL VIEW OUTER explode(m) t AS k, v ORDER BY 1, 2
SELECT id, p, k, v FROM ar LATERAL VIEW posexplode(m) t AS p, k, v ORDER BY 1, 2
SELECT id, p, q FROM ar LATERAL VIEW inline(s) t AS p, q ORDER BY 1, 2
SELECT id, p, q FROM ar LATERAL VIEW OUTER inline(s) t AS p, q ORDER BY 1, 2, 3
SELECT id, col FROM ar LATERAL VIEW explode(a) t ORDER BY 1, 2
SELECT id, key, value FROM ar LATERAL VIEW explode(m) t ORDER BY 1, 2
SELECT id, pos, col FROM ar LATERAL VIEW posexplode(a) ORDER BY 1, 2
SELECT id, x, y FROM ar LATERAL VIEW explode(a) t AS x LATERAL VIEW explode(map_keys(m)) u AS y ORDER BY 1, 2, 3
SELECT id, x, y FROM ar LATERAL VIEW OUTER explode(a) t AS x LATERAL VIEW OUTER explode(s.q) u AS y ORDER BY 1, 2, 3
SELECT id, x FROM ar LATERAL VIEW explode(a) t AS x WHERE x > 1 ORDER BY id
SELECT id, x FROM ar LATERAL VIEW explode(transform(a, e -> e * 10)) t AS x ORDER BY id, x
SELECT id, x FROM ar LATERAL VIEW explode(sequence(1, id)) t AS x ORDER BY id, x
SELECT id, x FROM ar LATERAL VIEW explode(split('a,b', ',')) t AS x ORDER BY id, x
SELECT x FROM ar LATERAL VIEW explode(array(1, 2)) t AS x WHERE id = 1 ORDER BY x
SELECT id, a, b FROM ar LATERAL VIEW stack(2, 1, 'p', 2, 'q') t AS a, b ORDER BY id, b
SELECT t.x, ar.id FROM ar LATERAL VIEW explode(a) t AS x ORDER BY ar.id, t.x
SELECT id, x FROM ar LATERAL VIEW explode(id) t AS x
SELECT id, x FROM ar LATERAL VIEW explode(nope) t AS x
SELECT id, x FROM ar LATERAL VIEW nope(a) t AS x
SELECT id, x FROM ar LATERAL VIEW explode(a) t AS x, y
SELECT id, explode(m) AS (k, v) FROM ar ORDER BY 1, 2
SELECT id, explode_outer(a) AS x FROM ar ORDER BY 1, 2
SELECT explode(a), explode(a) FROM ar
SELECT explode(explode(array(a))) FROM ar
SELECT id FROM ar WHERE explode(a) > 1
SELECT id FROM ar ORDER BY explode(a)
SELECT * FROM explode(array(1, 2)) ORDER BY 1
SELECT * FROM explode(array(1, 2)) AS t(x) ORDER BY x
SELECT * FROM posexplode(array('a', 'b')) ORDER BY pos
SELECT * FROM inline(array(struct(1, 'a'), struct(2, 'b'))) ORDER BY 1
SELECT * FROM stack(2, 1, 'a', 2, 'b') ORDER BY 1
SELECT * FROM range(2, 10, 3) AS r(k) ORDER BY k
SELECT json_tuple('{"a":1,"b":"x"}', 'a', 'b')
SELECT id, c0, c1 FROM ar LATERAL VIEW json_tuple('{"a":1}', 'a', 'b') t ORDER BY id
SELECT id, max(x) OVER (PARTITION BY id) AS m FROM ar LATERAL VIEW explode(a) t AS x ORDER BY id, m
SELECT count(*) AS c FROM ar LATERAL VIEW explode(a) t AS x LATERAL VIEW explode(a) u AS y
SELECT DISTINCT x FROM ar LATERAL VIEW explode(a) t AS x ORDER BY x NULLS LAST
SELECT flatten(collect_list(a)) AS f FROM (SELECT * FROM ar WHERE id = 1)
SELECT id, x.p, x.q FROM ar LATERAL VIEW explode(s) t AS x ORDER BY 1, 2
SELECT id, x.* FROM ar LATERAL VIEW explode(s) t AS x ORDER BY 1, 2
SELECT * FROM q PIVOT (sum(x) FOR n IN (1, 2)) ORDER BY g, y
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x), count(*) FOR n IN (1, 2)) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x + 1) FOR n IN (1, 2)) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) + 1 FOR n IN (1, 2)) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (count(DISTINCT x) FOR n IN (1, 2)) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (collect_list(x) FOR n IN (1, 2)) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR g IN ('a', 'b', NULL)) ORDER BY n
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR (g, n) IN (('a', 1), ('b', 1) AS bb))
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR n IN ('1', '2')) ORDER BY g
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (x FOR n IN (1, 2))
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR nope IN (1, 2))
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR n IN (x))
SELECT * FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR n IN (1, 1))
SELECT p.`1` + p.`2` AS t, g FROM (SELECT g, n, x FROM q) PIVOT (sum(x) FOR n IN (1, 2)) p ORDER BY g
SELECT * FROM (SELECT region, amount, month(day) AS m FROM o) PIVOT (sum(amount) FOR m IN (1 AS jan, 2 AS feb)) ORDER BY region
SELECT * FROM (SELECT name, region FROM o) PIVOT (count(*) FOR region IN ('eu', 'us')) ORDER BY name
SELECT * FROM (SELECT region, amount FROM o) PIVOT (sum(amount) FOR region IN ('eu', 'us'))
SELECT * FROM q UNPIVOT INCLUDE NULLS (val FOR col IN (x, y)) ORDER BY g, n, col
SELECT * FROM q UNPIVOT (val FOR col IN (n, x, y)) ORDER BY g, col, val
SELECT * FROM q UNPIVOT ((a, b) FOR col IN ((n, x), (x, y) AS xy)) ORDER BY g, col, a, b
SELECT * FROM q UNPIVOT ((a, b) FOR col IN ((n, x), (x, y))) ORDER BY g, col, a, b
SELECT * FROM q UNPIVOT (val FOR col IN (g, x))
SELECT col, sum(val) AS s FROM q UNPIVOT (val FOR col IN (x, y)) GROUP BY col ORDER BY col
SELECT * FROM (SELECT id, da, ts FROM ty WHERE id IN (1, 5)) UNPIVOT (v FOR c IN (da, ts)) ORDER BY id, c
SELECT * FROM q UNPIVOT (val FOR col IN (x, y)) PIVOT (sum(val) FOR col IN ('x', 'y')) ORDER BY g, n
VALUES (1, 'a'), (2, 'b')
VALUES (1, 'a'), (2.5, NULL), (3L, 'c')
VALUES 1, 2.5, '3'
VALUES (1, 2), (3)
SELECT * FROM VALUES (1), ('a') AS t(a) ORDER BY a
SELECT * FROM VALUES (DATE'2024-01-01'), ('2024-01-02') AS t(a) ORDER BY a
SELECT typeof(a) AS ty, a FROM VALUES (1Y), (300S), (1.5BD) AS t(a) ORDER BY a
SELECT a FROM VALUES (array(1)), (array(2.5)) AS t(a) ORDER BY a
SELECT a.x FROM VALUES (named_struct('x', 1)), (named_struct('x', 2L)) AS t(a) ORDER BY 1
SELECT a FROM VALUES (named_struct('x', 1)), (named_struct('y', 2)) AS t(a) ORDER BY 1
SELECT * FROM VALUES (1, 2) AS t(a)
SELECT * FROM VALUES (1, 2) AS t(a, a)
SELECT * FROM VALUES (1 + 1, upper('x')), (CAST('3' AS INT), concat('a', 'b')) AS t(a, b) ORDER BY a
SELECT * FROM VALUES (id) AS t(a)
SELECT * FROM VALUES ((SELECT 1)) AS t(a)
SELECT * FROM VALUES (sum(1)) AS t(a)
SELECT * FROM VALUES (1), (2) t WHERE col1 > 1
SELECT t.* FROM VALUES (1, 'x') t
SELECT * FROM VALUES (INTERVAL 1 DAY), (INTERVAL 2 HOUR) AS t(a) ORDER BY a
SELECT typeof(a) AS q FROM VALUES (NULL) AS t(a)
SELECT count(*) AS c FROM VALUES (1, 2), (1, 2) AS t(a, b)
SELECT ident + 1 AS x FROM ee WHERE dbl > 12 ORDER BY 1
SELECT * FROM agg ORDER BY grp
SELECT grp, total / 2 AS h FROM agg WHERE total IS NOT NULL ORDER BY total DESC
SELECT region FROM agg
SELECT j.id, agg.total FROM j JOIN o ON j.id = o.id JOIN agg ON agg.grp = o.region ORDER BY 1
SELECT a.id FROM e a JOIN e b ON a.id = b.id - 1 ORDER BY 1
SELECT (SELECT max(total) FROM agg) - total AS d FROM agg ORDER BY d
SELECT count(*) AS c FROM j WHERE amount IS NULL
SELECT e.* FROM e ORDER BY e.id LIMIT 1
SELECT o.id, (SELECT total FROM agg WHERE grp = o.region) AS t FROM o ORDER BY 1
CREATE OR REPLACE TEMPORARY VIEW bad AS SELECT id, id FROM o
CREATE OR REPLACE TEMPORARY VIEW bad (a) AS SELECT id, name FROM o
CREATE OR REPLACE TEMPORARY VIEW bad AS SELECT nope FROM o
CREATE OR REPLACE TEMPORARY VIEW unn AS SELECT count(*), id + 1 FROM o GROUP BY id
SELECT * FROM unn ORDER BY 2 LIMIT 1
CREATE OR REPLACE TEMPORARY VIEW cte AS WITH x AS (SELECT id FROM o) SELECT id * 2 AS d FROM x
CREATE OR REPLACE TEMPORARY VIEW ord AS SELECT id FROM o ORDER BY id DESC LIMIT 2
SELECT id FROM cases.e
SELECT * FROM o WHERE id = 1 AND name = 'ann' AND region = 'eu' AND day = '2024-01-05' AND amount = 10.5 AND tags = array('x', 'y')
SELECT o.* FROM o JOIN q ON o.id = q.n AND q.g = 'a' ORDER BY o.id
SELECT region, count(*) AS n, count(amount) AS c, sum(amount) AS s, avg(amount) AS a, min(day) AS d, max(name) AS m FROM o GROUP BY region ORDER BY region NULLS LAST
SELECT name, sum(amount) AS s, sum(sum(amount)) OVER (ORDER BY name) AS run FROM o GROUP BY name ORDER BY name
SELECT id, amount, lag(amount) OVER (PARTITION BY name ORDER BY day) AS prev, amount - lag(amount) OVER (PARTITION BY name ORDER BY day) AS diff FROM o ORDER BY id
SELECT coalesce(region, 'none') AS r, sum(coalesce(amount, 0)) AS s FROM o GROUP BY 1 HAVING s > 5 ORDER BY s DESC
SELECT a.name, a.id, b.id FROM o a JOIN o b ON a.name = b.name AND a.id < b.id ORDER BY 1
SELECT o.id FROM o LEFT JOIN q ON o.id = q.n WHERE q.n IS NULL ORDER BY 1
SELECT id, day, datediff(day, lag(day) OVER (ORDER BY day)) AS gap FROM o WHERE day IS NOT NULL ORDER BY day
SELECT DISTINCT name, first_value(id) OVER (PARTITION BY name ORDER BY day) AS f FROM o ORDER BY name
SELECT name, array_sort(collect_set(region)) AS r, count(DISTINCT region) AS n FROM o GROUP BY name ORDER BY name
SELECT to_json(struct(id, name, amount, day, tags)) AS j FROM o ORDER BY id
SELECT id, CAST(amount AS INT) AS i, CAST(amount AS STRING) AS s, CAST(day AS STRING) AS d FROM o ORDER BY id
SELECT year(day) AS y, quarter(day) AS qq, count(*) AS n FROM o GROUP BY ALL ORDER BY ALL
SELECT x.region, x.n FROM (SELECT region, count(*) AS n FROM o GROUP BY region) x WHERE x.n > 1 ORDER BY 1
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS p, percentile(amount, 0.9) AS q9 FROM o
SELECT id, size(tags) AS n, tags[0] AS f FROM o WHERE id IN (1, 3, 5) ORDER BY id
SELECT id, tags[1] AS f FROM o WHERE size(tags) > 1 ORDER BY id
SELECT id, filter(tags, x -> x IS NOT NULL) AS f FROM o ORDER BY id
SELECT EXISTS(SELECT 1 FROM o WHERE amount > 50) AS any50, (SELECT count(*) FROM o) AS n
MERGE INTO o USING q ON o.id = q.n WHEN MATCHED THEN DELETE
SELECT /*+ BROADCAST(q) */ o.id FROM o JOIN q ON o.id = q.n ORDER BY 1
SELECT id /* inner */ FROM o ORDER BY id LIMIT 1
