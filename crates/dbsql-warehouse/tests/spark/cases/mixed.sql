# More of the above.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tm AS SELECT * FROM ty WHERE id NOT IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW a AS SELECT * FROM VALUES (1, 'x', 10, 1.5BD), (2, 'y', 20, 2.5BD), (3, 'x', NULL, 3.5BD), (4, NULL, 5, NULL) AS t(k, g, v, m)
CREATE OR REPLACE TEMPORARY VIEW b AS SELECT * FROM VALUES (1, 'x', 7), (2, NULL, NULL), (2, 'w', 9), (NULL, 'x', 3) AS t(k, h, v)
CREATE OR REPLACE TEMPORARY VIEW iv AS SELECT id, x * INTERVAL 1 DAY AS d, y * INTERVAL 1 MONTH AS m, g FROM VALUES (1, 1, 14, 'a'), (2, NULL, NULL, 'a'), (3, -2, 3, 'b'), (4, 1, 14, 'b') AS t(id, x, y, g)
CREATE OR REPLACE TEMPORARY VIEW ls AS SELECT * FROM VALUES (1, array(1, NULL), named_struct('p', 1, 'q', 'b'), array(array(2), NULL)), (2, array(1), named_struct('p', NULL, 'q', 'a'), array(array(2))), (3, array(NULL, 5), NULL, NULL), (4, NULL, named_struct('p', 1, 'q', NULL), array()), (5, array(), named_struct('p', 0, 'q', 'z'), array(array(NULL), array(1))), (6, array(1, 0), named_struct('p', 1, 'q', 'a'), array(array())) AS t(id, l, s, n)
SELECT a.*, k + 1 AS more FROM a ORDER BY k DESC
SELECT *, k AS kk FROM a ORDER BY k
SELECT k AS v FROM a ORDER BY v + 1
SELECT g, max(k) AS v FROM a GROUP BY g ORDER BY max(v) NULLS FIRST
SELECT g, max(k) AS v FROM a GROUP BY g HAVING v > 1
SELECT g, max(k) AS k FROM a GROUP BY g HAVING k > 1 ORDER BY 1
SELECT g, sum(k) AS k FROM a GROUP BY g HAVING sum(k) > 2 ORDER BY k
SELECT g, count(*) AS v FROM a GROUP BY g HAVING v = 2
SELECT upper(g) AS g, count(*) AS n FROM a GROUP BY upper(g) HAVING g = 'X'
SELECT a.g AS grp, sum(a.v) AS tot FROM a GROUP BY grp ORDER BY tot DESC NULLS LAST, grp
SELECT DISTINCT k AS z FROM a ORDER BY k
SELECT struct(a.*) AS s FROM a ORDER BY s
SELECT to_json(struct(a.*)) AS s FROM a ORDER BY k
SELECT count(a.*) AS n FROM a
SELECT concat(a.*) FROM a
SELECT coalesce(v, k) AS v FROM a WHERE v IS NULL
SELECT max(v) AS v, v + 1 AS w FROM a GROUP BY v ORDER BY 1
SELECT struct(k, v) AS s, s.v AS w FROM a ORDER BY w, k
SELECT named_struct('z', k) AS s, s.z + 1 AS w, w * 2 AS u FROM a ORDER BY u
SELECT sum(k) AS s FROM (SELECT k, 'c' AS g, 1 AS v FROM a UNION ALL SELECT k, h, v FROM b)
SELECT max(g) AS s FROM (SELECT k, g, v FROM a UNION ALL SELECT k, h, v FROM b)
SELECT min(k) AS a, count(*) AS n FROM (SELECT k, 'c' AS g, 1 AS v FROM a UNION ALL SELECT k + 1, 'e', 1 FROM a)
SELECT DISTINCT k FROM (SELECT 1 AS k UNION ALL SELECT k + 1 FROM a) ORDER BY k
SELECT k FROM (SELECT 1 AS k UNION ALL SELECT k + 1 FROM a) ORDER BY k DESC LIMIT 2
SELECT (SELECT max(k) FROM (SELECT 1 AS k UNION ALL SELECT k + 1 FROM a)) AS q
SELECT k, count(*) AS n FROM (SELECT 1 AS k UNION SELECT k + 1 FROM a) GROUP BY k ORDER BY k
SELECT id, da = ts AS e, da < ts AS l, da <=> ts AS n FROM ty ORDER BY id
SELECT id, da IN (ts) AS i FROM ty ORDER BY id
SELECT id, da BETWEEN ts AND ts AS i FROM ty ORDER BY id
SELECT id, CASE da WHEN ts THEN 1 ELSE 2 END AS i FROM ty ORDER BY id
SELECT id FROM ty WHERE da IN (SELECT ts FROM ty) ORDER BY id
SELECT id, da = tn AS e, da < tn AS l, da <=> tn AS n FROM ty ORDER BY id
SELECT id, da IN (tn) AS i FROM ty ORDER BY id
SELECT id, da BETWEEN tn AND tn AS i FROM ty ORDER BY id
SELECT id, CASE da WHEN tn THEN 1 ELSE 2 END AS i FROM ty ORDER BY id
SELECT id FROM ty WHERE da IN (SELECT tn FROM ty) ORDER BY id
SELECT id, array(da, tn) AS q FROM ty ORDER BY id
SELECT id, da BETWEEN TIMESTAMP'1970-01-01 00:00:00' AND DATE'2024-12-31' AS q FROM ty ORDER BY id
SELECT id FROM ty WHERE da IN (TIMESTAMP'2024-03-01 00:00:00') ORDER BY id
SELECT collect_list(d) AS q FROM iv WHERE id IN (1, 4)
SELECT g, collect_list(d) AS q FROM iv WHERE id > 1 GROUP BY g ORDER BY g
SELECT array_agg(d) AS q FROM iv WHERE id IN (1, 4)
SELECT g, array_agg(d) AS q FROM iv WHERE id > 1 GROUP BY g ORDER BY g
SELECT max(struct(d, id)) AS q FROM iv WHERE id IN (1, 4)
SELECT id, coalesce(d, INTERVAL 0 DAY) AS q FROM iv ORDER BY id
SELECT id, if(id = 1, d, NULL) AS q FROM iv ORDER BY id
SELECT id, CAST(m AS INT) AS q FROM iv ORDER BY id
SELECT id, m * 2 AS q FROM iv ORDER BY id
SELECT id, d / 2 AS q FROM iv ORDER BY id
SELECT id, concat(d, '!') AS q FROM iv ORDER BY id
SELECT DISTINCT m FROM iv ORDER BY m DESC NULLS LAST
SELECT d FROM iv UNION SELECT INTERVAL 5 DAY ORDER BY 1
SELECT id FROM ls ORDER BY l NULLS LAST, id
SELECT id FROM ls ORDER BY l DESC NULLS FIRST, id
SELECT l FROM ls WHERE id < 4 UNION SELECT l FROM ls WHERE id > 2 ORDER BY 1 NULLS LAST
SELECT id FROM ls ORDER BY s NULLS LAST, id
SELECT id FROM ls ORDER BY s DESC NULLS FIRST, id
SELECT id, row_number() OVER (ORDER BY s, id) AS q FROM ls ORDER BY id
SELECT id, dense_rank() OVER (ORDER BY s DESC) AS q FROM ls ORDER BY id
SELECT s FROM ls WHERE id < 4 UNION SELECT s FROM ls WHERE id > 2 ORDER BY 1 NULLS LAST
SELECT id, CASE WHEN s > s THEN 1 WHEN s = s THEN 2 END AS q FROM ls ORDER BY id
SELECT id FROM ls ORDER BY n NULLS LAST, id
SELECT id FROM ls ORDER BY n DESC NULLS FIRST, id
SELECT array_max(collect_list(n)) AS a, array_min(collect_list(n)) AS b FROM ls
SELECT n FROM ls WHERE id < 4 UNION SELECT n FROM ls WHERE id > 2 ORDER BY 1 NULLS LAST
SELECT k, max(struct(v, k)) OVER (ORDER BY k) AS m FROM a ORDER BY k
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.v < a.v) ORDER BY k
SELECT k FROM a WHERE k NOT IN (SELECT b.k FROM b WHERE b.v < a.v AND b.k IS NOT NULL) ORDER BY k
SELECT k FROM a WHERE k IN (SELECT b.k FROM b WHERE b.v < a.v) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.v < a.v AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT k, EXISTS (SELECT 1 FROM b WHERE b.v < a.v) AS q FROM a ORDER BY k
SELECT k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.v < a.v) OR k = 1 ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.v < a.v) c ON true ORDER BY 1
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k = a.k) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.k = a.k AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.h = a.g) ORDER BY k
SELECT k FROM a WHERE k NOT IN (SELECT b.k FROM b WHERE b.h = a.g AND b.k IS NOT NULL) ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.h = a.g) c ON true ORDER BY 1
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k < a.k) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.k < a.k AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT k, EXISTS (SELECT 1 FROM b WHERE b.k < a.k) AS q FROM a ORDER BY k
SELECT k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k < a.k) OR k = 1 ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.k < a.k) c ON true ORDER BY 1
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k = a.k AND b.v > 5) ORDER BY k
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.h = a.g AND b.v < a.v) ORDER BY k
SELECT k FROM a WHERE k NOT IN (SELECT b.k FROM b WHERE b.h = a.g AND b.v < a.v AND b.k IS NOT NULL) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.h = a.g AND b.v < a.v AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT k, EXISTS (SELECT 1 FROM b WHERE b.h = a.g AND b.v < a.v) AS q FROM a ORDER BY k
SELECT k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.h = a.g AND b.v < a.v) OR k = 1 ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.h = a.g AND b.v < a.v) c ON true ORDER BY 1
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k <=> a.k) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.k <=> a.k AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.k <=> a.k) c ON true ORDER BY 1
SELECT k, k IN (SELECT b.k FROM b WHERE b.k + 1 = a.k AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.k + 1 = a.k) c ON true ORDER BY 1
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k = a.k OR b.h = a.g) ORDER BY k
SELECT k FROM a WHERE k NOT IN (SELECT b.k FROM b WHERE b.k = a.k OR b.h = a.g AND b.k IS NOT NULL) ORDER BY k
SELECT k, k IN (SELECT b.k FROM b WHERE b.k = a.k OR b.h = a.g AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.k = a.k OR b.h = a.g) c ON true ORDER BY 1
SELECT k FROM a WHERE k IN (SELECT b.k FROM b WHERE upper(b.h) = upper(a.g)) ORDER BY k
SELECT k FROM a WHERE v NOT IN (SELECT b.v FROM b WHERE b.k IN (a.k, a.k + 1)) ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE b.k IN (a.k, a.k + 1)) c ON true ORDER BY 1
SELECT k, k IN (SELECT b.k FROM b WHERE a.k > 2 AND b.k IS NOT NULL) AS q FROM a ORDER BY k
SELECT k, EXISTS (SELECT 1 FROM b WHERE a.k > 2) AS q FROM a ORDER BY k
SELECT k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE a.k > 2) OR k = 1 ORDER BY k
SELECT a.k, c.q FROM a LEFT JOIN LATERAL (SELECT max(b.v) AS q FROM b WHERE a.k > 2) c ON true ORDER BY 1
SELECT k FROM a WHERE k NOT IN (SELECT k FROM b) OR k > 3 ORDER BY k
SELECT k FROM a WHERE EXISTS (SELECT count(*) FROM b WHERE b.k = a.k) ORDER BY k
SELECT k FROM a WHERE EXISTS (SELECT b.k FROM b WHERE b.k = a.k GROUP BY b.k HAVING count(*) > 1) ORDER BY k
SELECT k FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k ORDER BY b.v LIMIT 1) ORDER BY k
