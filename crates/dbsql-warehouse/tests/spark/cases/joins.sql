# Joins and subqueries over columns of each type.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tm AS SELECT * FROM ty WHERE id NOT IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW te AS SELECT * FROM ty WHERE id > 99
CREATE OR REPLACE TEMPORARY VIEW l AS SELECT * FROM VALUES (1, 'a', 10), (2, 'b', NULL), (NULL, 'c', 30), (2, NULL, 40) AS t(k, g, v)
CREATE OR REPLACE TEMPORARY VIEW r AS SELECT * FROM VALUES (2L, 'b', 1.5), (NULL, 'c', 2.5), (3L, 'd', NULL), (2L, 'B', 4.5) AS t(k, h, w)
CREATE OR REPLACE TEMPORARY VIEW e AS SELECT * FROM l WHERE false
CREATE OR REPLACE TEMPORARY VIEW kd AS SELECT * FROM VALUES (1, 1.0D, 1.0F, '1', 1.00BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 00:00:00', TIMESTAMP_NTZ'2024-02-29 00:00:00', '2024-02-29', true, X'31'), (2, CAST('NaN' AS DOUBLE), CAST('NaN' AS FLOAT), '2', 2.50BD, DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', '1970-01-01 00:00:00', false, X'32'), (3, -0.0D, 0.0F, '0', 0.00BD, NULL, NULL, NULL, NULL, NULL, NULL), (4, 0.0D, CAST('-0.0' AS FLOAT), '00', 0.10BD, DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', '1969-12-31', true, X'') AS t(i, d, f, s, dc, da, ts, tn, sd, b, bi)
SELECT * FROM l NATURAL JOIN r ORDER BY 1, 2, 3, 4, 5
SELECT l.* FROM l JOIN r ON l.k <=> r.k ORDER BY 1, 2, 3
SELECT l.k, l.g FROM l JOIN r ON l.k < r.k OR l.g = r.h ORDER BY ALL
SELECT l.k, l.g FROM l JOIN r ON l.k = r.k AND r.w > 2 ORDER BY ALL
SELECT l.k, l.v FROM l JOIN r ON l.k = r.k AND l.v > 10 ORDER BY ALL
SELECT l.k, l.v FROM l JOIN r ON l.k = r.k WHERE l.v IS NULL ORDER BY ALL
SELECT l.g FROM l JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT * FROM l LEFT JOIN r USING (k) ORDER BY 1, 2, 3, 4, 5
SELECT * FROM l NATURAL LEFT JOIN r ORDER BY 1, 2, 3, 4, 5
SELECT k FROM l LEFT JOIN r ON l.k = r.k
SELECT l.g FROM l LEFT JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g FROM l LEFT JOIN r ON r.k = (SELECT max(k) FROM r) ORDER BY ALL
SELECT * FROM l RIGHT JOIN r ON l.k = r.k ORDER BY 1, 2, 3, 4, 5, 6
SELECT * FROM l RIGHT JOIN r USING (k) ORDER BY 1, 2, 3, 4, 5
SELECT * FROM l NATURAL RIGHT JOIN r ORDER BY 1, 2, 3, 4, 5
SELECT count(*) AS c FROM l RIGHT JOIN r ON true
SELECT l.k, l.v FROM l RIGHT JOIN r ON l.k = r.k AND l.v > 10 ORDER BY ALL
SELECT k FROM l RIGHT JOIN r ON l.k = r.k
SELECT l.g FROM l RIGHT JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g FROM l RIGHT JOIN r ON l.k = r.k AND l.k IN (SELECT k FROM r) ORDER BY ALL
SELECT * FROM l FULL JOIN r ON l.k = r.k ORDER BY ALL
SELECT * FROM l NATURAL FULL JOIN r ORDER BY 1, 2, 3, 4, 5
SELECT count(*) AS c FROM l FULL JOIN r ON true
SELECT count(*) AS c FROM l FULL JOIN r ON false
SELECT count(*) AS c FROM e FULL JOIN r ON e.k = r.k
SELECT count(*) AS c FROM l FULL JOIN e ON l.k = e.k
SELECT l.g FROM l FULL JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g FROM l FULL JOIN r ON r.k = (SELECT max(k) FROM r) ORDER BY ALL
SELECT * FROM l NATURAL SEMI JOIN r ORDER BY 1, 2, 3
SELECT l.* FROM l SEMI JOIN r ON l.k <=> r.k ORDER BY 1, 2, 3
SELECT count(*) AS c FROM l SEMI JOIN r
SELECT count(*) AS c FROM e SEMI JOIN r ON e.k = r.k
SELECT count(*) AS c FROM l SEMI JOIN e ON l.k = e.k
SELECT l.k, l.g FROM l SEMI JOIN r ON l.k = r.k AND r.w > 2 ORDER BY ALL
SELECT l.k, l.g FROM l SEMI JOIN r ON lower(r.h) = l.g AND l.k BETWEEN 1 AND r.k ORDER BY ALL
SELECT l.g FROM l SEMI JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g FROM l SEMI JOIN r ON l.k = r.k AND l.k IN (SELECT k FROM r) ORDER BY ALL
SELECT g FROM l SEMI JOIN r ON EXISTS (SELECT 1 FROM e) ORDER BY ALL
SELECT g FROM l SEMI JOIN r ON r.k = (SELECT max(k) FROM r) ORDER BY ALL
SELECT * FROM l ANTI JOIN r ON l.k = r.k ORDER BY 1, 2, 3
SELECT * FROM l ANTI JOIN r USING (k) ORDER BY 1, 2, 3
SELECT * FROM l NATURAL ANTI JOIN r ORDER BY ALL
SELECT count(*) AS c FROM l ANTI JOIN r ON true
SELECT count(*) AS c FROM l ANTI JOIN r
SELECT k, v FROM l ANTI JOIN r USING (k) ORDER BY ALL
SELECT l.g FROM l ANTI JOIN LATERAL (SELECT l.k + r.k AS q FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g, v FROM l RIGHT OUTER JOIN r ON l.k = r.k ORDER BY ALL
SELECT g, v FROM l FULL OUTER JOIN r ON l.k = r.k ORDER BY ALL
SELECT g, v FROM l LEFT ANTI JOIN r ON l.k = r.k ORDER BY ALL
SELECT g, v FROM l CROSS JOIN r ON l.k = r.k ORDER BY ALL
SELECT * FROM l CROSS JOIN r ORDER BY 1, 2, 3, 4, 5, 6 LIMIT 3
SELECT * FROM l CROSS JOIN r USING (k) ORDER BY 1, 2, 3, 4, 5
SELECT * FROM l NATURAL CROSS JOIN r
SELECT count(*) AS c FROM l, r JOIN cases.s ON l.k = s.id
SELECT count(*) AS c FROM l, r JOIN cases.s ON r.k = s.id
SELECT * FROM l JOIN r JOIN cases.s ON r.k = s.id ON l.k = s.id ORDER BY 1, 2, 3, 4, 5, 6, 7
SELECT l.k FROM l JOIN r ON l.k
SELECT count(*) AS c FROM l JOIN r ON NULL
SELECT count(*) AS c FROM l ANTI JOIN r ON NULL
SELECT l.g FROM l JOIN r ON sum(l.k) > 1
SELECT l.g FROM l LEFT JOIN r ON 'true' ORDER BY 1
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.d = y.i ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.d = y.s ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.d = y.da ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.d = y.ts ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.d = y.sd ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.f = y.ts ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.f = y.sd ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.s = y.s ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.da = y.i ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.da = y.f ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.da = y.s ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.da = y.dc ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.tn = y.ts ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.b = y.d ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.b = y.b ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.bi = y.f ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.bi = y.dc ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.bi = y.tn ORDER BY 1, 2
SELECT x.i AS xi, y.i AS yi FROM kd x JOIN kd y ON x.bi = y.bi ORDER BY 1, 2
SELECT x.i, x.dc FROM kd x WHERE x.dc IN (SELECT y.dc FROM kd y WHERE y.i > 2) ORDER BY 1
SELECT x.i, x.ts FROM kd x WHERE x.ts IN (SELECT y.ts FROM kd y WHERE y.i > 2) ORDER BY 1
SELECT x.i, x.b FROM kd x WHERE x.b IN (SELECT y.b FROM kd y WHERE y.i > 2) ORDER BY 1
SELECT b, typeof(b) AS t FROM kd x FULL JOIN (SELECT CAST(b AS STRING) AS b FROM kd) y USING (b) ORDER BY ALL
SELECT k, typeof(k) AS t FROM l JOIN r USING (k) ORDER BY ALL
SELECT k, typeof(k) AS t FROM l RIGHT JOIN r USING (k) ORDER BY ALL
SELECT k, typeof(k) AS t FROM l FULL JOIN r USING (k) ORDER BY ALL
SELECT l.*, r.* FROM l FULL JOIN r USING (k) ORDER BY 1, 2, 3, 4, 5
SELECT r.*, l.* FROM l LEFT JOIN r USING (k) ORDER BY ALL
SELECT * FROM l JOIN (SELECT k AS K, h FROM r) r USING (K) ORDER BY 1, 2, 3, 4, 5
SELECT * FROM l JOIN (SELECT k AS K, h FROM r) r USING (k) ORDER BY 1, 2, 3, 4, 5
SELECT * FROM l NATURAL JOIN (SELECT k AS K, h FROM r) ORDER BY 1, 2, 3, 4, 5
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.sr = y.sr ORDER BY 1, 2
SELECT x.id AS a FROM ty x LEFT ANTI JOIN ty y ON x.sr = y.sr AND x.id <> y.id ORDER BY 1
SELECT id FROM ty WHERE ar NOT IN (SELECT ar FROM ty WHERE id IN (1, 5)) ORDER BY id
SELECT x.id AS a, y.id AS b FROM ty x FULL JOIN ty y ON x.mp <=> y.mp AND x.id > y.id ORDER BY 1, 2
SELECT id FROM ty WHERE mp NOT IN (SELECT mp FROM ty WHERE id IN (1, 5)) ORDER BY id
SELECT x.id AS a FROM ty x LEFT ANTI JOIN ty y ON x.ym = y.ym AND x.id <> y.id ORDER BY 1
SELECT id, ym IN (SELECT ym FROM ty WHERE id > 6) AS q FROM ty ORDER BY id
SELECT x.id AS a, y.id AS b FROM ty x FULL JOIN ty y ON x.ds <=> y.ds AND x.id > y.id ORDER BY 1, 2
SELECT id, ds IN (SELECT ds FROM ty WHERE id > 6) AS q FROM ty ORDER BY id
SELECT id, bi IN (SELECT bi FROM ty WHERE id > 6) AS q FROM ty ORDER BY id
SELECT x.id AS a FROM ty x LEFT ANTI JOIN ty y ON x.f = y.f AND x.id <> y.id ORDER BY 1
SELECT id, f IN (SELECT f FROM ty WHERE id > 6) AS q FROM ty ORDER BY id
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.d = y.d ORDER BY 1, 2
SELECT id FROM ty WHERE d NOT IN (SELECT d FROM ty WHERE id IN (1, 5)) ORDER BY id
SELECT x.id AS a, y.id AS b FROM ty x FULL JOIN ty y ON x.b <=> y.b AND x.id > y.id ORDER BY 1, 2
SELECT id FROM ty WHERE b NOT IN (SELECT b FROM ty WHERE id IN (1, 5)) ORDER BY id
SELECT x.id AS a FROM ty x LEFT ANTI JOIN ty y ON x.tn = y.tn AND x.id <> y.id ORDER BY 1
SELECT x.id AS a, y.id AS b FROM ty x FULL JOIN ty y ON x.tn <=> y.tn AND x.id > y.id ORDER BY 1, 2
SELECT id, tn IN (SELECT tn FROM ty WHERE id > 6) AS q FROM ty ORDER BY id
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.ar[0] = y.i ORDER BY 1, 2
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON struct(x.i, x.st) = struct(y.l, y.st) ORDER BY 1, 2
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.t = y.s + 1S ORDER BY 1, 2
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.l = y.d ORDER BY 1, 2
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.i = y.f ORDER BY 1, 2
SELECT x.id AS a, y.id AS b FROM ty x JOIN ty y ON x.b = y.i ORDER BY 1, 2
SELECT * FROM cases.s a JOIN cases.s b ON a.id = b.id ORDER BY a.id
SELECT a.*, b.id AS bid FROM cases.s a LEFT JOIN cases.s b ON a.id = b.id + 1 ORDER BY 1
SELECT s.id FROM cases.s JOIN cases.s ON true
SELECT * FROM cases.s JOIN cases.s ON s.id = s.id
SELECT s.id FROM cases.s t
SELECT cases.t.id FROM cases.s t
SELECT t.id, T.Id, `t`.`ID` FROM cases.s t ORDER BY 1
SELECT u.* FROM cases.s t
SELECT id FROM (SELECT a.id, b.id FROM cases.s a JOIN cases.s b ON a.id = b.id)
SELECT * FROM cases.s a JOIN cases.s b USING (g) JOIN cases.s c USING (g) ORDER BY 1, 2, 3, 4, 5, 6, 7
SELECT * FROM cases.s a JOIN cases.s b USING (id) JOIN cases.s c ON a.id = c.id ORDER BY ALL
SELECT * FROM cases.s a JOIN cases.s b USING (id) JOIN cases.s c ON id = c.id
SELECT * FROM l a LEFT JOIN r b USING (k) LEFT JOIN cases.s c ON b.k = c.id ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
SELECT k FROM l FULL JOIN r USING (k) FULL JOIN (SELECT 9 AS k) USING (k) ORDER BY 1
SELECT b.k FROM l a SEMI JOIN r b ON a.k = b.k
SELECT b.* FROM l a ANTI JOIN r b ON a.k = b.k
SELECT a.k FROM l a LEFT JOIN r b ON a.k = b.k WHERE b.k IS NULL ORDER BY 1
SELECT k FROM l, r WHERE l.k = r.k
SELECT l.k AS k FROM l, r WHERE l.k = r.k ORDER BY k
SELECT 1 FROM l JOIN r ON l.nope = r.k
SELECT * FROM l JOIN r USING (v)
SELECT * FROM l JOIN r USING (k, g)
SELECT * FROM l a JOIN r a ON true ORDER BY 1, 2, 3, 4, 5, 6 LIMIT 1
SELECT a.k FROM l a JOIN r a ON true
SELECT a.g FROM l a JOIN r a ON true ORDER BY 1 LIMIT 2
SELECT a.w, a.g FROM l a JOIN r a ON a.v > a.w ORDER BY ALL
SELECT k, (SELECT w FROM r WHERE r.k = l.k LIMIT 1) AS m FROM l ORDER BY ALL
SELECT k, (SELECT w FROM r WHERE r.k = l.k ORDER BY w LIMIT 1) AS m FROM l ORDER BY ALL
SELECT k, (SELECT max(w) FROM r WHERE r.k > l.k) AS m FROM l ORDER BY ALL
SELECT k, (SELECT max(w) + l.v FROM r WHERE r.k = l.k) AS m FROM l ORDER BY ALL
SELECT k, (SELECT max(w + l.v) FROM r WHERE r.k = l.k) AS m FROM l ORDER BY ALL
SELECT k, (SELECT l.v) AS m FROM l ORDER BY ALL
SELECT k, (SELECT l.v + 1 WHERE l.v > 10) AS m FROM l ORDER BY ALL
SELECT k, (SELECT max(w) FROM r) AS m FROM l ORDER BY ALL
SELECT k, (SELECT w, h FROM r LIMIT 1) AS m FROM l
SELECT (SELECT 1), (SELECT 'a' AS z)
SELECT k FROM l WHERE v > (SELECT max(v) FROM l x WHERE x.k = l.k AND x.v < 40) ORDER BY ALL
SELECT k FROM l WHERE k NOT IN (SELECT k FROM e) ORDER BY ALL
SELECT g FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT g FROM l WHERE EXISTS (SELECT k FROM r WHERE r.k = l.k GROUP BY k HAVING count(*) > 1) ORDER BY ALL
SELECT g FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.k = l.k LIMIT 0) ORDER BY ALL
SELECT k, sum(v) AS c FROM l GROUP BY k HAVING EXISTS (SELECT 1 FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT k, sum((SELECT max(w) FROM r WHERE r.k = l.k)) AS c FROM l GROUP BY k ORDER BY ALL
SELECT k, (SELECT max(w) FROM r WHERE r.k = l.k) AS c FROM l GROUP BY k ORDER BY ALL
SELECT (SELECT max(w) FROM r WHERE r.k = l.k) AS c, count(*) AS n FROM l GROUP BY (SELECT max(w) FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT (SELECT max(w) FROM r WHERE r.k = l.k) AS c, count(*) AS n FROM l GROUP BY c ORDER BY ALL
SELECT g FROM l ORDER BY (SELECT max(w) FROM r WHERE r.k = l.k), g
SELECT g FROM l WHERE v > (SELECT count(*) FROM r WHERE r.k = l.k AND EXISTS (SELECT 1 FROM cases.s WHERE s.id = r.k)) ORDER BY 1
SELECT g FROM l WHERE EXISTS (SELECT 1 FROM r WHERE EXISTS (SELECT 1 FROM cases.s WHERE s.id = l.k)) ORDER BY 1
SELECT g FROM l WHERE k IN (SELECT k FROM r WHERE w > (SELECT min(w) FROM r x WHERE x.k = r.k)) ORDER BY 1
SELECT g FROM l WHERE k = (SELECT DISTINCT k FROM r WHERE r.k = l.k) ORDER BY 1
SELECT g FROM l WHERE k = (SELECT k FROM r WHERE r.k = l.k GROUP BY k) ORDER BY 1
SELECT sum(v) FILTER (WHERE k IN (SELECT k FROM r)) AS q FROM l
SELECT g, sum(v) OVER (PARTITION BY k IN (SELECT k FROM r)) AS q FROM l ORDER BY ALL
SELECT (SELECT sum(x.v) OVER (ORDER BY x.v DESC) FROM l x WHERE x.k = l.k LIMIT 1) AS q FROM l ORDER BY ALL
SELECT (SELECT collect_list(w) FROM (SELECT w FROM r WHERE r.k = l.k ORDER BY w)) AS q FROM l ORDER BY ALL
SELECT (SELECT struct(max(w) AS a, min(w) AS b) FROM r WHERE r.k = l.k).a AS q FROM l ORDER BY ALL
SELECT g FROM l WHERE EXISTS (SELECT k FROM r WHERE r.k = l.k UNION ALL SELECT k FROM r WHERE r.h = l.g) ORDER BY 1
SELECT g FROM l WHERE k IN (VALUES (1), (2)) ORDER BY ALL
SELECT g FROM l WHERE k IN (TABLE r)
SELECT g FROM l WHERE k IN ((SELECT max(k) FROM r), 1) ORDER BY 1
SELECT k, v IN (SELECT x.v FROM l x WHERE x.k = l.k AND x.v > l.v) AS q FROM l ORDER BY ALL
SELECT l.g, q.m FROM l LEFT JOIN LATERAL (SELECT w AS m FROM r WHERE r.k = l.k) q ON q.m > 2 ORDER BY ALL
SELECT l.g, q.m FROM l CROSS JOIN LATERAL (SELECT w AS m FROM r WHERE r.k = l.k ORDER BY w LIMIT 1) q ORDER BY ALL
SELECT * FROM l, LATERAL (SELECT * FROM r WHERE r.k = l.k) ORDER BY 1, 2, 3, 4, 5, 6
SELECT l.g, c FROM l, LATERAL (SELECT count(*) AS c FROM r WHERE r.k = l.k GROUP BY r.k) ORDER BY ALL
SELECT g, x FROM l, LATERAL explode(array(k, v)) AS t(x) ORDER BY ALL
SELECT g, x FROM l LEFT JOIN LATERAL explode(array(k, v)) AS t(x) ON x > 10 ORDER BY ALL
SELECT g, p, x FROM l JOIN LATERAL posexplode(array(k, v)) AS t(p, x) ON p = 0 ORDER BY ALL
SELECT l.g FROM l JOIN LATERAL (SELECT nope) ON true
SELECT l.g, n FROM l, LATERAL (SELECT row_number() OVER (ORDER BY w) AS n, w FROM r WHERE r.k = l.k) ORDER BY ALL
SELECT * FROM l RIGHT JOIN LATERAL (SELECT l.k AS q) ON true
SELECT id, n FROM cases.s, LATERAL (SELECT sum(t.v) AS n FROM cases.s t WHERE t.id <= s.id) ORDER BY id
