# Aggregate functions and groups over columns of each type.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tm AS SELECT * FROM ty WHERE id NOT IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW te AS SELECT * FROM ty WHERE id > 99
CREATE OR REPLACE TEMPORARY VIEW w AS SELECT * FROM VALUES (1, 'a', 10, 1.5D, DATE'2024-01-01'), (2, 'a', 20, NULL, DATE'2024-01-03'), (3, 'a', 20, 2.5D, DATE'2024-01-03'), (4, 'b', NULL, CAST('NaN' AS DOUBLE), NULL), (5, 'b', 5, 0.0D, DATE'2024-02-29'), (6, NULL, 7, 3.5D, DATE'2024-03-01'), (7, 'b', 5, 1.0D, DATE'2024-02-28'), (8, 'a', 30, 4.0D, DATE'2024-01-04') AS t(id, g, v, d, da)
CREATE OR REPLACE TEMPORARY VIEW z AS SELECT * FROM VALUES (1, 'x', 'p', 10), (2, 'x', 'q', 20), (3, 'y', 'p', 30), (4, 'y', NULL, 40), (5, NULL, 'q', NULL) AS t(id, a, b, c)
SELECT sum(i) AS q FROM tm
SELECT sum(bi) AS q FROM tm
SELECT sum(ts) AS q FROM tm
SELECT avg(t) AS q FROM tm
SELECT avg(da) AS q FROM tm
SELECT avg(ts) AS q FROM tm
SELECT avg(sa) AS q FROM tm
SELECT min(d) AS q FROM tm
SELECT min(st) AS q FROM tm
SELECT min(ar) AS q FROM tm
SELECT min(sr) AS q FROM tm
SELECT min(sa) AS q FROM tm
SELECT max(f) AS q FROM tm
SELECT max(ar) AS q FROM tm
SELECT max(sr) AS q FROM tm
SELECT max(sa) AS q FROM tm
SELECT max(sn) AS q FROM tm
SELECT count(bi) AS q FROM tm
SELECT count_if(d) AS q FROM tm
SELECT count_if(dd) AS q FROM tm
SELECT count_if(ar) AS q FROM tm
SELECT count_if(mp) AS q FROM tm
SELECT first(d, true) AS q FROM tm WHERE id > 5
SELECT first(ds, true) AS q FROM tm WHERE id > 5
SELECT last(d, true) AS q FROM tm WHERE id > 5
SELECT last(st, true) AS q FROM tm WHERE id > 5
SELECT any_value(i, true) AS q FROM tm WHERE id > 5
SELECT any_value(f, true) AS q FROM tm WHERE id > 5
SELECT any_value(bi, true) AS q FROM tm WHERE id > 5
SELECT any_value(ts, true) AS q FROM tm WHERE id > 5
SELECT round(stddev(f), 9) AS q FROM tm
SELECT round(stddev(sn), 9) AS q FROM tm
SELECT round(skewness(i), 9) AS q FROM tm
SELECT round(skewness(sn), 9) AS q FROM tm
SELECT round(kurtosis(t), 9) AS q FROM tm
SELECT round(kurtosis(l), 9) AS q FROM tm
SELECT round(kurtosis(bi), 9) AS q FROM tm
SELECT round(kurtosis(ts), 9) AS q FROM tm
SELECT round(kurtosis(ar), 9) AS q FROM tm
SELECT median(s) AS q FROM tm
SELECT median(l) AS q FROM tm
SELECT median(bi) AS q FROM tm
SELECT bool_and(i) AS q FROM tm
SELECT bool_and(dd) AS q FROM tm
SELECT bool_and(mp) AS q FROM tm
SELECT bool_or(dd) AS q FROM tm
SELECT bool_or(ar) AS q FROM tm
SELECT bool_or(mp) AS q FROM tm
SELECT bit_and(t) AS q FROM tm
SELECT bit_and(sr) AS q FROM tm
SELECT bit_and(sn) AS q FROM tm
SELECT bit_or(i) AS q FROM tm
SELECT bit_or(bi) AS q FROM tm
SELECT bit_xor(s) AS q FROM tm
SELECT bit_xor(l) AS q FROM tm
SELECT bit_xor(dc) AS q FROM tm
SELECT bit_xor(tn) AS q FROM tm
SELECT bit_xor(ym) AS q FROM tm
SELECT try_sum(i) AS q FROM tm
SELECT try_sum(st) AS q FROM tm
SELECT try_sum(ts) AS q FROM tm
SELECT try_avg(t) AS q FROM tm
SELECT try_avg(ts) AS q FROM tm
SELECT try_avg(ds) AS q FROM tm
SELECT approx_count_distinct(t) AS q FROM tm
SELECT approx_count_distinct(f) AS q FROM tm
SELECT approx_count_distinct(d) AS q FROM tm
SELECT approx_count_distinct(da) AS q FROM tm
SELECT approx_count_distinct(ts) AS q FROM tm
SELECT approx_count_distinct(sa) AS q FROM tm
SELECT percentile_approx(t, 0.5) AS q FROM tm
SELECT percentile_approx(dd, 0.5) AS q FROM tm
SELECT percentile_approx(ym, 0.5) AS q FROM tm
SELECT percentile_approx(ds, 0.5) AS q FROM tm
SELECT percentile_approx(mp, 0.5) AS q FROM tm
SELECT percentile_approx(sa, 0.5) AS q FROM tm
SELECT round(regr_slope(b, id), 9) AS q FROM tm
SELECT round(regr_slope(f, id), 9) AS q FROM tm
SELECT round(regr_slope(bi, id), 9) AS q FROM tm
SELECT round(corr(sr, id), 9) AS q FROM tm
SELECT round(corr(sn, id), 9) AS q FROM tm
SELECT round(covar_samp(id, b), 9) AS q FROM tm
SELECT min_by(id, s) AS q FROM tm
SELECT min_by(id, l) AS q FROM tm
SELECT min_by(id, da) AS q FROM tm
SELECT min_by(id, ts) AS q FROM tm
SELECT min_by(id, sa) AS q FROM tm
SELECT histogram_numeric(i, 3) AS q FROM tm
SELECT histogram_numeric(st, 3) AS q FROM tm
SELECT round(std(dc), 9) AS q FROM tm
SELECT round(std(ds), 9) AS q FROM tm
SELECT b, sum(t) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, sum(da) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, sum(ts) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, min(f) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, min(d) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, min(st) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, max(f) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, max(ds) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, max(b) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, count(dc) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, count(b) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, try_sum(st) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, try_sum(b) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, try_avg(s) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, try_avg(ds) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, bit_xor(l) AS q FROM ty GROUP BY b ORDER BY b
SELECT b, bit_xor(sn) AS q FROM ty GROUP BY b ORDER BY b
SELECT count(DISTINCT b) AS q, count(b) AS n FROM ty
SELECT b, grouping(b) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (b) ORDER BY n, max(id), gr
SELECT t, count(*) AS n, max(id) AS m FROM ty GROUP BY t ORDER BY m
SELECT t, grouping(t) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (t) ORDER BY n, max(id), gr
SELECT s, grouping(s) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (s) ORDER BY n, max(id), gr
SELECT i, grouping(i) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (i) ORDER BY n, max(id), gr
SELECT l, grouping(l) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (l) ORDER BY n, max(id), gr
SELECT size(collect_set(f)) AS q FROM ty
SELECT count(*) AS n FROM (SELECT DISTINCT f, b FROM ty)
SELECT d, count(*) AS n, max(id) AS m FROM ty GROUP BY d ORDER BY m
SELECT sort_array(collect_list(dd)) AS q FROM tm
SELECT count(DISTINCT dd) AS q, count(dd) AS n FROM ty
SELECT count(DISTINCT st) AS q, count(st) AS n FROM ty
SELECT DISTINCT st FROM ty WHERE id NOT IN (7) ORDER BY st
SELECT DISTINCT bi FROM ty WHERE id NOT IN (7) ORDER BY bi
SELECT count(DISTINCT da) AS q, count(da) AS n FROM ty
SELECT DISTINCT da FROM ty WHERE id NOT IN (7) ORDER BY da
SELECT sort_array(collect_list(ts)) AS q FROM tm
SELECT min(tn) AS a, max(tn) AS z, count(tn) AS n, first(tn) AS f FROM te
SELECT DISTINCT tn FROM ty WHERE id NOT IN (7) ORDER BY tn
SELECT min(ym) AS a, max(ym) AS z, count(ym) AS n, first(ym) AS f FROM te
SELECT count(DISTINCT ds) AS q, count(ds) AS n FROM ty
SELECT DISTINCT ar FROM ty WHERE id NOT IN (7) ORDER BY ar
SELECT size(collect_set(mp)) AS q FROM ty
SELECT count(DISTINCT mp) AS q, count(mp) AS n FROM ty
SELECT DISTINCT mp FROM ty WHERE id NOT IN (7) ORDER BY mp
SELECT mp, grouping(mp) AS gr, count(*) AS n FROM ty GROUP BY ROLLUP (mp) ORDER BY n, max(id), gr
SELECT count(DISTINCT sr) AS q, count(sr) AS n FROM ty
SELECT count(*) AS n FROM (SELECT DISTINCT sn, b FROM ty)
SELECT sum(v) AS q FROM w WHERE id = 4
SELECT g, sum(v) AS q FROM w GROUP BY g ORDER BY g
SELECT count(*) FILTER (WHERE id < 0) AS q FROM w
SELECT g, min(v) AS q FROM w WHERE id > 99 GROUP BY g
SELECT min(v) FILTER (WHERE id < 0) AS q FROM w
SELECT max(g) AS q FROM w WHERE id > 99
SELECT g, max(g) AS q FROM w GROUP BY g ORDER BY g
SELECT last(v) FROM w
SELECT collect_set(v) FILTER (WHERE id < 0) AS q FROM w
SELECT g, round(stddev(v), 9) AS q FROM w GROUP BY g ORDER BY g
SELECT g, median(v) AS q FROM w GROUP BY g ORDER BY g
SELECT median(v) FILTER (WHERE id < 0) AS q FROM w
SELECT max_by(g, v) AS q FROM w WHERE id = 4
SELECT max_by(g, v) FROM w
SELECT g, round(corr(v, d), 9) AS q FROM w GROUP BY g ORDER BY g
SELECT g, round(corr(v, d), 9) AS q FROM w WHERE id > 99 GROUP BY g
SELECT corr(v, d) FILTER (WHERE id < 0) AS q FROM w
SELECT g, round(covar_pop(v, d), 9) AS q FROM w WHERE id > 99 GROUP BY g
SELECT covar_pop(v, d) FILTER (WHERE id < 0) AS q FROM w
SELECT round(kurtosis(v), 9) AS q FROM w WHERE id > 99
SELECT round(kurtosis(v), 9) FROM w
SELECT g, sum(DISTINCT v) AS q FROM w GROUP BY g ORDER BY g
SELECT array_agg(v) FILTER (WHERE id < 0) AS q FROM w
SELECT percentile(v, array(0.1, 0.9)) AS q FROM w WHERE id = 4
SELECT grouping_id() AS q FROM w WHERE id > 99
SELECT grouping_id() AS q FROM w WHERE id = 4
SELECT g, grouping_id() AS q FROM w WHERE id > 99 GROUP BY g
SELECT grouping_id() FROM w
SELECT grouping_id() FILTER (WHERE id < 0) AS q FROM w
SELECT g, bit_xor(v) AS q FROM w GROUP BY g ORDER BY g
SELECT min_by(v, g) FILTER (WHERE id < 0) AS q FROM w
SELECT g, round(regr_r2(v, d), 9) AS q FROM w GROUP BY g ORDER BY g
SELECT regr_r2(v, d) FILTER (WHERE id < 0) AS q FROM w
SELECT every(v > 1) FROM w
SELECT g, sum(NULL) AS q FROM w WHERE id > 99 GROUP BY g
SELECT avg(NULL) AS q FROM w WHERE id = 4
SELECT upper(g) AS g, count(*) AS n FROM w GROUP BY 1 ORDER BY 1
SELECT g AS `all`, count(*) AS c FROM w GROUP BY `all` ORDER BY 1
SELECT count(*) AS n FROM w GROUP BY 1
SELECT count(*) AS n, g FROM w GROUP BY 1
SELECT count(*) AS n FROM w GROUP BY ()
SELECT count(*) AS n FROM w WHERE false GROUP BY ()
SELECT count(*) AS n FROM w WHERE false GROUP BY 'a'
SELECT sum(v) FROM w GROUP BY sum(v)
SELECT g, sum(v) AS v FROM w GROUP BY g HAVING v > 15 ORDER BY v
SELECT g FROM w GROUP BY g HAVING count(*) > 1 AND max(v) IS NOT NULL ORDER BY g
SELECT 1 AS q FROM w HAVING true
SELECT DISTINCT ON (g) g FROM w
SELECT g, count(DISTINCT v) AS c, sum(DISTINCT v) AS s, max(v) AS m FROM w GROUP BY g ORDER BY g
SELECT first(DISTINCT v) AS q FROM w WHERE v = 10
SELECT g, sum(v) FILTER (WHERE id > 2) AS q FROM w GROUP BY g ORDER BY g
SELECT sum(v) FILTER (WHERE v) FROM w
SELECT sum(v) FILTER (WHERE NULL) AS q FROM w
SELECT upper(g) FILTER (WHERE v > 1) FROM w
SELECT sum(v + max(v)) FROM w
SELECT struct(g, v) AS q, count(*) AS n FROM w GROUP BY struct(g, v) ORDER BY n, q
SELECT sr.x AS k, sum(sr.x) AS n FROM tm GROUP BY k ORDER BY 1
SELECT date_trunc('MONTH', da) AS m, sum(v) AS n FROM w GROUP BY m ORDER BY m
SELECT CASE WHEN v > 10 THEN 'hi' WHEN v > 5 THEN 'mid' ELSE 'lo' END AS k, count(*) AS n FROM w GROUP BY CASE WHEN v > 10 THEN 'hi' WHEN v > 5 THEN 'mid' ELSE 'lo' END ORDER BY k
SELECT g AS v, v AS g, count(*) AS n FROM w GROUP BY g, v ORDER BY ALL
SELECT max(transform(array(v), x -> x + 1)) AS q FROM w
SELECT mode(g) AS q FROM w WHERE id < 5
SELECT count() FROM w
SELECT sum() FROM w
SELECT sum(v, id) FROM w
SELECT min(*) FROM w
SELECT sum(*) FROM w
SELECT count(z.*) FROM z
SELECT count(*) AS `count(1)` FROM w
SELECT sum(v) AS `Total Sum`, COUNT(*) FROM w
SELECT g AS k, k || 'x' AS m, sum(v) AS a FROM w GROUP BY k ORDER BY k
SELECT v + 1 AS p, p + 1 AS q, count(*) AS n FROM w GROUP BY p, q ORDER BY ALL
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY CUBE(a, b) ORDER BY k, n, t
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY GROUPING SETS ((a, b), (a), ()) ORDER BY k, n, t
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY GROUPING SETS (a, b) ORDER BY k, n, t
SELECT a, b, grouping(a) AS ga, grouping(b) AS gb, grouping_id() AS gi, sum(c) AS t FROM z GROUP BY GROUPING SETS ((), (a), (a)) ORDER BY gi, a, b, t
SELECT a, b, grouping_id(a, b) AS gi FROM z GROUP BY GROUPING SETS ((), (a), (a)) HAVING grouping(a) = 1 ORDER BY gi, a, b
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY GROUPING SETS ((), (a), (a)) ORDER BY k, n, t
SELECT a, b, sum(c) AS t, count(*) AS n FROM z GROUP BY ROLLUP((a, b)) ORDER BY a, b, t, n
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY ROLLUP((a, b)) ORDER BY k, n, t
SELECT a, b, sum(c) AS t, count(*) AS n FROM z GROUP BY GROUPING SETS (ROLLUP(a, b), (b)) ORDER BY a, b, t, n
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY GROUPING SETS (ROLLUP(a, b), (b)) ORDER BY k, n, t
SELECT a, b, grouping_id(a, b) AS gi FROM z GROUP BY CUBE(a, b), b HAVING grouping(a) = 1 ORDER BY gi, a, b
SELECT coalesce(a, 'none') AS k, count(DISTINCT b) AS n, sum(c) FILTER (WHERE c > 10) AS t FROM z GROUP BY CUBE(a, b), b ORDER BY k, n, t
SELECT grouping_id(a) FROM z GROUP BY CUBE(a, b) ORDER BY 1
SELECT grouping_id(b, a) FROM z GROUP BY CUBE(a, b)
SELECT grouping(c) FROM z GROUP BY CUBE(a, b)
SELECT a, sum(c) OVER () AS t FROM z GROUP BY ROLLUP(a, c) ORDER BY ALL
SELECT a, b, count(*) AS n FROM z GROUP BY ROLLUP(1, 2) ORDER BY ALL
SELECT a, b, count(*) AS n FROM z GROUP BY GROUPING SETS ((1), (2)) ORDER BY ALL
SELECT a, b, count(*) AS n FROM z GROUP BY ROLLUP()
SELECT a, grouping__id FROM z GROUP BY ROLLUP(a) ORDER BY 1
SELECT 1 + v AS q FROM w GROUP BY v + 1 ORDER BY q
