# Queries of several parts.

CREATE OR REPLACE TEMPORARY VIEW a AS SELECT * FROM VALUES (1, 'x', 10, 1.5BD, DATE'2024-01-01'), (2, 'y', 20, 2.5BD, DATE'2024-02-01'), (3, 'x', 30, 3.5BD, DATE'2024-03-01'), (4, 'z', 5, 0.5BD, DATE'2024-03-15') AS t(k, g, v, m, d)
CREATE OR REPLACE TEMPORARY VIEW b AS SELECT * FROM VALUES (1, 'x', 7, NULL), (2, NULL, NULL, 'q'), (2, 'w', 9, 'r'), (NULL, 'x', 3, 's') AS t(k, g, v, n)
CREATE OR REPLACE TEMPORARY VIEW l AS SELECT * FROM VALUES (1, 'x', array(1, 2)), (2, 'y', array()), (3, 'x', NULL) AS t(k, g, r)
SELECT g, count(*) AS n, sum(v) AS s, max(k) AS m FROM (SELECT id AS k, g, v FROM cases.s) t GROUP BY g ORDER BY g
SELECT t.k, u.v FROM (SELECT id AS k, g, v FROM cases.s) t JOIN (SELECT id AS k, g, v FROM cases.s) u ON t.g = u.g AND t.k <= u.k ORDER BY 1, 2
WITH x AS (SELECT id AS k, g, v FROM cases.s), y AS (SELECT g, sum(v) AS s FROM x GROUP BY g) SELECT x.k, x.g, y.s FROM x JOIN y ON x.g = y.g ORDER BY 1, 2, 3
SELECT k, v FROM (SELECT k, g, v FROM a) t UNION ALL SELECT k, v FROM b ORDER BY 1, 2
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT k, g, v FROM a) t ORDER BY k, v, g
SELECT * FROM (SELECT g, v, k % 2 AS p FROM (SELECT k, g, v FROM a) t) PIVOT (sum(v) FOR p IN (0 AS even, 1 AS odd)) ORDER BY g
SELECT k + v AS kv, concat(g, '-', v) AS gv, coalesce(v, 0) AS c, struct(k, g) AS s FROM (SELECT k, g, v FROM a) t ORDER BY 1, 2, 3, k, g
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT k, g, v FROM b) t ORDER BY k, v, g
SELECT * FROM (SELECT g, v, k % 2 AS p FROM (SELECT k, g, v FROM b) t) PIVOT (sum(v) FOR p IN (0 AS even, 1 AS odd)) ORDER BY g
SELECT a.k FROM a WHERE a.k NOT IN (SELECT k FROM (SELECT k, g, v FROM a UNION ALL SELECT k, g, v FROM b) t WHERE k IS NOT NULL) ORDER BY 1
WITH x AS (SELECT k, g, v FROM a UNION ALL SELECT k, g, v FROM b), y AS (SELECT g, sum(v) AS s FROM x GROUP BY g) SELECT x.k, x.g, y.s FROM x JOIN y ON x.g = y.g ORDER BY 1, 2, 3
SELECT count(*) AS n, sum(v) AS s, min(g) AS g, avg(k) AS a FROM (SELECT k, g, v FROM a UNION ALL SELECT k + 1, concat(g, 'u'), v * 2 FROM a) t
SELECT g, count(*) AS n, sum(v) AS s, max(k) AS m FROM (SELECT k, g, v FROM a UNION ALL SELECT k + 1, concat(g, 'u'), v * 2 FROM a) t GROUP BY g ORDER BY g
SELECT sum(v) AS s, count(k) AS n FROM (SELECT k, v FROM (SELECT k, g, v FROM a UNION ALL SELECT k + 1, concat(g, 'u'), v * 2 FROM a) t UNION ALL SELECT k, v FROM b)
SELECT count(DISTINCT g) AS a, count(DISTINCT v) AS b, sum(DISTINCT k) AS c FROM (SELECT k, g, v FROM a UNION ALL SELECT k + 1, concat(g, 'u'), v * 2 FROM a) t
SELECT t.g, x FROM (SELECT k, g, v FROM a UNION ALL SELECT k + 1, concat(g, 'u'), v * 2 FROM a) t LATERAL VIEW explode(array(t.k, t.v)) e AS x WHERE x IS NOT NULL ORDER BY 1, 2
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT k, g, v FROM a EXCEPT SELECT 1, 'x', 10) t ORDER BY k, v, g
SELECT DISTINCT g, v IS NULL AS z FROM (SELECT a.k, b.g, b.v FROM a LEFT JOIN b ON a.k = b.k) t ORDER BY 1, 2
SELECT k + v AS kv, concat(g, '-', v) AS gv, coalesce(v, 0) AS c, struct(k, g) AS s FROM (SELECT a.k, b.g, b.v FROM a LEFT JOIN b ON a.k = b.k) t ORDER BY 1, 2, 3, k, g
SELECT count(*) AS n, sum(v) AS s, min(g) AS g, avg(k) AS a FROM (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) t
SELECT t.k, u.v FROM (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) t JOIN (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) u ON t.g = u.g AND t.k <= u.k ORDER BY 1, 2
SELECT k, v FROM (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) t UNION ALL SELECT k, v FROM b ORDER BY 1, 2
SELECT g, max(v) AS m FROM (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) t GROUP BY g HAVING max(v) > (SELECT avg(v) FROM b) ORDER BY g
SELECT t.g, x FROM (SELECT coalesce(a.k, b.k) AS k, a.g, b.v FROM a FULL JOIN b ON a.k = b.k) t LATERAL VIEW explode(array(t.k, t.v)) e AS x WHERE x IS NOT NULL ORDER BY 1, 2
SELECT g, count(*) AS n, sum(v) AS s FROM (SELECT k, a.g, b.v FROM a RIGHT JOIN b USING (k)) t GROUP BY ROLLUP (g) ORDER BY g, n, s
SELECT max(n) AS m FROM (SELECT g, count(*) AS n FROM (SELECT max(k) AS k, g, sum(v) AS v FROM a GROUP BY g) t GROUP BY g)
SELECT k, g FROM (SELECT count(*) AS k, g, sum(v) AS v FROM a GROUP BY ROLLUP (g)) t WHERE v > 5 OR g IS NULL ORDER BY k, g
SELECT a.k FROM a WHERE a.k IN (SELECT k FROM (SELECT count(*) AS k, g, sum(v) AS v FROM a GROUP BY ROLLUP (g)) t) ORDER BY 1
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT count(*) AS k, g, sum(v) AS v FROM a GROUP BY ROLLUP (g)) t ORDER BY k, v, g
SELECT k, g FROM (SELECT max(k) AS k, g, v FROM a GROUP BY CUBE (g, v)) t WHERE v > 5 OR g IS NULL ORDER BY k, g
SELECT k, v FROM (SELECT max(k) AS k, g, v FROM a GROUP BY CUBE (g, v)) t UNION ALL SELECT k, v FROM b ORDER BY 1, 2
SELECT a.k, (SELECT max(v) FROM (SELECT max(k) AS k, g, v FROM a GROUP BY CUBE (g, v)) t WHERE t.k = a.k) AS q FROM a ORDER BY 1
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT max(k) AS k, g, v FROM a GROUP BY CUBE (g, v)) t ORDER BY k, v, g
SELECT g, max(v) AS m FROM (SELECT max(k) AS k, g, v FROM a GROUP BY CUBE (g, v)) t GROUP BY g HAVING max(v) > (SELECT avg(v) FROM b) ORDER BY g
SELECT g, count(*) AS n, sum(v) AS s, max(k) AS m FROM (SELECT k, g, sum(v) AS v FROM a GROUP BY GROUPING SETS ((k), (g), ())) t GROUP BY g ORDER BY g
SELECT g, count(*) AS n, sum(v) AS s FROM (SELECT k, g, sum(v) AS v FROM a GROUP BY GROUPING SETS ((k), (g), ())) t GROUP BY ROLLUP (g) ORDER BY g, n, s
SELECT k, v, g, transform(array(v, k), x -> x + 1) AS q FROM (SELECT k, g, sum(v) AS v FROM a GROUP BY GROUPING SETS ((k), (g), ())) t ORDER BY k, v, g
SELECT k, v FROM (SELECT k, g, sum(v) AS v FROM a GROUP BY GROUPING SETS ((k), (g), ())) t ORDER BY v DESC NULLS LAST, k, g LIMIT 2
SELECT g, count(*) AS n, sum(v) AS s, max(k) AS m FROM (SELECT k, g, sum(v) OVER (PARTITION BY g ORDER BY k) AS v FROM a) t GROUP BY g ORDER BY g
SELECT a.k FROM a WHERE a.k IN (SELECT k FROM (SELECT k, g, sum(v) OVER (PARTITION BY g ORDER BY k) AS v FROM a) t) ORDER BY 1
SELECT t.g, x FROM (SELECT k, lag(g) OVER (ORDER BY k) AS g, lead(v, 1, 0) OVER (ORDER BY k) AS v FROM a) t LATERAL VIEW explode(array(t.k, t.v)) e AS x WHERE x IS NOT NULL ORDER BY 1, 2
SELECT g, count(*) AS n, sum(v) AS s FROM (SELECT k, g, v FROM a ORDER BY v DESC LIMIT 2) t GROUP BY ROLLUP (g) ORDER BY g, n, s
SELECT * FROM (SELECT g, v, k % 2 AS p FROM (SELECT k, g, v FROM a ORDER BY v DESC LIMIT 2) t) PIVOT (sum(v) FOR p IN (0 AS even, 1 AS odd)) ORDER BY g
SELECT g, sort_array(collect_list(v)) AS q FROM (SELECT DISTINCT k % 2 AS k, g, 1 AS v FROM a) t GROUP BY g ORDER BY g
SELECT DISTINCT g, v IS NULL AS z FROM (SELECT k, g, x AS v FROM l LATERAL VIEW OUTER explode(r) t AS x) t ORDER BY 1, 2
SELECT count(DISTINCT g) AS a, count(DISTINCT v) AS b, sum(DISTINCT k) AS c FROM (SELECT k, g, x AS v FROM l LATERAL VIEW OUTER explode(r) t AS x) t
SELECT t.g, x FROM (SELECT k, g, x AS v FROM l LATERAL VIEW OUTER explode(r) t AS x) t LATERAL VIEW explode(array(t.k, t.v)) e AS x WHERE x IS NOT NULL ORDER BY 1, 2
SELECT * FROM (SELECT g, v, k % 2 AS p FROM (SELECT 1 AS k, 'lit' AS g, 2 AS v FROM a) t) PIVOT (sum(v) FOR p IN (0 AS even, 1 AS odd)) ORDER BY g
SELECT g, count(*) AS n, sum(v) AS s, max(k) AS m FROM (SELECT k, g, (SELECT max(b.v) FROM b WHERE b.k = a.k) AS v FROM a) t GROUP BY g ORDER BY g
SELECT DISTINCT g, v IS NULL AS z FROM (SELECT k, g, (SELECT max(b.v) FROM b WHERE b.k = a.k) AS v FROM a) t ORDER BY 1, 2
SELECT sum(v) AS s, count(k) AS n FROM (SELECT k, v FROM (SELECT k, g, (SELECT max(b.v) FROM b WHERE b.k = a.k) AS v FROM a) t UNION ALL SELECT k, v FROM b)
SELECT a.k, (SELECT max(v) FROM (SELECT k, g, (SELECT max(b.v) FROM b WHERE b.k = a.k) AS v FROM a) t WHERE t.k = a.k) AS q FROM a ORDER BY 1
SELECT k, v, v / sum(v) OVER () AS f, v - avg(v) OVER (PARTITION BY g) AS d FROM (SELECT k, g, (SELECT max(b.v) FROM b WHERE b.k = a.k) AS v FROM a) t WHERE v IS NOT NULL ORDER BY k, v, d
SELECT k, g, v, row_number() OVER (PARTITION BY g ORDER BY k, v) AS n, sum(v) OVER (ORDER BY k, g, v) AS s FROM (SELECT k, g, v FROM a WHERE k IN (SELECT k FROM b) AND v > 5) t ORDER BY k, g, v
SELECT a.k FROM a WHERE a.k IN (SELECT k FROM (SELECT k, g, v FROM a WHERE k IN (SELECT k FROM b) AND v > 5) t) ORDER BY 1
SELECT k, v FROM (SELECT k, g, v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)) t UNION ALL SELECT k, v FROM b ORDER BY 1, 2
SELECT g, count(*) AS n, sum(v) AS s FROM (SELECT k, g, v FROM a WHERE k > 99) t GROUP BY ROLLUP (g) ORDER BY g, n, s
SELECT a.k FROM a WHERE a.k IN (SELECT k FROM (SELECT k, g, v FROM a WHERE k > 99) t) ORDER BY 1
SELECT k + v AS kv, concat(g, '-', v) AS gv, coalesce(v, 0) AS c, struct(k, g) AS s FROM (SELECT k, g, v FROM a WHERE k > 99) t ORDER BY 1, 2, 3, k, g
SELECT k, v FROM (SELECT k, g, v FROM a WHERE k > 99) t ORDER BY v DESC NULLS LAST, k, g LIMIT 2
