# Errors that a condition keeps away, and that nothing does.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tm AS SELECT * FROM ty WHERE id NOT IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW k AS SELECT * FROM VALUES (1, 10, 0, '7', 2147483647, array(1, 2), 'a'), (2, 20, 5, 'x', 1, array(), 'a'), (3, NULL, NULL, NULL, NULL, NULL, 'b'), (4, 40, 2, '12', 3, array(4, NULL), 'b') AS t(id, a, b, s, m, r, g)
CREATE OR REPLACE TEMPORARY VIEW kf AS SELECT * FROM k WHERE b <> 0
CREATE OR REPLACE TEMPORARY VIEW kg AS SELECT id, a, b, s, m FROM k WHERE id IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW nn AS SELECT * FROM VALUES ('a', 1, 1.0D, 1.0F), ('a', 2, CAST('NaN' AS DOUBLE), CAST('NaN' AS FLOAT)), ('a', 3, -5.0D, -5.0F), ('b', 4, CAST('NaN' AS DOUBLE), CAST('NaN' AS FLOAT)), ('b', 5, 7.0D, 7.0F), ('c', 6, 0.0D, 0.0F), ('c', 7, -0.0D, CAST('-0.0' AS FLOAT)), ('d', 8, -0.0D, CAST('-0.0' AS FLOAT)), ('d', 9, 0.0D, 0.0F), ('e', 10, NULL, NULL), ('e', 11, CAST('-Infinity' AS DOUBLE), CAST('-Infinity' AS FLOAT)), (NULL, 12, CAST('Infinity' AS DOUBLE), CAST('Infinity' AS FLOAT)), (NULL, 13, CAST('NaN' AS DOUBLE), CAST('NaN' AS FLOAT)) AS t(g, id, d, f)
CREATE OR REPLACE TEMPORARY VIEW tt AS SELECT * FROM VALUES (1, DATE'2024-01-31', TIMESTAMP'2024-01-31 12:00:00', TIMESTAMP_NTZ'2024-01-31 00:00:00', '2024-01-31', 1), (2, DATE'1582-10-04', TIMESTAMP'1582-10-15 00:00:00', NULL, 'x', 2), (3, NULL, NULL, TIMESTAMP_NTZ'2024-02-01 00:00:00', NULL, NULL) AS t(id, d, t, n, s, v)
SELECT id, a / b AS q FROM k WHERE id = 4
SELECT id, a / b AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, a % b AS q FROM k WHERE id = 4
SELECT id, a % b AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, a div b AS q FROM k WHERE id = 4
SELECT id, a div b AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, CAST(s AS INT) + a AS q FROM k WHERE id = 4
SELECT id, CAST(s AS INT) + a AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, r[1] + a AS q FROM k WHERE id = 4
SELECT id, g, r[1] + a AS q FROM k WHERE id > 3 ORDER BY id
SELECT id, pmod(a, b) AS q FROM k WHERE id = 4
SELECT id, pmod(a, b) AS q FROM kg WHERE id > 3 ORDER BY id
SELECT make_date(2024, b, 1) AS q FROM k WHERE id = 4
SELECT id, make_date(2024, b, 1) AS q FROM k WHERE id > 2 AND a IS NOT NULL ORDER BY id
SELECT id, a / (b - 5) AS q FROM k WHERE id = 4
SELECT id, a / (b - 5) AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, array(a / b) AS q FROM k WHERE id = 4
SELECT id, array(a / b) AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, array(a / b) AS q FROM k WHERE id > 2 AND a IS NOT NULL ORDER BY id
SELECT id, CASE WHEN a > 5 THEN a / b END AS q FROM k WHERE id = 4
SELECT id, CASE WHEN a > 5 THEN a / b END AS q FROM kg WHERE id > 3 ORDER BY id
SELECT id, a / b AS q FROM (SELECT * FROM k ORDER BY id DESC LIMIT 1)
SELECT id, a / b AS q FROM k, LATERAL (SELECT 1 AS z WHERE k.id = 4) ORDER BY id
SELECT g, count(*) AS n FROM k WHERE b <> 0 GROUP BY g HAVING max(a / b) > 1 ORDER BY g
SELECT id FROM k WHERE m < 9 AND m + 1 > 1 ORDER BY id
SELECT id, m + 1 AS q FROM k WHERE m < 9 AND m + 1 > 1 ORDER BY id
SELECT id FROM k WHERE NOT (m < 9) OR m + 1 > 1 ORDER BY id
SELECT id, m < 9 AND m + 1 > 1 AS q FROM k ORDER BY id
SELECT id, NOT (m < 9) OR m + 1 > 1 AS q FROM k ORDER BY id
SELECT id, m + 1 > 1 AND m < 9 AS q FROM k ORDER BY id
SELECT id FROM k WHERE m < 9 GROUP BY id, m + 1 HAVING m + 1 > 1 ORDER BY id
SELECT id, m + 1 AS q FROM k, LATERAL (SELECT 1 AS z WHERE k.id = 4) ORDER BY id
SELECT id FROM k WHERE s <> 'x' AND CAST(s AS INT) > 1 ORDER BY id
SELECT id, CAST(s AS INT) AS q FROM k WHERE s <> 'x' AND CAST(s AS INT) > 1 ORDER BY id
SELECT id FROM k WHERE NOT (s <> 'x') OR CAST(s AS INT) > 1 ORDER BY id
SELECT id, coalesce(a, CAST(s AS INT)) AS q FROM k WHERE a IS NOT NULL ORDER BY id
SELECT id, s <> 'x' AND CAST(s AS INT) > 1 AS q FROM k ORDER BY id
SELECT id, sum(CAST(s AS INT)) OVER (ORDER BY id) AS q FROM k WHERE s <> 'x' ORDER BY id
SELECT id, CAST(s AS INT) AS q FROM k, LATERAL (SELECT 1 AS z WHERE k.id = 4) ORDER BY id
SELECT id FROM k WHERE size(r) > 0 AND r[0] > 1 ORDER BY id
SELECT id, r[0] AS q FROM k WHERE size(r) > 0 AND r[0] > 1 ORDER BY id
SELECT id FROM k WHERE NOT (size(r) > 0) OR r[0] > 1 ORDER BY id
SELECT id, size(r) > 0 AND r[0] > 1 AS q FROM k ORDER BY id
SELECT k.id FROM k JOIN (SELECT 4 AS j) ON k.id = j AND r[0] > 1
SELECT k.id, j FROM k LEFT JOIN (SELECT 4 AS j) ON k.id = j AND r[0] > 1 WHERE size(r) > 0 ORDER BY 1
SELECT id, r[0] AS q FROM k, LATERAL (SELECT 1 AS z WHERE k.id = 4) ORDER BY id
SELECT id FROM cases.s WHERE id = 2 AND element_at(array(1), id - 1) > 0 ORDER BY id
SELECT id, element_at(array(1), id - 1) AS q FROM cases.s WHERE id = 2 AND element_at(array(1), id - 1) > 0 ORDER BY id
SELECT id, id = 2 AND element_at(array(1), id - 1) > 0 AS q FROM cases.s ORDER BY id
SELECT id, NOT (id = 2) OR element_at(array(1), id - 1) > 0 AS q FROM cases.s ORDER BY id
SELECT transform(r, x -> x + 1) AS q FROM k ORDER BY id
SELECT transform(r, x -> x + 1) AS q FROM (SELECT id, g, first(r) AS r, max(a) AS a, min(a) AS i FROM k GROUP BY id, g) ORDER BY id
SELECT transform(r, x -> x + 1) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT transform(r, x -> x + 1) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(transform(r, x -> x + 1))) t AS x ORDER BY id
SELECT id, explode(array(transform(r, x -> x + 1))) AS x FROM k ORDER BY id
SELECT id FROM k WHERE size(array(transform(r, x -> x + id))) > 0 AND id < 3 ORDER BY id
SELECT filter(r, x -> x > 1) AS q FROM k ORDER BY id
SELECT filter(r, x -> x > 1) AS q FROM (SELECT id, g, first(r) AS r, max(a) AS a, min(a) AS i FROM k GROUP BY id, g) ORDER BY id
SELECT filter(r, x -> x > 1) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT filter(r, x -> x > 1) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT k.id, filter(r, x -> x > 1) AS q FROM k JOIN (SELECT id AS z, a AS y FROM k) j ON k.id = j.z WHERE j.y > 10 ORDER BY 1
SELECT id, x FROM k LATERAL VIEW explode(array(filter(r, x -> x > 1))) t AS x ORDER BY id
SELECT id, explode(array(filter(r, x -> x > 1))) AS x FROM k ORDER BY id
SELECT exists(r, x -> x > 1) AS q FROM k ORDER BY id
SELECT exists(r, x -> x > 1) AS q FROM (SELECT id, g, first(r) AS r, max(a) AS a, min(a) AS i FROM k GROUP BY id, g) ORDER BY id
SELECT exists(r, x -> x > 1) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT exists(r, x -> x > 1) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(exists(r, x -> x > 1))) t AS x ORDER BY id
SELECT id, explode(array(exists(r, x -> x > 1))) AS x FROM k ORDER BY id
SELECT forall(r, x -> x > 0) AS q FROM k ORDER BY id
SELECT forall(r, x -> x > 0) AS q FROM (SELECT id, g, first(r) AS r, max(a) AS a, min(a) AS i FROM k GROUP BY id, g) ORDER BY id
SELECT forall(r, x -> x > 0) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT forall(r, x -> x > 0) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, forall(r, x -> x > 0) AS q FROM (SELECT id, g, r, a FROM k UNION ALL SELECT 9, 'z', array(9), 1) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(forall(r, x -> x > 0))) t AS x ORDER BY id
SELECT id, explode(array(forall(r, x -> x > 0))) AS x FROM k ORDER BY id
SELECT aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)) AS q FROM k ORDER BY id
SELECT aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)) AS q FROM (SELECT id, g, first(r) AS r, max(a) AS a, min(a) AS i FROM k GROUP BY id, g) ORDER BY id
SELECT aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)))) t AS x ORDER BY id
SELECT id, explode(array(aggregate(r, 0, (acc, x) -> acc + coalesce(x, 0)))) AS x FROM k ORDER BY id
SELECT array_sort(r, (x, y) -> coalesce(y, 0) - coalesce(x, 0)) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT array_sort(r, (x, y) -> coalesce(y, 0) - coalesce(x, 0)) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(array_sort(r, (x, y) -> coalesce(y, 0) - coalesce(x, 0)))) t AS x ORDER BY id
SELECT zip_with(r, r, (x, y) -> x + y) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT zip_with(r, r, (x, y) -> x + y) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id FROM k WHERE size(array(zip_with(r, r, (x, y) -> x + y))) > 0 AND id < 3 ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(zip_with(r, r, (x, y) -> x + y))) t AS x ORDER BY id
SELECT transform_values(map(g, id), (x, y) -> y + 1) AS q FROM (SELECT id, g, r, rank() OVER (ORDER BY id) AS n, a FROM k) ORDER BY id
SELECT transform_values(map(g, id), (x, y) -> y + 1) AS q FROM (SELECT * FROM k ORDER BY id LIMIT 2) ORDER BY id
SELECT id, x FROM k LATERAL VIEW explode(array(transform_values(map(g, id), (x, y) -> y + 1))) t AS x ORDER BY id
SELECT *, transform(r, (x, i) -> i) AS q FROM k ORDER BY id
SELECT g, min(d) AS a, max(d) AS z FROM nn GROUP BY g ORDER BY g
SELECT g, max(d) AS z FROM nn WHERE id <> 2 GROUP BY g ORDER BY g
SELECT g, min(d) OVER (PARTITION BY g ORDER BY id) AS a, max(d) OVER (PARTITION BY g ORDER BY id) AS z FROM nn ORDER BY g, id
SELECT id, min(d) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a, max(d) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS z FROM nn ORDER BY id
SELECT g, sum(d) AS a, avg(d) AS z FROM nn GROUP BY g ORDER BY g
SELECT x.id, y.id FROM nn x JOIN nn y ON struct(x.d) = struct(y.d) AND x.id < y.id ORDER BY 1, 2
SELECT x.id, y.id FROM nn x JOIN nn y ON array(x.d) = array(y.d) AND x.id < y.id ORDER BY 1, 2
SELECT id FROM nn WHERE d IN (SELECT d FROM nn WHERE id IN (2, 7)) ORDER BY id
SELECT id FROM nn ORDER BY d, id
SELECT id FROM nn ORDER BY d DESC, id DESC
SELECT array_distinct(collect_list(d)) AS q FROM nn WHERE g IN ('c', 'd')
SELECT max_by(id, d) AS a, min_by(id, d) AS z FROM nn
SELECT id, CASE d WHEN 0 THEN 'zero' WHEN CAST('NaN' AS DOUBLE) THEN 'nan' ELSE 'other' END AS q FROM nn ORDER BY id
SELECT d, grouping_id() AS gi, count(*) AS n FROM nn WHERE g IN ('c', 'd') GROUP BY CUBE(d) ORDER BY gi
SELECT count(*) AS n FROM nn GROUP BY struct(d) ORDER BY n
SELECT g, min(f) OVER (PARTITION BY g ORDER BY id) AS a, max(f) OVER (PARTITION BY g ORDER BY id) AS z FROM nn ORDER BY g, id
SELECT id, min(f) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a, max(f) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS z FROM nn ORDER BY id
SELECT count(*) AS n FROM (SELECT DISTINCT f FROM nn)
SELECT id FROM nn WHERE f IN (SELECT f FROM nn WHERE id IN (2, 7)) ORDER BY id
SELECT id, f IN (CAST('NaN' AS DOUBLE), -0.0D) AS q FROM nn ORDER BY id
SELECT array_distinct(collect_list(f)) AS q FROM nn WHERE g IN ('c', 'd')
SELECT id, CASE f WHEN 0 THEN 'zero' WHEN CAST('NaN' AS DOUBLE) THEN 'nan' ELSE 'other' END AS q FROM nn ORDER BY id
SELECT f, grouping_id() AS gi, count(*) AS n FROM nn WHERE g IN ('c', 'd') GROUP BY CUBE(f) ORDER BY gi
SELECT id, t BETWEEN d AND d + 1 AS q FROM tt ORDER BY id
SELECT id, t BETWEEN d AND n AS q FROM tt ORDER BY id
SELECT id, d BETWEEN s AND t AS q FROM tt ORDER BY id
SELECT id, d IN (t, n) AS q FROM tt ORDER BY id
SELECT id, d IN (t) AS q FROM tt ORDER BY id
SELECT id, t IN (d) AS q FROM tt ORDER BY id
SELECT id, t IN (d, DATE'2024-01-31') AS q FROM tt ORDER BY id
SELECT id, n IN (d, t) AS q FROM tt ORDER BY id
SELECT id, d NOT IN (t, DATE'2000-01-01') AS q FROM tt ORDER BY id
SELECT id, CASE d WHEN t THEN 1 WHEN n THEN 2 END AS q FROM tt ORDER BY id
SELECT id, nullif(d, t) AS q FROM tt ORDER BY id
SELECT id, v BETWEEN d AND t AS q FROM tt ORDER BY id
SELECT id, d BETWEEN v AND t AS q FROM tt ORDER BY id
SELECT id, t BETWEEN 1 AND 2 AS q FROM tt ORDER BY id
SELECT id FROM k x WHERE a NOT IN (SELECT y.a FROM k y WHERE y.id = x.id) ORDER BY id
SELECT id, (SELECT max(y.a) FROM k y WHERE y.id < x.id) AS q FROM k x ORDER BY id
SELECT id, (SELECT count(*) FROM k y WHERE y.id < x.id) AS q FROM k x ORDER BY id
SELECT id FROM k x WHERE a NOT IN (SELECT y.a FROM k y WHERE y.id < x.id) ORDER BY id
SELECT id, a IN (SELECT y.a FROM k y WHERE y.id < x.id) AS q FROM k x ORDER BY id
SELECT id FROM k x WHERE a > (SELECT min(y.a) FROM k y WHERE y.id < x.id) ORDER BY id
SELECT x.id, z.q FROM k x, LATERAL (SELECT count(*) AS q FROM k y WHERE y.id < x.id) z ORDER BY 1
SELECT id, (SELECT max(y.a) FROM k y WHERE y.id <= x.id) AS q FROM k x ORDER BY id
SELECT id, (SELECT count(*) FROM k y WHERE y.id <= x.id) AS q FROM k x ORDER BY id
SELECT id, a IN (SELECT y.a FROM k y WHERE y.id <= x.id) AS q FROM k x ORDER BY id
SELECT id FROM k x WHERE a > (SELECT min(y.a) FROM k y WHERE y.id <= x.id) ORDER BY id
SELECT x.id, z.q FROM k x, LATERAL (SELECT count(*) AS q FROM k y WHERE y.id <= x.id) z ORDER BY 1
SELECT id FROM k x WHERE a NOT IN (SELECT y.a FROM k y WHERE y.id > x.id) ORDER BY id
SELECT id, a IN (SELECT y.a FROM k y WHERE y.id > x.id) AS q FROM k x ORDER BY id
SELECT x.id, z.q FROM k x, LATERAL (SELECT count(*) AS q FROM k y WHERE y.id > x.id) z ORDER BY 1
SELECT id, a IN (SELECT y.a FROM k y WHERE y.id <> x.id) AS q FROM k x ORDER BY id
SELECT x.id, z.q FROM k x, LATERAL (SELECT count(*) AS q FROM k y WHERE y.id <> x.id) z ORDER BY 1
SELECT id, a IN (SELECT y.a FROM k y WHERE y.id <=> x.id) AS q FROM k x ORDER BY id
SELECT x.id, z.q FROM k x, LATERAL (SELECT count(*) AS q FROM k y WHERE y.id <=> x.id) z ORDER BY 1
SELECT id, (SELECT max(y.a) FROM k y WHERE y.id BETWEEN x.id AND x.id + 1) AS q FROM k x ORDER BY id
SELECT id, (SELECT max(y.a) FROM k y WHERE y.id IN (x.id, x.b)) AS q FROM k x ORDER BY id
SELECT g, max((SELECT max(y.a) FROM k y WHERE y.id = x.id)) AS q FROM k x GROUP BY g ORDER BY g
SELECT g, count(*) AS n FROM k x GROUP BY g HAVING count(*) > (SELECT count(*) FROM k y WHERE y.g < x.g) ORDER BY g
SELECT id FROM k x ORDER BY (SELECT max(y.a) FROM k y WHERE y.id = x.id) DESC, id
SELECT x.id FROM k x JOIN k y ON x.id = y.id AND x.a = (SELECT max(z.a) FROM k z WHERE z.g = y.g) ORDER BY 1
SELECT x.id FROM k x LEFT JOIN k y ON x.id = y.id AND EXISTS (SELECT 1 FROM k z WHERE z.id = y.b) ORDER BY 1
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT x FROM b UNION ALL SELECT x FROM a ORDER BY x
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT sum(x) AS s FROM (SELECT x FROM b UNION ALL SELECT x FROM a)
SELECT sum(x) AS s FROM (SELECT x * 10 AS x FROM (SELECT 1 + 1 AS x) UNION ALL SELECT 1)
SELECT sum(x) AS s FROM (SELECT x * 10 AS x FROM (SELECT y + 1 AS x FROM (SELECT 1 AS y)) UNION ALL SELECT 1)
SELECT sum(x) AS s FROM (SELECT id * 10 AS x FROM k UNION ALL SELECT 1)
SELECT sum(id) AS s FROM (SELECT id FROM k UNION ALL SELECT id + 1 AS id FROM k WHERE id > 2)
