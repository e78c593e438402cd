# Expressions over columns of each type, composed by a program, and sums of dates in names.
CREATE OR REPLACE TEMPORARY VIEW m AS SELECT * FROM VALUES (1L, 1, 'abc', CAST(1.50 AS DECIMAL(10,2)), 1.5D, DATE'2024-01-31', TIMESTAMP'2024-01-31 12:30:45', true, array(1,2,3), array('a','b'), map('a',1,'b',2), named_struct('x',1,'y','p')),(2L, -7, 'Hello World', CAST(-2.25 AS DECIMAL(10,2)), -0.5D, DATE'2023-02-28', TIMESTAMP'2023-02-28 23:59:59.123456', false, array(3,NULL,1), array('b',NULL,'a'), map('c',3), named_struct('x',2,'y','q')),(3L, NULL, '', CAST(0.00 AS DECIMAL(10,2)), 0.0D, DATE'2000-02-29', TIMESTAMP'1970-01-01 00:00:00', NULL, CAST(array() AS ARRAY<INT>), CAST(array() AS ARRAY<STRING>), CAST(map() AS MAP<STRING,INT>), named_struct('x',CAST(NULL AS INT),'y','')),(4L, 0, NULL, NULL, NULL, NULL, NULL, true, NULL, NULL, NULL, NULL),(5L, 100, ' pad ', CAST(99999.99 AS DECIMAL(10,2)), 1e10D, DATE'1999-12-31', TIMESTAMP'2000-01-01 00:00:00', false, array(5,5,5,NULL), array('abc','','A'), map('a',NULL,'z',9), named_struct('x',5,'y',CAST(NULL AS STRING))),(6L, 42, 'a,b;c', CAST(0.05 AS DECIMAL(10,2)), 3.14159D, DATE'2024-12-30', TIMESTAMP'2024-03-10 02:30:00', true, array(-1,0,7), array('x y'), map('a',-1), named_struct('x',-3,'y','a,b')),(7L, 1, 'äöÜ€', CAST(-100.10 AS DECIMAL(10,2)), -1.25D, DATE'2024-02-29', TIMESTAMP'2024-02-29 06:07:08.5', NULL, array(2), array('é'), map('b',0,'a',0), named_struct('x',0,'y','zz')) AS t(l, i, s, n, f, d, t, b, ai, sa, mp, st)
SELECT min(coalesce(d, DATE'2024-03-15') + 1) FROM m
SELECT coalesce(d, DATE'2024-03-15') + 1 FROM m ORDER BY l
SELECT coalesce(d) - 1 FROM m ORDER BY l
SELECT d + INTERVAL '1' DAY + 1 FROM m ORDER BY l
SELECT d + 1 + 2 FROM m ORDER BY l
SELECT d - 1 + INTERVAL '1' DAY FROM m ORDER BY l
SELECT greatest(next_day(d, 'Sunday'), trunc(d, 'QUARTER')) + 2 FROM m ORDER BY l
SELECT 1 + d FROM m ORDER BY l
SELECT (d + 1) + length(s) FROM m ORDER BY l
SELECT d + i FROM m WHERE i IS NOT NULL ORDER BY l
SELECT d + (i + 1) FROM m WHERE i IS NOT NULL ORDER BY l
SELECT d - (i + 1) FROM m WHERE i IS NOT NULL ORDER BY l
SELECT CASE WHEN b THEN d END + 1 FROM m ORDER BY l
SELECT if(b, d, d) + 1 FROM m ORDER BY l
SELECT year(if(b, d, DATE'2020-01-01') + 1) FROM m ORDER BY l
SELECT nvl(d, current_date()) IS NULL, ifnull(d, DATE'2020-02-02') - 1 FROM m ORDER BY l
SELECT max(d) + 1 FROM m
SELECT max(d) + 1 - 2 FROM m
SELECT (SELECT max(d) FROM m) + 1
SELECT max(d + 1) FROM m
SELECT x + 1 FROM (SELECT max(d) AS x FROM m)
SELECT least(d, d) + INTERVAL '1' DAY, least(d, DATE'2020-01-01') + INTERVAL '1' DAY FROM m ORDER BY l
SELECT coalesce(t, TIMESTAMP'2020-01-01 00:00:00') + INTERVAL '1' DAY FROM m ORDER BY l
SELECT coalesce(i, 1) + 1, greatest(i, 1) - 1, if(b, 1, 2) + 1 FROM m ORDER BY l
SELECT nvl2(d, d, DATE'2020-01-01') + 1, nvl2(DATE'2020-01-01', 1, 2) + 1 FROM m ORDER BY l
SELECT if(DATE'2020-01-01' > d, 1, 2) + 1 FROM m ORDER BY l
SELECT if(d IS NULL, 1, 2) + 1, nullif(DATE'2020-01-01', d) + 1 FROM m ORDER BY l
SELECT l, s, chr(aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0))), to_json(st) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, try_to_timestamp(get(split('l', '[,; ]'), 3)) <> DATE'2024-03-15' - INTERVAL '2' MONTH + INTERVAL '1' DAY AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, CAST(i > 0 AS INT) + array_size(flatten(array(ai, array(1, 2)))) FROM m ORDER BY l
SELECT try_cast('b' AS INT) AS g, sum(extract(DAY FROM d)), try_sum(octet_length(s)) FROM m GROUP BY try_cast('b' AS INT) ORDER BY g NULLS LAST
SELECT l, lag(sha2(st.y, 256)) OVER (PARTITION BY '' IN ('abc', st.y) ORDER BY l) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, CAST(forall(ai, x -> x > 5) AS INT) AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT l, CASE WHEN NOT (b) THEN date_trunc('YEAR', t) ELSE date_add(DATE'2024-03-15', 7) END FROM m ORDER BY l
SELECT l FROM m WHERE if(s IS NULL, st.x, st.x) BETWEEN 0 AND CAST(i > 0 AS INT) ORDER BY l
SELECT CASE WHEN i > 0 THEN t ELSE d END AS g, any_value(pmod(i, 7)) IS NULL, every(0.1D > n) FROM m GROUP BY CASE WHEN i > 0 THEN t ELSE d END ORDER BY g NULLS LAST
SELECT l, lead(pmod(-2, 7), 1, 0) OVER (ORDER BY nvl(i, st.x), l) FROM m ORDER BY l
WITH u AS (SELECT l, to_date(timestamp_seconds(i)) AS v, second(TIMESTAMP'2024-03-15 10:20:30') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT sort_array(collect_set(s)) AS c0, min(5) + max(st.x), avg(-2) FROM m
SELECT l, st.y AS c0, pmod(1.5, 3), CAST(CASE WHEN map_contains_key(mp, 'b') THEN d + 0 END AS STRING) FROM m ORDER BY l
SELECT l, nvl2(i, 10, i) AS c0, array_remove(ai, 7) AS c1, i > 0 AS c2 FROM m ORDER BY l
SELECT m.l, e.col FROM m, LATERAL explode(concat(array(s, st.y), sort_array(sa))) e ORDER BY 1, 2
WITH u AS (SELECT l, base64(CAST(s AS BINARY)) AS v, pmod(st.x, 7) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, concat(transform(sa, x -> upper(x)), sa) AS c0, contains(replace(s, 'abc', 'a'), 'abc') AS c1 FROM m ORDER BY l
SELECT try_to_timestamp(s) AS g, count(DISTINCT nvl(7, i)) AS c1, mode(5) FROM m GROUP BY try_to_timestamp(s) ORDER BY g NULLS LAST
SELECT bit_or(named_struct('x', i, 'y', st.y).x), sum(instr(get_json_object(to_json(st), '$.y'), 'l')) FILTER (WHERE isnull(i + i)) AS c1, count(DISTINCT CAST(date_trunc('MINUTE', TIMESTAMP'2024-03-15 10:20:30') AS STRING), i & 2) FROM m
SELECT l, l AS c0, array_max(concat(sa, array('a', 'b'))) FROM m ORDER BY l
SELECT l, ceil(0.1D) AS c0, make_date(2024, 2, 28) AS c1 FROM m ORDER BY l
SELECT i AS g, bit_or(levenshtein(st.y, st.y)) AS c1, bit_or(try_cast('l' AS INT)) FROM m GROUP BY i ORDER BY g NULLS LAST
SELECT m.l, e.col FROM m, LATERAL explode(transform(transform(sa, x -> x), x -> upper(x))) e ORDER BY 1, 2
SELECT l, x FROM m LATERAL VIEW explode(array(repeat(s, 3), char_length(s) || 'c')) e AS x ORDER BY l, x
SELECT l, s IS NULL, transform(array(1, 2), x -> x + i) AS c1 FROM m ORDER BY l
SELECT l, CASE WHEN (array_contains(array(1, 2), -1) AND st = st) THEN CAST(array_min(ai) AS DECIMAL(12,3)) ELSE pmod(dayofyear(d), 7) END AS a1, coalesce(a1, 1.5 + -3.125) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, first_value(weekday(d)) OVER (PARTITION BY b ORDER BY d DESC, l) AS c0 FROM m ORDER BY l
SELECT l, contains(md5(CAST(s AS BINARY)), ',') AS c0 FROM m ORDER BY l
SELECT coalesce(t, d) AS g, count(DISTINCT try_cast(st.y AS INT)) AS c1, every(0 <=> l) FROM m GROUP BY coalesce(t, d) HAVING max(l) > 2 ORDER BY g NULLS LAST
SELECT l, lpad(btrim(try_element_at(array('a', 'b'), 1)), 5, 'ab') AS a1, coalesce(a1, lower(st.y)) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, conv(CAST(i | st.x AS STRING), 10, 16) AS v, -st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT min_by(year(d), l) AS c0, max(coalesce(st, st)), count(*) FROM m
SELECT l, collect_list(i | i) OVER (ORDER BY i, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT t AS g, sort_array(collect_list(i)) AS c1, try_sum(CAST(l AS INT)) FROM m GROUP BY t ORDER BY g NULLS LAST
SELECT l, last_value(hex(i), true) OVER (PARTITION BY array_max(split(' ', ',')) ORDER BY l) AS c0 FROM m ORDER BY l
SELECT l, length(to_json(sort_array(ai, false))), transform(sa, x -> x) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, CAST(ceil(-3.125) AS INT) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, rank() OVER (PARTITION BY 1 ORDER BY l) AS c0 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, CAST(l AS INT) AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT l, isnan(coalesce(2.5D, i) + try_divide(n, 1.5)) AS c0, date_trunc('MINUTE', t) + INTERVAL '1' YEAR + INTERVAL '1' YEAR AS c1, st FROM m ORDER BY l
SELECT l, translate(st.y, 'abc', 'xy') AS a1, coalesce(a1, left('Hello', 1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, regexp_extract('abc', '([a-z])([a-z]*)', 2) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, b AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, nullif(0.25, 0) AS a1, coalesce(a1, n) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, first_value(nvl(st.x, st.x)) OVER (PARTITION BY nullif(mp['a'], ascii(s)) ORDER BY l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM m ORDER BY l
SELECT l, CAST(n + 0.25 AS DECIMAL(30,1)) AS a1, coalesce(a1, round(1.5, 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT CAST(st.y >= 'l' AS INT) AS g, sum(locate(',', st.y)) FILTER (WHERE st < st), count(DISTINCT st.y, mp['a']) FROM m GROUP BY CAST(st.y >= 'l' AS INT) ORDER BY g NULLS LAST
SELECT min(array_min(sort_array(ai))) + max(datediff(to_date(CAST(d AS STRING), 'yyyy-MM-dd'), try_cast('' AS DATE))) AS c0, bool_or(if(b, DATE'2024-03-15', d) BETWEEN DATE'2000-01-01' AND CAST(t AS DATE)), min_by(minute(CAST(d AS TIMESTAMP)), l) FROM m WHERE TIMESTAMP'2024-03-15 10:20:30' <= d
SELECT l, floor(-3.125, 1) + coalesce(n, i) AS c0, i FROM m ORDER BY l
SELECT bool_or(d > d) AS c0, max_by(overlay(s PLACING '_' FROM 1), l) AS c1, count(DISTINCT array_max(ai)) FROM m
SELECT l, date_from_unix_date(i) <=> trunc(d, 'WEEK') AS c0, if(st < st, coalesce(st, st), if(b, st, st)) AS c1 FROM m ORDER BY l
SELECT l, i AS a1, coalesce(a1, i + 7) AS a2, a1 = a2 FROM m ORDER BY l
SELECT isnan(0.1D) AS g, min_by(CAST(-3.125 AS INT), l) AS c1, max(nullif(i, st.x)) FROM m GROUP BY isnan(0.1D) ORDER BY g NULLS LAST
SELECT l, named_struct('x', i, 'y', s).y AS c0, named_struct('x', i, 'y', regexp_extract('abc', '([a-z])([a-z]*)', 2)), transform(array_distinct(array('a', 'b')), x -> upper(x)) FROM m ORDER BY l
SELECT l, ai IS NULL, sort_array(ai) AS c1, try_cast(s AS DATE) FROM m ORDER BY l
SELECT DATE'2024-03-15' AS g, bit_or(day(TIMESTAMP'2024-03-15 10:20:30')) AS c1, bool_or(array_contains(ai, i)) FROM m GROUP BY DATE'2024-03-15' ORDER BY g NULLS LAST
SELECT min_by(aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0)), l) AS c0, sum(abs(year(d))) FILTER (WHERE to_date(t) >= CAST(TIMESTAMP'2024-03-15 10:20:30' AS DATE)), approx_count_distinct(try_element_at(mp, 'l') * 3) FROM m
SELECT l, last_value(format_string('%s:%d', s, i), true) OVER (PARTITION BY try_element_at(map_keys(mp), 1) ORDER BY l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c0 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, date_format(make_date(2024, 2, 1), 'yyyy-MM') LIKE ANY ('a%', '%b%') AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT format_string('%s:%d', 'x', 3) AS g, bool_and(st.x BETWEEN 7 AND st.x), bit_or(coalesce(i, i)) FROM m GROUP BY format_string('%s:%d', 'x', 3) ORDER BY g NULLS LAST
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, startswith(concat_ws('-', s, s), '%a%') AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT l, CASE find_in_set('', st.y) WHEN 42 THEN -i WHEN CAST(b AS INT) THEN hour(t) END AS c0, 0.25 % 2 - dayofyear(d) AS c1 FROM m ORDER BY l
SELECT l, if(concat_ws(',', array('a', 'b')) NOT LIKE '%a%', named_struct('x', try_element_at(array(1, 2), 2), 'y', conv(CAST(i AS STRING), 10, 16)), if(t > d, if(b, st, st), if(b, st, st))) AS c0, bround(if(b, 0.25, -3.125), 1) - try_element_at(array_remove(ai, 1), 1) FROM m ORDER BY l
SELECT l, array(1, 2) AS c0, flatten(array(array(1, 2), transform(reverse(sa), x -> length(x)))) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, i AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT approx_count_distinct(get(array(1, 2), 3)), any_value(extract(DAY FROM d) % 5) IS NULL, sum(array_size(transform(array('a', 'b'), x -> length(x)))) FROM m
SELECT l, explode(filter(array_union(flatten(array(array(1, 2), ai)), array_distinct(ai)), x -> x > 3)) FROM m ORDER BY 1, 2
SELECT count(date_format(last_day(d), 'MMMM d')) AS c0, max_by(to_json(array_prepend(ai, st.x)), l), sum(CASE WHEN s ILIKE '%A%' IS NOT FALSE THEN 1 ELSE 0 END) FROM m
SELECT l, ceil(greatest(coalesce(f, i), dayofyear(d))) AS c0, b AS c1 FROM m ORDER BY l
SELECT l, explode(array_insert(coalesce(array(1, 2), ai), 2, year(DATE'2024-03-15'))) FROM m ORDER BY 1, 2
SELECT l, array_distinct(regexp_extract_all(st.y, '([a-z])', 1)) AS c0, CAST(CAST(b AS INT) AS DECIMAL(12,3)) AS c1 FROM m ORDER BY l
SELECT l, st AS c0, try_element_at(transform(array(1, 2), x -> CAST(x AS STRING)), 1) AS c1 FROM m ORDER BY l
SELECT l, nullif(0.25, 0) AS a1, coalesce(a1, nullif(n, 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT st.x AS g, array_sort(collect_set(decode(42, 1, 10, 5, 20, 30))) AS c1, sum(1) FROM m GROUP BY st.x HAVING count(*) > 1 ORDER BY g NULLS LAST
SELECT l, x FROM m LATERAL VIEW explode(map_keys(transform_keys(transform_values(map('a', 1), (k, v) -> v + i), (k, v) -> concat(k, '_')))) e AS x ORDER BY l, x
SELECT l FROM m WHERE conv(CAST(nullif(i, i) AS STRING), 10, 16) IS NOT NULL ORDER BY l
SELECT l, if(s IS NULL, 0.25, 1.5) % 2 AS c0, CAST(1.5 AS STRING), floor(abs(f)) FROM m ORDER BY l
SELECT l, left(nullif(st.y, 'abc'), 1) AS a1, coalesce(a1, regexp_extract(s, '([a-z])([a-z]*)', 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, i AS c0, make_date(2024, 1, 1) + INTERVAL '1' DAY FROM m ORDER BY l
SELECT l, 7 & 7, locate(' ', coalesce(substring_index(s, ',', 1), conv(CAST(st.x AS STRING), 10, 16)), 3) FROM m ORDER BY l
SELECT l FROM m WHERE array_contains(array_union(ai, ai), coalesce(st.x, st.x)) ORDER BY l
SELECT l, -size(ai) AS a1, coalesce(a1, second(TIMESTAMP'2024-03-15 10:20:30')) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, CASE WHEN s IS NULL THEN s WHEN s IS NULL THEN s END AS c0, CAST(l AS INT) AS c1 FROM m ORDER BY l
SELECT sum(CASE WHEN b THEN 1 ELSE 0 END), count_if(b), mode(1) FROM m
SELECT avg(shiftleft(locate('', st.y, 1), 0)) AS c0, every(try_cast(st.y AS DATE) < d) AS c1, count(*) FROM m
SELECT l, elt(1, st.y || decode(st.x, 1, 10, i, 20, 30), repeat(CAST(i > 0 AS STRING), 1)) AS a1, coalesce(a1, to_json(mp)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array_remove(array(1, 2), 0)) e AS p, x ORDER BY l, p
SELECT l, i AS c0, greatest(CAST(st.x AS DOUBLE), st.x) <> ceil(1.5) AS c1, (-CAST(CAST(i > 0 AS INT) AS DECIMAL(12,3))) FROM m ORDER BY l
WITH u AS (SELECT l, CAST(ceil(1.5) * -3.125 + -3.125 AS INT) AS v, greatest(2, i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, coalesce(DATE'2024-03-15', DATE'2024-03-15'), i ^ 10 AS c1, concat_ws(',', sa) FROM m ORDER BY l
WITH u AS (SELECT l, CAST(f * 5 AS STRING) AS v, quarter(d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT l, months_between(d, d) AS c0, greatest(n, n) FROM m ORDER BY l
SELECT l, nullif(abs(1.5), 0) AS a1, coalesce(a1, round(-3.125, 1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT every(s IS NULL) AS c0, sum(DISTINCT st.x) AS c1, max(t) FROM m
SELECT l, array(1, 2) AS c0, substring(date_format(TIMESTAMP'2024-03-15 10:20:30', 'yyyyMMdd HHmmss'), CAST(l AS INT)) AS c1 FROM m ORDER BY l
SELECT l, second(t + INTERVAL '1' HOUR) AS a1, coalesce(a1, locate(',', ',', 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(transform_values(mp, (k, v) -> v + i)) e AS k, v ORDER BY l, k
SELECT l, array(bin(st.x), base64(CAST(s AS BINARY))), array_distinct(filter(array('a', 'b'), x -> x LIKE '%a%')) FROM m ORDER BY l
WITH u AS (SELECT l, weekofyear(CASE WHEN i > 0 THEN d END) AS v, abs(st.x) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT count_if(i > 0) AS c0, any_value(i) IS NULL AS c1, count(*) FROM m
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array_distinct(array_distinct(sa))) e AS p, x ORDER BY l, p
SELECT l, to_date(CAST(DATE'2024-03-15' AS STRING), 'yyyy-MM-dd') + 3, greatest(add_months(d, 10), CASE WHEN s IS NULL THEN d END) FROM m ORDER BY l
SELECT l, months_between(add_months(DATE'2024-03-15', 2), date_add(d, 3)), map('k', cardinality(sa)) AS c1 FROM m ORDER BY l
SELECT l FROM m WHERE d <= to_date(CAST(d AS STRING), 'yyyy-MM-dd') ORDER BY l
SELECT l, named_struct('x', day(t), 'y', CASE WHEN s IS NULL THEN s WHEN i > 0 THEN 'a' END) AS c0, pmod(if(i > 0, st.x, i), 7) AS c1, abs(nvl(-1, i)) AS c2 FROM m ORDER BY l
SELECT l, explode(array_union(array_append(ai, i), ai)) FROM m ORDER BY 1, 2
SELECT avg(nullif(n, 0)), any_value(octet_length(s)) IS NULL, min(coalesce(st, st)) FROM m WHERE 5 IS NOT DISTINCT FROM i
WITH u AS (SELECT l, try_cast(CAST(CAST(d AS TIMESTAMP) AS STRING) AS INT) AS v, array_min(ai) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, ntile(3) OVER (ORDER BY levenshtein(s, s), l) AS c0 FROM m ORDER BY l
SELECT l, lpad(get(split(st.y, '[,; ]'), 2), 5, '*') AS a1, coalesce(a1, format_number(2.5D, 2)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, s, dateadd(DAY, 1, to_timestamp(coalesce(d, d))), bround(try_cast(s AS DECIMAL(8,2)), 1) * abs(CAST(3 AS DECIMAL(12,3))) FROM m ORDER BY l
SELECT l, explode(array_sort(array_intersect(map_values(map('a', 1)), array(1, 2)))) FROM m ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, substring_index(char_length(translate(s, 'abc', 'xy')) || 'c', ',', 1) AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l FROM m WHERE forall(array_except(ai, ai), x -> x > 0) ORDER BY l
SELECT l, greatest(f + n, (i - i)), if(1 IS DISTINCT FROM i, coalesce(st, st), named_struct('x', st.x, 'y', st.y)) FROM m ORDER BY l
SELECT l, st AS c0, to_json(transform_keys(map('a', 1), (k, v) -> concat(k, '_'))), crc32(CAST(conv(CAST(10 AS STRING), 10, 16) AS BINARY)) AS c2 FROM m ORDER BY l
SELECT l, count(greatest(s, s)) OVER (PARTITION BY b ORDER BY date_format(t, 'SSS') DESC, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT md5(CAST(if(i > 0, s, s) AS BINARY)) AS g, count(DISTINCT elt(1, s, s), hour(t)) AS c1, min(CAST(b AS INT)) + max(year(DATE'2024-03-15')) FROM m GROUP BY md5(CAST(if(i > 0, s, s) AS BINARY)) ORDER BY g NULLS LAST
SELECT l FROM m WHERE array_size(array_prepend(array(1, 2), i)) <= instr(chr(i), 'b') ORDER BY l
SELECT l FROM m WHERE startswith(get_json_object(to_json(st), '$.y'), 'x') ORDER BY l
WITH u AS (SELECT l, last_day(DATE'2024-03-15') + 1 + INTERVAL '1' DAY AS v, greatest(i, i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT extract(DAY FROM DATE'2024-03-15') AS g, min(ai) AS c1, min_by(quarter(d), l) FROM m GROUP BY extract(DAY FROM DATE'2024-03-15') ORDER BY g NULLS LAST
SELECT l, x FROM m LATERAL VIEW explode(reverse(array(try_element_at(array(1, 2), -1), i))) e AS x ORDER BY l, x
WITH u AS (SELECT l, CAST(nullif((-n), 0) AS STRING) AS v, size(array(1, 2)) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT median(st.x) AS c0, bool_and(isnull((i - i))), min(coalesce(CASE WHEN s IS NULL THEN 0.25 ELSE i END, array_size(array(1, 2)))) FROM m
SELECT l, regexp_count(substring_index('b', ',', 1), '[a-z]') AS a1, coalesce(a1, levenshtein(st.y, ',')) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l FROM m WHERE array_contains(reverse(ai), pmod(st.x, 7)) ORDER BY l
SELECT l, array_compact(sort_array(sa)) AS c0, l AS c1, DATE'2024-03-15' + INTERVAL '1' DAY FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array('a', 'b')) e AS p, x ORDER BY l, p
SELECT l, array_sort(coalesce(ai, array(1, 2))), dayofyear(date_from_unix_date(i)) FROM m ORDER BY l
SELECT l, named_struct('x', -st.x, 'y', substring(s, i)) AS c0, s FROM m ORDER BY l
SELECT l, crc32(CAST('b' AS BINARY)) AS c0, unix_timestamp(TIMESTAMP'2024-03-15 10:20:30') AS c1 FROM m ORDER BY l
SELECT l, last_value(rpad(s, 4), true) OVER (PARTITION BY b ORDER BY 'a' DESC, l) AS c0 FROM m ORDER BY l
SELECT l, CAST(-3.125 AS DOUBLE) AS c0, array_prepend(ai, 42) AS c1 FROM m ORDER BY l
SELECT l FROM m WHERE arrays_overlap(ai, array_compact(ai)) ORDER BY l
SELECT l, ntile(3) OVER (ORDER BY unix_date(make_date(2024, 12, 1)), l) FROM m ORDER BY l
SELECT l, explode(array(CASE WHEN b THEN st.y WHEN s IS NULL THEN st.y END, if(b, st.y, st.y))) FROM m ORDER BY 1, 2
SELECT l, lag(date_format(TIMESTAMP'2024-03-15 10:20:30', 'HH:mm')) OVER (ORDER BY abs(i), l) FROM m ORDER BY l
SELECT sort_array(collect_list(st.x % 5)) AS c0, median(CAST(1.5 AS INT)) AS c1, sort_array(collect_set(format_number(f, 2))) FROM m
SELECT count_if(coalesce(s IS NULL, s IS NULL)) AS c0, count_if(st.y NOT IN ('abc', s)), every(t < DATE'2024-03-15') FROM m
SELECT l, transform(sort_array(map_values(mp)), x -> x + aggregate(sequence(1, 2), 0, (acc, x) -> acc + coalesce(x, 0))), coalesce(st, coalesce(if(s IS NULL, st, st), st)) AS c1 FROM m ORDER BY l
SELECT l, map('p', -1, 'q', instr('%a%', 'b')), base64(CAST(elt(2, st.y, s) AS BINARY)) AS c1, timestamp_seconds(st.x) <= date_from_unix_date(i) FROM m ORDER BY l
SELECT percentile(3, 0.5) AS c0, sort_array(collect_set(mask(split_part(st.y, ',', -1)))), min(length(translate(st.y, 'abc', 'xy'))) + max(find_in_set('a', s) * 0) FROM m
SELECT l, locate('abc', trim(CAST(i AS STRING)), 2) AS a1, coalesce(a1, second(TIMESTAMP'2024-03-15 10:20:30')) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, floor(sign(f + n)), array_join(array_compact(concat(sa, array('a', 'b'))), '|') FROM m ORDER BY l
SELECT any_value(length(st.y) ^ -1) IS NULL AS c0, percentile(aggregate(array_distinct(array(1, 2)), 0, (acc, x) -> acc + coalesce(x, 0)), 0.5), try_sum(dayofyear(if(b, DATE'2024-03-15', d))) FROM m WHERE array_contains(ai, st.x)
WITH u AS (SELECT l, size(array(1, 2)) AS v, locate('x', s) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT l, lpad(mask(format_string('%s:%d', s, i)), 5, '*') AS c0, if(array_contains(array_remove(ai, -2), CAST(n AS INT)), levenshtein(st.y, upper(' ')), if(contains('l', 'x'), st.x, i)), try_cast('x' AS DOUBLE) AS c2 FROM m ORDER BY l
SELECT l, substring_index(nullif('abc', 'x'), ',', 1) AS c0, coalesce(if(s IS NULL, st, st), st) FROM m ORDER BY l
SELECT l, lead(i % 5, 1, 0) OVER (PARTITION BY s IS NULL ORDER BY l) FROM m ORDER BY l
SELECT l, lead(i, 1, 0) OVER (PARTITION BY split_part('Hello' || i, ',', 1) ORDER BY l) FROM m ORDER BY l
SELECT l, count(CAST(b AS STRING)) OVER (PARTITION BY b ORDER BY s DESC, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT ai AS g, sum(instr(',', ' ')), avg(abs(i)) FROM m GROUP BY ai ORDER BY g NULLS LAST
SELECT abs(n / 0.7) AS g, count(*) AS c1, median(get(array(1, 2), 1)) FROM m GROUP BY abs(n / 0.7) ORDER BY g NULLS LAST
SELECT l, lag(lower('%a%')) OVER (PARTITION BY b ORDER BY trunc(CASE WHEN s IS NULL THEN d END, 'YEAR') DESC, l) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, elt(2, st.y, '%a%') <=> format_string('%s:%d', 'Hello', -1) AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, try_divide(n - i, CAST(f AS DECIMAL(20,4))) AS a1, coalesce(a1, n / 2.5) AS a2, a1 = a2 FROM m ORDER BY l
SELECT bool_and(startswith(st.y, 'abc')) AS c0, min_by(greatest(st.x, 1), l), any_value(i ^ 5) IS NULL FROM m
SELECT l, x FROM m LATERAL VIEW explode(transform(transform(ai, (x, k) -> x * k), x -> CAST(x AS STRING))) e AS x ORDER BY l, x
SELECT l, hour(dateadd(DAY, 42, TIMESTAMP'2024-03-15 10:20:30')) AS c0, array_sort(ai) AS c1 FROM m ORDER BY l
SELECT l, named_struct('x', dayofyear(d), 'y', 'a'), named_struct('x', array_max(array(1, 2)), 'y', 'b') AS c1 FROM m ORDER BY l
SELECT l, first_value(-1 | 2) OVER (PARTITION BY b ORDER BY make_date(2024, 1, 1) DESC, l) FROM m ORDER BY l
SELECT l, avg(CAST(f AS DECIMAL(20,4))) OVER (PARTITION BY b ORDER BY st.y DESC, l) FROM m ORDER BY l
SELECT l, try_element_at(array(1, 2), 1), xxhash64(CAST(2.5D AS STRING), array_size(ai)), array(soundex(st.y), CAST(-3.125 AS STRING)) FROM m ORDER BY l
SELECT greatest(d, d) AS g, coalesce(max(decode(st.x, 1, 10, st.x, 20, 30)), 7), avg(n / 0.7) FROM m GROUP BY greatest(d, d) ORDER BY g NULLS LAST
SELECT m.l, e.col FROM m, LATERAL explode(array_insert(filter(ai, x -> x > -2), -1, weekday(DATE'2024-03-15'))) e ORDER BY 1, 2
SELECT median(3) AS c0, median(pmod(i, 7)) AS c1, median(least(st.x, st.x, st.x)) FROM m
SELECT sum(i * 1) FILTER (WHERE exists(ai, x -> x > 0)) AS c0, avg(n) AS c1, median(find_in_set('x', 'l')) FROM m WHERE i > 0
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, md5(CAST(chr(st.x) AS BINARY)) AS v FROM m) b ON a.s <=> b.v ORDER BY 1, 2
WITH u AS (SELECT l, '' AS v, dayofyear(d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT n AS g, every(i > 0) AS c1, every(s = st.y) FROM m GROUP BY n ORDER BY g NULLS LAST
SELECT l, explode(zip_with(array_union(ai, ai), CASE WHEN s IS NULL THEN array(1, 2) END, (x, y) -> x + y)) FROM m ORDER BY 1, 2
SELECT l FROM m WHERE map_contains_key(transform_values(mp, (k, v) -> v + i), ' ') ORDER BY l
SELECT l, named_struct('x', find_in_set('x', try_element_at(array('a', 'b'), 1)), 'y', conv(CAST(0 AS STRING), 10, 16)) AS c0 FROM m ORDER BY l
WITH u AS (SELECT l, try_cast(CAST(1.5 AS STRING) AS INT) AS v, dayofyear(DATE'2024-03-15') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT sort_array(filter(ai, x -> x > 42), false) AS g, coalesce(max(octet_length(s)), 5), array_sort(collect_set(3)) FROM m GROUP BY sort_array(filter(ai, x -> x > 42), false) ORDER BY g NULLS LAST
SELECT l, max(date_sub(DATE'2024-03-15', 1)) OVER (ORDER BY i, l) FROM m ORDER BY l
SELECT l, n AS a1, coalesce(a1, CASE WHEN b THEN -3.125 ELSE i END) AS a2, a1 = a2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, ascii(rpad('a', 4)) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, typeof(last_day(d)) AS a1, coalesce(a1, array_join(array('a', 'b'), '|')) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, sum(array_min(ai)) OVER (ORDER BY locate(' ', s), l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT l, sum(minute(t)) OVER (PARTITION BY shiftleft(dayofweek(DATE'2024-03-15'), 3) ORDER BY l) AS c0 FROM m ORDER BY l
SELECT sort_array(collect_list(coalesce(st.x, st.x))), percentile(ascii(s), 0.5) AS c1, count(DISTINCT md5(CAST(s AS BINARY)), nullif(5, st.x)) FROM m WHERE DATE'2024-03-15' >= DATE'2024-03-15'
WITH u AS (SELECT l, typeof(0.1D) AS v, i ^ -1 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, CASE day(TIMESTAMP'2024-03-15 10:20:30') WHEN 0 THEN st.x WHEN i THEN st.x ^ 42 END AS c0, l * dayofyear(DATE'2024-03-15') FROM m ORDER BY l
SELECT l, sum(octet_length(',')) OVER (PARTITION BY b ORDER BY round(0.25, -1) DESC, l) FROM m ORDER BY l
SELECT l, make_date(2024, 2, 1), 0.1D AS c1, d AS c2 FROM m ORDER BY l
SELECT l, sort_array(concat(transform(array('a', 'b'), x -> upper(x)), array(st.y, s))) AS c0, transform_values(map_filter(map('k', -2), (k, v) -> v > 0), (k, v) -> v + unix_date(DATE'2024-03-15' - INTERVAL '2' MONTH)) AS c1 FROM m ORDER BY l
SELECT array_sort(collect_set(datediff(DATE'2024-03-15', d))), sort_array(collect_list(abs(st.x))) AS c1, approx_count_distinct(i) FROM m
SELECT l, CAST(power(-1, 2) AS DECIMAL(20,4)) AS a1, coalesce(a1, bround(1.5, 1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, base64(CAST(s AS BINARY)) AS c0, t - INTERVAL '1 02:03:04' DAY TO SECOND FROM m ORDER BY l
SELECT l, sum(i) OVER (PARTITION BY arrays_overlap(ai, ai) ORDER BY l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
WITH u AS (SELECT l, d + INTERVAL '1' DAY AS v, CASE WHEN b THEN 3 ELSE i END AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, avg(greatest(-3.125, 1.5)) OVER (ORDER BY month(d), l) FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(map_zip_with(transform_values(mp, (k, v) -> v + i), mp, (k, v, w) -> coalesce(v, 0) + coalesce(w, 0))) e AS k, v ORDER BY l, k
SELECT l, avg(0.25 / 3) OVER (ORDER BY weekday(DATE'2024-03-15') | st.x | -1, l) FROM m ORDER BY l
SELECT l, s IS NULL, soundex(substring_index(s, ',', 1)), array_join(concat(sa, array('a', 'b')), '|') FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, coalesce(nullif(i, 2), least(i, i, i)) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
WITH u AS (SELECT l, CASE st.x WHEN 3 THEN 3 WHEN -1 THEN st.x END AS v, CASE WHEN s IS NULL THEN i ELSE i END AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT l, b, least(nvl(greatest(i, st.x), get(ai, 0)), try_element_at(transform(ai, (x, k) -> x * k), -1), i) AS c1 FROM m ORDER BY l
SELECT l, greatest(date_sub(d, 1), next_day(d, 'MON')) AS c0, locate('l', CAST(-3.125 AS STRING)) FROM m ORDER BY l
SELECT l, octet_length(CAST(n AS STRING)) IS DISTINCT FROM cardinality(regexp_extract_all(s, '([a-z])', 1)), map_from_arrays(array('m'), array(if(exists(ai, x -> x > 5), array_max(ai), decode(i, 1, 10, i, 20, 30)))) AS c1 FROM m ORDER BY l
SELECT l, '', array_insert(sort_array(array(1, 2)), 2, 1) AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, soundex(split_part(s, ',', 2)) ILIKE '%A%' AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, sha2(format_string('%s:%d', s, 42), 256) AS v FROM m) b ON a.s <=> b.v ORDER BY 1, 2
SELECT try_to_timestamp(trim(s)) AS g, bool_and(s IS NULL), any_value(get(ai, 0)) IS NULL FROM m GROUP BY try_to_timestamp(trim(s)) ORDER BY g NULLS LAST
SELECT l, last_value(to_json(mp), true) OVER (ORDER BY cardinality(sa) * 2, l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM m ORDER BY l
SELECT l, (-0.25) * nullif(-3.125, 0) AS c0, named_struct('x', locate('l', 'Hello', 3), 'y', substring_index(s, ',', 1)) AS c1 FROM m ORDER BY l
SELECT array_sort(collect_set(nvl(st.x, 2))), sort_array(collect_list(aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0)))), avg(n) FROM m
SELECT max_by(s, l), approx_count_distinct(decode(i, 1, 10, i, 20, 30)), mode(5) FROM m
SELECT l, try_divide(n, -3.125) AS a1, coalesce(a1, coalesce(1.5, 3)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, aggregate(array(1, 2), 0, (acc, x) -> acc + coalesce(x, 0)) + st.x | st.x AS a1, coalesce(a1, i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT count(char_length(s) || 'c') AS c0, count(sha2(st.y, 256)), count(DISTINCT month(DATE'2024-03-15')) FROM m
WITH u AS (SELECT l, trunc(date_add(d, -2), 'MM') AS v, get(ai, 0) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, map_filter(map_filter(mp, (k, v) -> v > 42), (k, v) -> v > -1) AS c0, transform(array_insert(array(1, 2), -1, st.x), x -> x + nvl2(5, st.x, st.x)) AS c1 FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array_distinct(sort_array(filter(array('a', 'b'), x -> x LIKE '%a%')))) e AS p, x ORDER BY l, p
SELECT l, filter(slice(ai, 1, 0), x -> x > 3), dateadd(HOUR, 0, try_to_timestamp(s)) AS c1, array_prepend(array(i, i), st.x ^ 10) FROM m ORDER BY l
SELECT l FROM m WHERE (isnull(i) OR contains('%a%', 'abc')) ORDER BY l
SELECT l, nullif(to_json(array(1, 2)), '%a%') AS a1, coalesce(a1, regexp_extract(s, '([a-z])([a-z]*)', 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, regexp_extract_all(regexp_extract(st.y, '([a-z])([a-z]*)', 2), '([a-z])', 1) AS c0 FROM m ORDER BY l
WITH u AS (SELECT l, array_min(array_remove(ai, 42)) + dayofyear(d) AS v, day(t) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT l FROM m WHERE date_from_unix_date(st.x) BETWEEN DATE'2000-01-01' AND d + 0 - INTERVAL '2' MONTH ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(filter(array('a', 'b'), x -> x LIKE '%a%')) e AS p, x ORDER BY l, p
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, array_size(ai) + 42 AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT bool_and((s IS NULL AND i > 0)), sort_array(collect_list(year(d))), min(coalesce(st, st)) FROM m
SELECT l, regexp_extract_all('abc' || st.x, '([a-z])', 1), if(s IS NULL, abs(3), least(i, 1, 5)) FROM m ORDER BY l
SELECT 'x' || st.x AS g, avg(n), count(to_json(st)) FROM m GROUP BY 'x' || st.x ORDER BY g NULLS LAST
SELECT sort_array(collect_set(st.y)) AS c0, sum(CASE WHEN (b AND i > 0) THEN 1 ELSE 0 END) AS c1, avg(st.x) FROM m
SELECT l, st.x AS a1, coalesce(a1, i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, count(replace(st.y, 'a', 'a')) OVER (ORDER BY regexp_count(st.y, '[a-z]'), l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, month(DATE'2024-03-15' + 1) AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT extract(DAY FROM d) AS g, bool_and(1 <=> l), min(add_months(DATE'2024-03-15', 1)) FROM m GROUP BY extract(DAY FROM d) HAVING count(*) > 1 ORDER BY g NULLS LAST
SELECT l, array_prepend(array_compact(ai), try_element_at(array_intersect(ai, ai), 1)) AS c0 FROM m ORDER BY l
SELECT 1.5 AS g, max(minute(t)), sum(CAST(1.5 AS DECIMAL(30,1))) FROM m GROUP BY 1.5 HAVING g IS NOT NULL ORDER BY g NULLS LAST
SELECT array_size(slice(ai, -2, 2)) AS g, min(1.5 + -3.125), max(greatest(-3.125, n)) FROM m GROUP BY array_size(slice(ai, -2, 2)) ORDER BY g NULLS LAST
SELECT avg(CAST(st.x AS DECIMAL(12,3))) AS c0, bool_and(ai = array(1, 2)), avg(-3.125) FROM m WHERE st.x != l
SELECT coalesce(n, st.x) AS g, max_by(format_string('%s:%d', s, i), l), mode(7) FROM m GROUP BY coalesce(n, st.x) HAVING g IS NOT NULL ORDER BY g NULLS LAST
SELECT l, k, v FROM m LATERAL VIEW explode(map_filter(map_zip_with(map('a', 1), mp, (k, v, w) -> coalesce(v, 0) + coalesce(w, 0)), (k, v) -> v > 1)) e AS k, v ORDER BY l, k
SELECT l, try_cast(s AS DECIMAL(8,2)) % 2 * nullif(CAST(st.x AS DECIMAL(12,3)), 0) AS a1, coalesce(a1, coalesce(n, 2)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, rpad(s, 4) AS a1, coalesce(a1, typeof(1.5)) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, typeof(n) AS v, array_min(ai) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, max(last_day(DATE'2024-03-15')) OVER (ORDER BY i, l) FROM m ORDER BY l
SELECT l, lead((i - 42), 1, 0) OVER (ORDER BY find_in_set('b', coalesce(st.y, '%a%')), l) FROM m ORDER BY l
SELECT l, last_value(s, true) OVER (ORDER BY 7, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT l, to_json(if(s IS NULL, st, st)), array_intersect(flatten(array(ai, ai)), transform(ai, (x, k) -> x * k)) FROM m ORDER BY l
WITH u AS (SELECT l, typeof(named_struct('x', i, 'y', s)) AS v, regexp_count(st.y, '[a-z]') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
WITH u AS (SELECT l, DATE'2024-03-15' AS v, dayofweek(d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT s IS NULL AS g, sum(DISTINCT weekofyear(DATE'2024-03-15')), any_value(i + 1) IS NULL FROM m GROUP BY s IS NULL HAVING max(l) > 2 ORDER BY g NULLS LAST
SELECT l FROM m WHERE next_day(CAST(t AS DATE), 'MON') BETWEEN DATE'2000-01-01' AND trunc(add_months(DATE'2024-03-15', 10), 'QUARTER') ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, format_string('%s:%d', st.y || st.x, octet_length(s)) AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l FROM m WHERE (reverse(s) LIKE ANY ('a%', '%b%') OR b) ORDER BY l
SELECT l, conv(CAST(CAST(l AS INT) AS STRING), 10, 16) < CAST(DATE'2024-03-15' AS STRING) AS c0 FROM m ORDER BY l
SELECT l, rank() OVER (PARTITION BY b ORDER BY CAST(2.5D AS DECIMAL(20,4)) DESC, l) FROM m ORDER BY l
SELECT l FROM m WHERE exists(filter(concat(ai, ai), x -> x > 42), x -> x > 3) ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, hour(t) != dayofyear(d) AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT l, size(array(1, 2)) AS c0, map('k', st.x) AS c1, st.y RLIKE '^[a-z]' FROM m ORDER BY l
SELECT m.l, e.col FROM m, LATERAL explode(array_distinct(transform(array('a', 'b'), x -> upper(x)))) e ORDER BY 1, 2
SELECT l, array_union(ai, array_except(map_values(map('a', 1)), array_repeat(-1, 2))), f AS c1, year(make_date(2024, 2, 1)) AS c2 FROM m ORDER BY l
SELECT l, CAST(coalesce(f, i) AS STRING) AS a1, coalesce(a1, reverse(st.y)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, concat_ws(',', slice(regexp_extract_all(s, '([a-z])', 1), 1, 2)) AS c0, st AS c1, array_distinct(array_compact(array('a', 'b'))) FROM m ORDER BY l
SELECT l, if(DATE'2024-03-15' > DATE'2024-03-15', substring(s, 0), mask('abc')) FROM m ORDER BY l
SELECT l, lag(nullif(s, 'l')) OVER (ORDER BY second(TIMESTAMP'2024-03-15 10:20:30'), l) FROM m ORDER BY l
SELECT (-CASE WHEN s IS NULL THEN n ELSE st.x END) AS g, percentile(nullif(-2, st.x), 0.5), min(ai) FROM m GROUP BY (-CASE WHEN s IS NULL THEN n ELSE st.x END) ORDER BY g NULLS LAST
SELECT sum(regexp_count(s, '[a-z]')) FILTER (WHERE isnull(st.x ^ 7)) AS c0, array_sort(collect_set(unix_date(if(i > 0, d, d)))) AS c1, bool_or(reverse(st.y) ILIKE '%A%') FROM m
WITH u AS (SELECT l, trunc(date_add(DATE'2024-03-15', 0), 'QUARTER') AS v, decode(i, 1, 10, i, 20, 30) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, greatest(TIMESTAMP'2024-03-15 10:20:30', TIMESTAMP'2024-03-15 10:20:30' + INTERVAL '1' HOUR) AS c0, chr(nullif(i, i)) FROM m ORDER BY l
SELECT l, bit_count(nullif(2, 5)) AS a1, coalesce(a1, i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, lag(to_json(ai)) OVER (ORDER BY if(b, i, 7), l) FROM m ORDER BY l
SELECT l, coalesce(n, i) AS a1, coalesce(a1, ceil(-3.125)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT try_sum(weekofyear(d)) AS c0, sum(DISTINCT 5 + st.x) AS c1, sum(DISTINCT nullif(-1, i)) FROM m
SELECT m.l, e.col FROM m, LATERAL explode(array(st.y, s)) e ORDER BY 1, 2
SELECT typeof(st.x) AS g, max(st) AS c1, try_sum(i) FROM m GROUP BY typeof(st.x) ORDER BY g NULLS LAST
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, CAST(abs(greatest(0.1D, st.x)) AS STRING) AS v FROM m) b ON a.s <=> b.v ORDER BY 1, 2
SELECT try_sum(instr(s, '')) AS c0, try_sum(CAST(-3.125 AS INT)), any_value(dayofyear(d)) IS NULL FROM m
SELECT l, map_filter(map_filter(mp, (k, v) -> v > 42), (k, v) -> v > -2), s AS c1 FROM m ORDER BY l
SELECT l FROM m WHERE NOT (coalesce(startswith(s, 'a'), map_contains_key(map('a', 1), ','))) ORDER BY l
SELECT l, bround(0.25, 1) AS c0, sort_array(sa) AS c1 FROM m ORDER BY l
SELECT l, try_cast(st.y AS DECIMAL(8,2)) * (-n) AS c0, ceil(CASE WHEN s IS NULL THEN n ELSE i END) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, i > l AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, st.y, regexp_replace(coalesce(s, s), '[a-c]+', '<$0>') AS c1 FROM m ORDER BY l
SELECT l, last_value(replace('Hello', 'a', 'x'), true) OVER (ORDER BY st.x, l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM m ORDER BY l
SELECT i AS g, sum(st.x | i), percentile(least(st.x, i, i), 0.5) FROM m GROUP BY i ORDER BY g NULLS LAST
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, CAST(t AS STRING) AS v FROM m) b ON a.s <=> b.v ORDER BY 1, 2
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(slice(sa, 1, 2)) e AS p, x ORDER BY l, p
SELECT l, ai AS c0, st AS c1, named_struct('x', CASE cardinality(sa) WHEN 0 THEN locate(' ', s, 0) WHEN abs(-2) THEN ascii(st.y) END, 'y', greatest(initcap(s), CAST(DATE'2024-03-15' AS STRING))) FROM m ORDER BY l
SELECT l, CAST(i AS BIGINT) AS c0, array_insert(ai, 2, i) AS c1, i > 0 FROM m ORDER BY l
SELECT l, map_values(transform_values(mp, (k, v) -> v + i)) FROM m ORDER BY l
SELECT l, CAST(try_cast(s AS DOUBLE) AS DECIMAL(20,4)) AS a1, coalesce(a1, pmod(1.5, 3)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(map_keys(map_zip_with(mp, map('a', 1), (k, v, w) -> coalesce(v, 0) + coalesce(w, 0)))) e AS p, x ORDER BY l, p
SELECT count(DISTINCT to_json(array(1, 2)) || nullif(st.x, st.x), CASE array_size(ai) WHEN -2 THEN datediff(DATE'2024-03-15', d) WHEN second(t) THEN if(i > 0, 3, i) END), mode(42), sum(dayofweek(coalesce(d, d))) FROM m
SELECT l, CASE WHEN i > 0 THEN 0.1D ELSE -3.125 END AS c0, array(s, s) AS c1, date_from_unix_date(i) AS c2 FROM m ORDER BY l
SELECT l, explode(array_sort(array_except(ai, array(1, 2)))) FROM m ORDER BY 1, 2
SELECT l, transform(array('a', 'b'), x -> length(x)), hex(shiftleft(st.x, 2)) FROM m ORDER BY l
SELECT l, sum(nullif(i, st.x)) OVER (PARTITION BY ltrim(to_json(map('a', 1))) ORDER BY l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT l, map_values(if(s IS NULL, mp, mp)) AS c0, CASE WHEN (b OR b) THEN md5(CAST('l' AS BINARY)) WHEN i > 0 THEN typeof(st) END FROM m ORDER BY l
SELECT avg(CAST(CAST(b AS INT) AS DECIMAL(12,3))), min_by(unix_date(make_date(2024, 12, 28)), l) AS c1, sort_array(collect_list(ascii(get_json_object(to_json(st), '$.y')))) FROM m WHERE s NOT LIKE '%a%'
SELECT l, x FROM m LATERAL VIEW explode(transform(sort_array(sort_array(sa)), x -> length(x))) e AS x ORDER BY l, x
SELECT l, greatest(floor(-3.125, 1), CAST(st.x AS DECIMAL(12,3))) AS c0 FROM m ORDER BY l
WITH u AS (SELECT l, bin(i) AS v, i | 2 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, array_intersect(array_compact(ai), array(1, 2)) AS c0, date_format(if(b, d, d), 'D') FROM m ORDER BY l
WITH u AS (SELECT l, ascii(s) % 5 AS v, least(st.x, st.x, 7) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, array_contains(array_distinct(array(1, 2)), array_min(ai)), abs(try_element_at(map('a', 1), 'a')) AS c1 FROM m ORDER BY l
SELECT l, hypot(array_max(array(1, 2)), hour(t)) <= nullif(coalesce(n, i), 0), st FROM m ORDER BY l
SELECT approx_count_distinct(1) AS c0, try_sum(42) AS c1, bit_or(st.x) FROM m
SELECT l, s ILIKE '%A%' IS NOT FALSE, pmod(n % 2, 3) AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, exists(ai, x -> x > 5) AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, 'x' AS v FROM m) b ON a.s <=> b.v ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, CASE WHEN s IS NULL THEN s WHEN b THEN s END AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l, k, v FROM m LATERAL VIEW explode(map_from_arrays(array('m'), array(array_size(array(1, 2))))) e AS k, v ORDER BY l, k
WITH u AS (SELECT l, nullif(CAST(-3.125 AS INT), locate('x', s)) AS v, octet_length(st.y) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
WITH u AS (SELECT l, CASE WHEN b THEN d END AS v, st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
WITH u AS (SELECT l, -size(ai) AS v, coalesce(-2, i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT l FROM m WHERE aggregate(array(1, 2), 0, (acc, x) -> acc + coalesce(x, 0)) IN (10, dayofweek(d), -1) ORDER BY l
SELECT l, row_number() OVER (PARTITION BY b ORDER BY if(f > n, date_sub(d, 1), if(i > 0, d, d)) DESC, l) FROM m ORDER BY l
SELECT l, coalesce(nvl(get(ai, 0), mp['a']), coalesce(i + st.x, ascii(s))), coalesce(coalesce(st, if(b, st, st)), named_struct('x', get(ai, 1), 'y', replace(st.y, 'b', ','))) AS c1 FROM m ORDER BY l
SELECT l FROM m WHERE map_contains_key(map('a', 1), 'Hello') ORDER BY l
SELECT l, last_value(initcap(s), true) OVER (PARTITION BY d BETWEEN DATE'2000-01-01' AND d ORDER BY l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT l, from_utc_timestamp(t, 'Asia/Tokyo') - INTERVAL '1 02:03:04' DAY TO SECOND, b AS c1, date_from_unix_date(cardinality(sa)) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, i AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT trim(BOTH 'a' FROM s) < typeof(mp) AS g, count(DISTINCT s, second(t)) AS c1, array_sort(collect_set(CAST(s IS NULL AS INT))) FROM m GROUP BY trim(BOTH 'a' FROM s) < typeof(mp) HAVING count(*) > 1 ORDER BY g NULLS LAST
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(concat(array_compact(reverse(array('a', 'b'))), array_compact(regexp_extract_all(st.y, '([a-z])', 1)))) e AS p, x ORDER BY l, p
SELECT coalesce(array(1, 2), ai) AS g, count_if(i > 0) AS c1, approx_count_distinct(CAST(l AS INT)) FROM m GROUP BY coalesce(array(1, 2), ai) ORDER BY g NULLS LAST
SELECT l, filter(regexp_extract_all('Hello', '([a-z])', 1), x -> x LIKE '%a%'), array_remove(CASE WHEN b THEN ai END, 7) AS c1 FROM m ORDER BY l
SELECT l, array_distinct(flatten(array(ai, ai))), array_distinct(transform(ai, x -> CAST(x AS STRING))) FROM m ORDER BY l
SELECT l, octet_length(CAST(1.5 AS STRING)), map('p', find_in_set('b', s), 'q', size(array(1, 2))) AS c1, initcap(reverse(s)) FROM m ORDER BY l
SELECT l FROM m WHERE named_struct('x', -1, 'y', s) = coalesce(st, st) ORDER BY l
WITH u AS (SELECT l, date_sub(make_date(2024, 2, 28), 2) AS v, shiftleft(i, 1) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l FROM m WHERE regexp_count('', '[a-z]') BETWEEN -2 AND i ORDER BY l
WITH u AS (SELECT l, bit_count(st.x | i) AS v, (st.x - i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, 42 AS a1, coalesce(a1, get(array(1, 2), 3)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, i AS c0, t, get_json_object(to_json(coalesce(st, st)), '$.y') AS c2 FROM m ORDER BY l
SELECT l, nullif(n, 0) AS a1, coalesce(a1, -3.125 - st.x) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, CASE WHEN 0.1D <=> -3.125 THEN nvl2(7, 2, i) ELSE i * 0 END AS a1, coalesce(a1, array_max(ai)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, concat_ws(',', transform(sa, x -> upper(x))) AS a1, coalesce(a1, CAST(n AS STRING)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, trim(BOTH 'a' FROM typeof(1.5)) AS c0, abs((-n)) AS c1 FROM m ORDER BY l
SELECT l, greatest(coalesce(t, d), t + INTERVAL '1' YEAR) AS c0, hex(array_min(array(1, 2))) FROM m ORDER BY l
WITH u AS (SELECT l, replace(md5(CAST(split_part(st.y, ',', 1) AS BINARY)), 'a', 'a') AS v, st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT round(n, 0) AS g, array_sort(collect_set(shiftleft(i, 1))), median(weekday(d)) FROM m GROUP BY round(n, 0) HAVING g IS NOT NULL ORDER BY g NULLS LAST
WITH u AS (SELECT l, CAST(l AS INT) AS v, extract(DAY FROM d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
WITH u AS (SELECT l, CAST(b AS STRING) AS v, coalesce(i, 1) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, startswith(upper(s), 'b') AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT l, explode(if(cardinality(sa) BETWEEN -1 AND 7, sort_array(array_remove(ai, 7)), map_values(map_from_arrays(array('m'), array(st.x))))) FROM m ORDER BY 1, 2
SELECT l, st, try_cast(array_join(sa, '|', 'N') AS DECIMAL(8,2)) FROM m ORDER BY l
SELECT l, st AS c0, to_date(greatest(dateadd(HOUR, -1, TIMESTAMP'2024-03-15 10:20:30'), t + INTERVAL '1' YEAR)) AS c1, if(startswith(left(st.y, 1), 'a'), pmod(mp['a'], 7), least(dayofyear(DATE'2024-03-15'), nvl(st.x, i), day(TIMESTAMP'2024-03-15 10:20:30'))) FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(map('k', -st.x)) e AS k, v ORDER BY l, k
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, sha2(hex(s), 256) AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l, lpad('x', 5, 'ab'), CAST(weekday(d) != second(t) AS STRING) AS c1 FROM m ORDER BY l
WITH u AS (SELECT l, nullif(dayofweek(DATE'2024-03-15'), (i - i)) AS v, i | st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
WITH u AS (SELECT l, date_add(date_from_unix_date(10), 10) AS v, second(t) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, ascii(st.y) AS a1, coalesce(a1, decode(i, 1, 10, 10, 20, 30)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT min(CAST(d AS TIMESTAMP)) AS c0, sum(coalesce(i, i)), sum(CASE WHEN map_contains_key(mp, ' ') THEN 1 ELSE 0 END) FROM m WHERE NOT (b)
WITH u AS (SELECT l, bit_count(month(date_from_unix_date(st.x))) AS v, i AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
WITH u AS (SELECT l, array_max(ai) AS v, i % 5 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT any_value(year(DATE'2024-03-15')) IS NULL, median(second(TIMESTAMP'2024-03-15 10:20:30')) AS c1, max_by(CAST(i AS STRING), l) FROM m
SELECT l, base64(CAST(format_number(f, 2) AS BINARY)) AS c0 FROM m ORDER BY l
SELECT l, slice(array_distinct(sa), 1, 2), map('p', array_min(array(1, 2)), 'q', dayofweek(DATE'2024-03-15')) AS c1 FROM m ORDER BY l
SELECT l, try_cast(s AS DECIMAL(8,2)), year(DATE'2024-03-15') AS c1 FROM m ORDER BY l
WITH u AS (SELECT l, s AS v, hour(t) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT sum(nullif(0.25, 0)), count(DISTINCT levenshtein(st.y, s)), sum(CASE WHEN -2 <> 5 THEN 1 ELSE 0 END) FROM m
SELECT l, sum(decode(st.x, 1, 10, i, 20, 30)) OVER (PARTITION BY b ORDER BY CASE WHEN b THEN st.y WHEN s IS NULL THEN s END DESC, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT l, ceil(round(1.5, 0)) AS a1, coalesce(a1, 0.25 * 1.5) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, explode(zip_with(array_distinct(transform(ai, (x, k) -> x * k)), reverse(transform(ai, x -> x + i)), (x, y) -> x + y)) FROM m ORDER BY 1, 2
SELECT l, max(d) OVER (ORDER BY weekofyear(d), l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c0 FROM m ORDER BY l
SELECT l, array_min(if(isnull(i), array(st.x, 1), array_compact(array(1, 2)))) AS a1, coalesce(a1, if(b, i, st.x)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT sum(CASE WHEN forall(array_append(array(1, 2), st.x), x -> x > 2) THEN 1 ELSE 0 END), min_by(instr(char_length(s) || 'c', ''), l), avg(decode(day(t), 1, 10, CASE WHEN b THEN i ELSE st.x END, 20, 30)) FROM m
SELECT l, if(st.x NOT BETWEEN 42 AND i, n - st.x, try_cast('abc' AS DECIMAL(8,2))), st AS c1, months_between(CASE WHEN b THEN DATE'2024-03-15' END, next_day(d, 'Sunday')) AS c2 FROM m ORDER BY l
SELECT l, zip_with(array_intersect(ai, ai), array_repeat(i, 0), (x, y) -> x + y) AS c0, abs(try_divide(42, 0)) FROM m ORDER BY l
SELECT l, CASE array_size(ai) WHEN 10 THEN find_in_set('l', 'x') WHEN dayofyear(d) THEN decode(i, 1, 10, 3, 20, 30) END AS c0, xxhash64(translate(s, 'abc', 'xy'), regexp_count(st.y, '[a-z]')) AS c1 FROM m ORDER BY l
SELECT d AS g, sort_array(collect_set(lpad(st.y, 5, '*'))), avg(coalesce(n, 0)) FROM m GROUP BY d ORDER BY g NULLS LAST
SELECT l, st.y < CAST(2.5D AS STRING), CAST(0.1D AS STRING) FROM m ORDER BY l
SELECT l, to_json(st), concat(array_except(ai, array(1, 2)), transform(sa, x -> length(x))) AS c1, to_json(coalesce(st, st)) AS c2 FROM m ORDER BY l
SELECT l, st, typeof(greatest(DATE'2024-03-15', d)) AS c1, CAST(i & 7 AS BIGINT) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, array_join(sa, '|', 'N') AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT bool_and(split_part(s, ',', -1) NOT IN ('', array_join(sa, '|', 'N'))), any_value(month(make_date(2024, 1, 1))) IS NULL, sum(hour(t + INTERVAL '1' YEAR)) FROM m
SELECT l, unix_timestamp(dateadd(MONTH, 3, t)) AS c0 FROM m ORDER BY l
SELECT l, shiftleft(i, 2) AS a1, coalesce(a1, locate('', s, 0)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT st.x AS g, count(DISTINCT st.x), sort_array(collect_set(trim(BOTH 'a' FROM ','))) FROM m GROUP BY st.x ORDER BY g NULLS LAST
SELECT b AS g, sort_array(collect_list(i)), avg(size(ai)) FROM m GROUP BY b ORDER BY g NULLS LAST
SELECT l, collect_list(weekofyear(d)) OVER (PARTITION BY st.y ORDER BY l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c0 FROM m ORDER BY l
SELECT l, max(date_from_unix_date(7)) OVER (PARTITION BY abs(length(st.y)) ORDER BY l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT l, i AS c0, date_add(date_add(d, 0), 7) < to_date(CAST(DATE'2024-03-15' AS STRING), 'yyyy-MM-dd'), ceil(ceil(0.25)) FROM m ORDER BY l
SELECT l, split_part(md5(CAST(',' AS BINARY)), ',', 1) AS c0, concat(array_union(array(1, 2), ai), if(s IS NULL, array(1, 2), array(1, 2))) AS c1 FROM m ORDER BY l
SELECT l, transform_values(map('p', st.x, 'q', i), (k, v) -> v + find_in_set('abc', st.y)) FROM m ORDER BY l
SELECT -1 AS g, coalesce(max(weekofyear(d)), 10) AS c1, count(DISTINCT trim('a'), 5 % 5) FROM m GROUP BY -1 ORDER BY g NULLS LAST
SELECT l, k, v FROM m LATERAL VIEW explode(map_filter(mp, (k, v) -> v > 0)) e AS k, v ORDER BY l, k
SELECT l, soundex(upper(st.y)), hypot(minute(t), least(7, 1, i)), map('k', aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0))) FROM m ORDER BY l
SELECT l, coalesce(f, st.x) + pmod(0.25, 3), '%a%' AS c1, array(if(i > 0, st.x, 5), length(s)) AS c2 FROM m ORDER BY l
SELECT l, CASE WHEN (b AND b) THEN second(t) ELSE 10 END NOT IN (1, aggregate(sequence(1, 2), 0, (acc, x) -> acc + coalesce(x, 0)), 7) FROM m ORDER BY l
SELECT l, get_json_object(to_json(st), '$.y') AS c0, array_sort(if(s IS NULL, ai, array(1, 2))) FROM m ORDER BY l
SELECT l, i AS a1, coalesce(a1, CAST(l AS INT)) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, add_months(d, 7) AS v, year(DATE'2024-03-15') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, exists(transform(array('a', 'b'), x -> length(x)), x -> x > 3) AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT m.l, e.col FROM m, LATERAL explode(array_insert(array_intersect(ai, CASE WHEN i > 0 THEN ai END), 2, locate('', md5(CAST(s AS BINARY))))) e ORDER BY 1, 2
SELECT l, array_distinct(sa), nanvl(f, 0D) AS c1, floor(f) FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, array_size(array_union(ai, array(1, 2))) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, date_sub(d, 0) BETWEEN DATE'2000-01-01' AND date_from_unix_date(i) AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT l, named_struct('x', 42, 'y', char_length(s) || 'c') FROM m ORDER BY l
SELECT l, greatest(CAST(DATE'2024-03-15' + INTERVAL '1' DAY AS STRING), array_join(regexp_extract_all(s, '([a-z])', 1), '|')), crc32(CAST(get_json_object(to_json(if(s IS NULL, st, st)), '$.y') AS BINARY)) AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, trim(BOTH 'a' FROM to_json(map('a', 1))) AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l, last_value(CASE WHEN s IS NULL THEN '%a%' WHEN i > 0 THEN st.y END, true) OVER (PARTITION BY b ORDER BY replace(s, 'l', 'abc') DESC, l) FROM m ORDER BY l
SELECT l, avg(round(-3.125, 0)) OVER (ORDER BY dayofyear(if(b, d, d)), l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT l, first_value(ascii('l')) OVER (PARTITION BY st.y ORDER BY l) FROM m ORDER BY l
SELECT l, array(weekofyear(DATE'2024-03-15'), if(i > 0, 10, i)), minute(to_timestamp(d)) AS c1, coalesce(st, st) FROM m ORDER BY l
SELECT l, timestamp_seconds(dayofyear(last_day(d))), overlay(repeat(concat(st.y, st.y), 0) PLACING '_' FROM 1), array_distinct(slice(filter(array(1, 2), x -> x > 7), -2, 0)) FROM m ORDER BY l
SELECT l, (array_max(sort_array(array(1, 2), false)) - CAST(l AS INT)) AS a1, coalesce(a1, st.x) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, array_append(array_remove(array(1, 2), 0), datediff(DATE'2024-03-15', DATE'2024-03-15')) AS c0, replace(bin(i), 'Hello', 'b') FROM m ORDER BY l
SELECT l, regexp_extract_all(format_number(f, 2), '([a-z])', 1), if(s IS NULL, -3.125, n) IS NOT NULL AS c1 FROM m ORDER BY l
SELECT coalesce(st, st) AS g, approx_count_distinct(nvl2(-2, 5, i)) AS c1, sum(n % 2) FROM m GROUP BY coalesce(st, st) ORDER BY g NULLS LAST
SELECT l, ascii(s) BETWEEN 2 AND locate('abc', 'abc'), hour(timestamp_seconds(i)), right('Hello' || i, 1) FROM m ORDER BY l
SELECT l, rank() OVER (PARTITION BY b ORDER BY try_cast(st.y AS DATE) DESC, l) FROM m ORDER BY l
SELECT l, count(substring('l', i)) OVER (ORDER BY try_cast(upper(s) AS INT), l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c0 FROM m ORDER BY l
SELECT bool_and(s IS NULL), approx_count_distinct(i), min(TIMESTAMP'2024-03-15 10:20:30') FROM m
WITH u AS (SELECT l, weekday(last_day(to_date(t))) AS v, greatest(i, i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, -2 AS a1, coalesce(a1, cardinality(sa)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, array_except(reverse(sort_array(ai)), array_intersect(array(1, 2), if(b, ai, array(1, 2)))) AS c0, to_json(CASE WHEN b IS NOT FALSE THEN coalesce(ai, array(1, 2)) END), find_in_set(',', bin(st.x + i)) FROM m ORDER BY l
SELECT l, first_value(nvl(i, i)) OVER (PARTITION BY b ORDER BY date_from_unix_date(weekofyear(d)) DESC, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT l, char_length(format_string('%s:%d', st.y, 1)) || 'c' FROM m ORDER BY l
SELECT l, coalesce(startswith(concat_ws('-', st.y, st.y), ' '), map_contains_key(map_zip_with(mp, mp, (k, v, w) -> coalesce(v, 0) + coalesce(w, 0)), 'a')) AS c0 FROM m ORDER BY l
SELECT l, if(d BETWEEN DATE'2000-01-01' AND d, coalesce(st, st), coalesce(st, st)) FROM m ORDER BY l
SELECT m.l, e.col FROM m, LATERAL explode(regexp_extract_all(upper(reverse(s)), '([a-z])', 1)) e ORDER BY 1, 2
SELECT l, greatest(-3.125, pmod(0.25, 3) + coalesce(1.5, st.x)) FROM m ORDER BY l
SELECT sort_array(collect_set(CAST(add_months(d, 7) AS STRING))), avg(-3.125), avg(pmod(floor(-3.125, 1), 3)) FROM m
WITH u AS (SELECT l, i ^ 0 AS v, dayofweek(d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, timestamp_seconds(-2 ^ -2) AS c0, 1 AS c1, extract(DAY FROM greatest(DATE'2024-03-15', d)) FROM m ORDER BY l
SELECT l, rpad(get_json_object(to_json(coalesce(st, st)), '$.y'), 4) AS a1, coalesce(a1, right('%a%', 2)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT -3.125 / 0.7 AS g, count(DISTINCT regexp_replace('a', '[a-c]+', '<$0>'), 0 * 3), min(DATE'2024-03-15' + 1) FROM m GROUP BY -3.125 / 0.7 HAVING g IS NOT NULL ORDER BY g NULLS LAST
SELECT count(*) AS c0, array_sort(collect_set(greatest(st.x, st.x))), bool_and(startswith('l', 'abc')) FROM m
SELECT m.l, e.col FROM m, LATERAL explode(slice(slice(array(1, 2), -2, 1), 2, 0)) e ORDER BY 1, 2
SELECT l, reverse(if(b, 'abc', s)) AS a1, coalesce(a1, s) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, weekofyear(d), named_struct('x', st.x, 'y', s) AS c1 FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array_prepend(sort_array(sequence(1, 3), false), pmod(CAST(i > 0 AS INT), 7))) e AS p, x ORDER BY l, p
SELECT l, try_element_at(mp, 'a'), pmod(1.5, 3) AS c1, coalesce(t, DATE'2024-03-15') AS c2 FROM m ORDER BY l
SELECT percentile(unix_date(make_date(2024, 2, 1)), 0.5), max_by(s, l), sum(DISTINCT least(hour(TIMESTAMP'2024-03-15 10:20:30'), ascii(st.y), shiftleft(0, 1))) FROM m
WITH u AS (SELECT l, extract(DAY FROM date_add(DATE'2024-03-15', -2)) AS v, -1 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
WITH u AS (SELECT l, make_date(2024, 1, 28) AS v, size(ai) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(slice(array('b', s), 1, 2)) e AS p, x ORDER BY l, p
SELECT l, (bit_count(5) - -st.x) AS a1, coalesce(a1, year(d)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, f * i * nvl(5, st.x), array_union(array_sort(ai), sort_array(ai, false)) FROM m ORDER BY l
SELECT min(if(-3.125 <> 7, CAST(1.5 AS STRING), char_length(st.y) || 'c')) AS c0, sort_array(collect_set(format_string('%s:%d', left(s, 1), unix_date(d)))), min(flatten(array(array_intersect(array(1, 2), ai), slice(ai, 1, 2)))) FROM m WHERE s RLIKE '^[a-z]'
SELECT l, sort_array(ai, false) AS c0, ltrim(replace(date_format(d, 'yyyy-MM'), 'a', 'l')) FROM m ORDER BY l
SELECT l, reverse(transform(ai, x -> CAST(x AS STRING))), array_sort(transform(ai, x -> x + i)) FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(map('k', datediff(add_months(d, 42), date_from_unix_date(st.x)))) e AS k, v ORDER BY l, k
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, 'l' > st.y AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
WITH u AS (SELECT l, datediff(d, d) AS v, dayofweek(d) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE true ORDER BY u.l
SELECT percentile(day(t), 0.5), array_sort(collect_set(try_element_at(mp, 'a'))), median(nvl(2, 42)) FROM m
SELECT l, b, (-CAST(i AS DECIMAL(12,3))), CAST(isnull(3) AS INT) FROM m ORDER BY l
SELECT l, regexp_count(char_length(st.y) || 'c', '[a-z]') FROM m ORDER BY l
WITH u AS (SELECT l, bin(octet_length(s)) AS v, if(b, st.x, -2) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
WITH u AS (SELECT l, date_sub(date_add(d, 3), 1) AS v, array_max(ai) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT every(i IN (-2, i, -2)) AS c0, max(transform(sa, x -> length(x))), sum(month(DATE'2024-03-15')) FROM m WHERE 'x' ILIKE '%A%'
SELECT l, hex(aggregate(array(1, 2), 0, (acc, x) -> acc + coalesce(x, 0))) AS a1, coalesce(a1, initcap(st.y)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, st.x AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, slice(reverse(ai), -2, 2), st.x IN (3, st.x % 5, 2) AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, reverse(' ') LIKE '%a%' AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
WITH u AS (SELECT l, DATE'2024-03-15' AS v, 1 | st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, count(split_part(',', ',', 2)) OVER (ORDER BY st.x, l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM m ORDER BY l
SELECT l, last_value(trim(BOTH 'a' FROM 'abc'), true) OVER (ORDER BY greatest(5 & 1, i), l) FROM m ORDER BY l
WITH u AS (SELECT l, st.x AS v, get(ai, 1) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, CASE WHEN s IS NULL THEN s WHEN i > 0 THEN s END AS c0, sa AS c1 FROM m ORDER BY l
SELECT l, unix_timestamp(to_timestamp(d)), from_utc_timestamp(t, 'Asia/Tokyo') + INTERVAL '1' YEAR AS c1 FROM m ORDER BY l
WITH u AS (SELECT l, overlay(CAST(DATE'2024-03-15' AS STRING) PLACING '_' FROM 1) AS v, aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0)) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, row_number() OVER (PARTITION BY b ORDER BY CAST(-3.125 AS DECIMAL(30,1)) DESC, l) AS c0 FROM m ORDER BY l
SELECT l, array_size(array(1, 2)) AS c0, i AS c1, coalesce(d, d) AS c2 FROM m ORDER BY l
SELECT l, last_day(date_sub(date_add(d, 7), 2)), md5(CAST(substring(format_number(f, 2), pmod(0, 7)) AS BINARY)) AS c1, next_day(date_from_unix_date(locate('b', s)), 'Sunday') AS c2 FROM m ORDER BY l
SELECT l, least(ascii(st.y), locate('a', s), -1 ^ 3) AS a1, coalesce(a1, i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, coalesce(lpad(s, 5, 'ab'), trim(st.y)) AS c0, named_struct('x', size(ai), 'y', conv(CAST(i AS STRING), 10, 16)) AS c1 FROM m ORDER BY l
SELECT l, DATE'2024-03-15', hour(t) AS c1, bround(-3.125, 1) FROM m ORDER BY l
SELECT l, row_number() OVER (PARTITION BY 'x' ORDER BY l) FROM m ORDER BY l
SELECT l, unix_timestamp(dateadd(HOUR, 7, t)), i * 2 div 3 AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, day(try_to_timestamp(right('l', 1))) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, first_value(nvl(st.x, i)) OVER (PARTITION BY CAST(d AS STRING) ORDER BY l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c0 FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(map_from_arrays(array('m'), array(pmod(5, 7)))) e AS k, v ORDER BY l, k
SELECT l, n AS c0, CAST(shiftleft(st.x, 2) AS STRING) AS c1 FROM m ORDER BY l
SELECT l FROM m WHERE try_element_at(mp, '%a%') NOT BETWEEN 10 AND 2 ORDER BY l
SELECT l, map_from_arrays(array('m'), array(weekday(date_from_unix_date(i)))) AS c0, substring_index(sha2(concat_ws('-', s, st.y), 256), ',', 1), if(contains(st.y, ','), weekofyear(to_date(CAST(DATE'2024-03-15' AS STRING), 'yyyy-MM-dd')), 10) AS c2 FROM m ORDER BY l
SELECT l, ceil(greatest(if(b, 1.5, n), pmod(-3.125, 3))) AS a1, coalesce(a1, if(i > 0, 0.25, n)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, collect_list(day(t)) OVER (PARTITION BY b ORDER BY CAST(nullif(-3.125, 0) AS DECIMAL(30,1)) DESC, l) FROM m ORDER BY l
SELECT l, array_max(reverse(sa)) AS c0, st IS NOT NULL FROM m ORDER BY l
SELECT st.y AS g, median(abs(i)), sum(DISTINCT st.x) FROM m GROUP BY st.y ORDER BY g NULLS LAST
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, hour(timestamp_seconds(weekofyear(DATE'2024-03-15'))) AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
WITH u AS (SELECT l, to_date(to_timestamp(d)) AS v, st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, translate(rpad(s, 4), 'abc', 'xy') AS a1, coalesce(a1, s) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, d AS v, least(st.x, 10, 2) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, map_from_arrays(array('m'), array(weekday(DATE'2024-03-15'))) AS c0, coalesce(last_day(d), to_date(CAST(d AS STRING), 'yyyy-MM-dd')) AS c1 FROM m ORDER BY l
SELECT l, abs(degrees(2.5D)), to_date(coalesce(t, DATE'2024-03-15')) AS c1 FROM m ORDER BY l
SELECT l, avg(pmod(n, 3)) OVER (PARTITION BY b ORDER BY try_cast(s AS DECIMAL(8,2)) DESC, l ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM m ORDER BY l
SELECT l, map_from_arrays(array('m'), array(nullif(10, st.x))) AS c0, greatest(t + INTERVAL '1' HOUR, coalesce(TIMESTAMP'2024-03-15 10:20:30', d)), transform(array(st.x, i), (x, k) -> x * k) FROM m ORDER BY l
SELECT l, x FROM m LATERAL VIEW explode(sort_array(transform(coalesce(array(1, 2), ai), x -> CAST(x AS STRING)))) e AS x ORDER BY l, x
SELECT l, t AS c0, concat_ws(',', array_distinct(sa)), nullif(extract(DAY FROM DATE'2024-03-15'), mp['a']) AS c2 FROM m ORDER BY l
SELECT l, arrays_overlap(transform(array(s, 'b'), x -> length(x)), zip_with(concat(array(1, 2), ai), array_sort(ai), (x, y) -> x + y)), CASE WHEN i IN (10, i, -2) IS NOT TRUE THEN try_element_at(if(s IS NULL, mp, mp), 'abc') ELSE st.x ^ 1 END FROM m ORDER BY l
SELECT l, contains(coalesce(array_join(sa, '|'), format_string('%s:%d', 'x', 5)), ' '), hex(aggregate(ai, 0, (acc, x) -> acc + coalesce(x, 0))), NOT (st IS NULL IS NOT UNKNOWN) FROM m ORDER BY l
WITH u AS (SELECT l, CAST(degrees(f) <=> abs(1.5) AS STRING) AS v, nvl2(st.x, 7, 7) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT bit_or(month(to_date(t))), count('Hello') AS c1, mode(42) FROM m
SELECT l, max(to_date(CAST(DATE'2024-03-15' AS STRING), 'yyyy-MM-dd')) OVER (PARTITION BY b ORDER BY (--3.125) DESC, l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM m ORDER BY l
SELECT l, coalesce(d + INTERVAL '1' DAY, d - INTERVAL '2' MONTH) AS c0 FROM m ORDER BY l
SELECT t + INTERVAL '1' YEAR AS g, sum(n), sum(CASE WHEN arrays_overlap(array(1, 2), ai) THEN 1 ELSE 0 END) FROM m GROUP BY t + INTERVAL '1' YEAR ORDER BY g NULLS LAST
WITH u AS (SELECT l, extract(DAY FROM d) AS v, st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, st.x div 3 AS c0, array_position(array(1, 2), st.x) AS c1 FROM m ORDER BY l
SELECT l, try_to_timestamp(s) AS c0, named_struct('x', try_element_at(mp, 'x'), 'y', concat(st.y, 'Hello')) AS c1 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, st.x | st.x * 2 AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT min_by(-2, l) AS c0, sum(DISTINCT i) AS c1, sort_array(collect_list(month(d))) FROM m
SELECT l, regexp_count(elt(1, initcap('a'), char_length(s) || 'c'), '[a-z]') AS a1, coalesce(a1, length(s)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, CAST(ascii(st.y) AS BIGINT) AS c0, try_divide(-3.125, 0.25) + abs(n), l FROM m ORDER BY l
WITH u AS (SELECT l, size(sequence(1, 3)) AS v, try_element_at(map('a', 1), ' ') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, substring(lpad(s, 5, '*'), least(st.x, 42, st.x) & -1) AS v FROM m) b ON a.s = b.v ORDER BY 1, 2
SELECT l, try_cast(trim(trim(BOTH 'a' FROM s)) AS DATE) AS c0 FROM m ORDER BY l
SELECT l, overlay('Hello' PLACING '_' FROM 1), s <=> 'a', second(t) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, array_min(transform(array('a', 'b'), x -> length(x))) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT min(st) AS c0, sort_array(collect_set(upper(initcap(s)))) AS c1, array_sort(collect_set(nvl2(hour(t), i, instr(s, '')))) FROM m WHERE isnan(2.5D)
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, timestamp_seconds(weekday(d)) >= next_day(make_date(2024, 12, 1), 'Sunday') AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, map_contains_key(mp, '%a%') AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, coalesce(greatest(d, DATE'2024-03-15'), last_day(d)) AS c0, transform(map_keys(mp), x -> upper(x)) AS c1, s AS c2 FROM m ORDER BY l
WITH u AS (SELECT l, substr(s, 1, 1) AS v, second(t) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT count(lower(st.y)), max_by(CAST(d AS STRING), l), sum(CAST(0.25 AS DECIMAL(30,1))) FROM m
SELECT array_min(array(1, 2)) AS g, bool_and(coalesce(s IS NULL, s IS NULL)), max(date_add(d, 2)) FROM m GROUP BY array_min(array(1, 2)) ORDER BY g NULLS LAST
SELECT l, n AS a1, coalesce(a1, bround(n, 1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, date_add(coalesce(d, d) + INTERVAL '1' DAY, 7) AS c0, overlay(trim(BOTH 'a' FROM st.y || st.x) PLACING '_' FROM 1), unix_timestamp(t) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, octet_length(s) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, transform(array_except(ai, ai), x -> x + locate('a', '%a%')) AS c0, CAST(date_from_unix_date(i) AS TIMESTAMP) FROM m ORDER BY l
SELECT l, 0.25 AS c0, nullif(CAST(10 % 5 AS DECIMAL(12,3)), 0) AS c1, array_compact(map_keys(map('p', st.x, 'q', 0))) FROM m ORDER BY l
SELECT l, weekofyear(d - INTERVAL '2' MONTH) AS a1, coalesce(a1, -i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a JOIN (SELECT l, forall(array_except(array(1, 2), ai), x -> x > 7) AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, CAST(i AS DECIMAL(12,3)) AS a1, coalesce(a1, try_divide(n, 1.5)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, s ILIKE '%A%' AS c0, l * st.x, named_struct('x', i, 'y', st.y) FROM m ORDER BY l
WITH u AS (SELECT l, to_date(t + INTERVAL '1' HOUR) AS v, if(i > 0, st.x, 42) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, b AS c0, d, arrays_overlap(sort_array(ai), array_except(ai, ai)) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, pmod(minute(try_to_timestamp(s)), 7) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, array_max(concat(array_distinct(sa), filter(array('a', 'b'), x -> x LIKE '%a%'))) AS c0, split(CAST(try_element_at(map('a', 1), ' ') AS STRING), ',') FROM m ORDER BY l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(sort_array(slice(sa, 1, 2))) e AS p, x ORDER BY l, p
SELECT l FROM m WHERE coalesce(md5(CAST(s AS BINARY)), to_json(ai)) RLIKE '^[a-z]' ORDER BY l
SELECT l, array_prepend(CASE WHEN i IN (2, st.x, 3) THEN sort_array(array(1, 2), false) END, pmod(CASE 5 WHEN 3 THEN -1 WHEN 7 THEN st.x END, 7)) AS c0, array(st.x, regexp_count(st.y, '[a-z]') % 5) FROM m ORDER BY l
SELECT l, s AS c0, trunc(d - INTERVAL '2' MONTH, 'QUARTER') AS c1 FROM m ORDER BY l
SELECT l, ltrim(nullif(st.y, 'l')) AS a1, coalesce(a1, CAST(TIMESTAMP'2024-03-15 10:20:30' AS STRING)) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, add_months(d, 2) AS v, nullif(i, i) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IN (SELECT v FROM u WHERE w > 1) ORDER BY u.l
SELECT l, bround(1.5 % 2, 1) AS a1, coalesce(a1, try_cast(s AS DECIMAL(8,2))) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, n AS a1, coalesce(a1, try_cast(' ' AS DECIMAL(8,2))) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, ((array(1, 2) = array(1, 2) OR st.y LIKE ANY ('a%', '%b%')) OR isnull(-1) IS FALSE) AS c0, locate('abc', to_json(ai)) IS DISTINCT FROM mp['a'], date_trunc('YEAR', try_to_timestamp(CAST(n AS STRING))) AS c2 FROM m ORDER BY l
SELECT l, CASE WHEN NOT (s NOT LIKE 'a') THEN cardinality(sa) & -2 ELSE nvl2(try_element_at(ai, 2), array_size(ai), length('abc')) END AS a1, coalesce(a1, st.x) AS a2, a1 = a2 FROM m ORDER BY l
SELECT coalesce(max(i), 42) AS c0, bool_and(i > 0), max(-1) FROM m WHERE i IN (7, st.x, -2)
SELECT l, greatest(concat_ws(',', array('a', 'b')), typeof(n)) RLIKE '^[a-z]', greatest(i, try_element_at(array_append(array(1, 2), i), 1)) FROM m ORDER BY l
SELECT l, transform(ai, (x, k) -> x * k), coalesce(CASE WHEN isnan(f) THEN CASE WHEN b THEN 0.1D ELSE n END ELSE try_divide(n, 1.5) END, coalesce(nvl2(st.x, i, i), CAST(n AS INT))) FROM m ORDER BY l
SELECT l, try_divide(0.25 + 1.5, abs(1.5)) AS a1, coalesce(a1, n) AS a2, a1 = a2 FROM m ORDER BY l
SELECT avg(decode(i, 1, 10, 10, 20, 30)), count(*), bool_and(i BETWEEN 7 AND 3) FROM m
WITH u AS (SELECT l, second(TIMESTAMP'2024-03-15 10:20:30') AS v, st.x AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, count(array_join(sa, '|')) OVER (ORDER BY i, l) FROM m ORDER BY l
SELECT l, n * 1.5 IS NULL AS c0, crc32(CAST(array_join(array('a', 'b'), '|', 'N') AS BINARY)) AS c1 FROM m ORDER BY l
SELECT sum(DISTINCT quarter(DATE'2024-03-15')), mode(1), count(DISTINCT base64(CAST(s AS BINARY)), quarter(d)) FROM m
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, if(b, st.x, i) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, CASE WHEN coalesce(s IS NULL, s IS NULL) THEN if(b, array(1, 2), ai) END AS c0 FROM m ORDER BY l
SELECT bit_or(i + i), count(reverse(s)), sum(DISTINCT locate('abc', s)) FROM m
SELECT l, soundex(left(trim(BOTH 'a' FROM s), 1)), b FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, i IS NOT DISTINCT FROM st.x AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT i BETWEEN 42 AND st.x AS g, try_sum(mp['a']), sum(DISTINCT size(array(1, 2))) FROM m GROUP BY i BETWEEN 42 AND st.x ORDER BY g NULLS LAST
SELECT l, map_from_arrays(array('m'), array(42)) AS c0, CAST(2.5D AS DECIMAL(20,4)) AS c1, rpad(s, 4) FROM m ORDER BY l
SELECT i > 0 AS g, count_if(t = DATE'2024-03-15') AS c1, count_if(array(1, 2) = ai) FROM m GROUP BY i > 0 ORDER BY g NULLS LAST
SELECT avg(i), try_sum(try_element_at(array(1, 2), 2)) AS c1, count(*) FROM m
SELECT l, date_add(try_cast(s AS DATE), -1), d + INTERVAL '1' DAY + 1 FROM m ORDER BY l
SELECT l, CASE WHEN CAST(1.5 AS STRING) LIKE '_b%' THEN CAST(to_timestamp(d) AS STRING) WHEN dayofyear(d) IS DISTINCT FROM year(d) THEN trim(st.y) END AS c0, try_cast(to_json(named_struct('x', 0, 'y', s)) AS DATE) AS c1, coalesce(abs(greatest(f, st.x)), CASE WHEN st.x NOT IN (0, st.x, 10) THEN bit_count(i) ELSE mp['a'] END) AS c2 FROM m ORDER BY l
SELECT l, last_value(regexp_extract(s, '([a-z])([a-z]*)', 1), true) OVER (ORDER BY hour(t + INTERVAL '1' HOUR), l ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c0 FROM m ORDER BY l
SELECT l, array_repeat(find_in_set(',', upper(s)), 1) AS c0, -i FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, find_in_set(' ', substring(st.y, st.x)) AS v FROM m) b ON a.i <=> b.v ORDER BY 1, 2
SELECT l, try_to_timestamp(to_json(array(1, 2))) + INTERVAL '1' YEAR AS c0, abs(CAST(bround(-3.125, 1) AS DECIMAL(30,1))), array_join(slice(filter(sa, x -> x LIKE '%a%'), 1, 2), '|') AS c2 FROM m ORDER BY l
SELECT l, i > l AS c0, s ILIKE '%A%' AS c1, right(',', 3) AS c2 FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, st.y LIKE ANY ('a%', '%b%') AS v FROM m) b ON a.b = b.v ORDER BY 1, 2
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(slice(map_keys(mp), 1, 2)) e AS p, x ORDER BY l, p
SELECT a.l, b.l, a.s FROM m a FULL JOIN (SELECT l, 2 AS v FROM m) b ON a.i = b.v ORDER BY 1, 2
SELECT l FROM m WHERE s IN ('', reverse(greatest(st.y, s))) ORDER BY l
SELECT l, x FROM m LATERAL VIEW explode(slice(array_distinct(transform(sa, x -> upper(x))), 1, 2)) e AS x ORDER BY l, x
SELECT l, instr(rpad(s, 4), 'l') AS a1, coalesce(a1, CAST(l AS INT)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT sort_array(collect_set(hex(1))), count_if(array_contains(ai, 5)), max(CASE WHEN i > 0 THEN n ELSE 2 END) FROM m
SELECT l, nvl2(i, 0, i) AS a1, coalesce(a1, -i) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, dayofweek(last_day(DATE'2024-03-15')) AS a1, coalesce(a1, try_element_at(ai, -1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, d + INTERVAL '1' DAY AS c0, st.x >= i AS c1 FROM m ORDER BY l
WITH u AS (SELECT l, regexp_count(hex(i), '[a-z]') AS v, mp['a'] AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, p, x FROM m LATERAL VIEW OUTER posexplode(array_distinct(sa)) e AS p, x ORDER BY l, p
SELECT l, lag(get(split('%a%', '[,; ]'), 0)) OVER (ORDER BY i * 1, l) AS c0 FROM m ORDER BY l
WITH u AS (SELECT l, date_from_unix_date(unix_date(date_from_unix_date(i))) AS v, datediff(d, DATE'2024-03-15') AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
WITH u AS (SELECT l, CAST(b AS STRING) AS v, st.x % 5 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
WITH u AS (SELECT l, cardinality(transform(sa, x -> try_element_at(sa, 1))) AS v, length(s) AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE w > 0 ORDER BY u.l
SELECT l, array_except(reverse(array_intersect(ai, array(1, 2))), filter(array_compact(array(1, 2)), x -> x > 42)) AS c0 FROM m ORDER BY l
SELECT l, left(st.y, 2) AS a1, coalesce(a1, left(',', 1)) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(map_zip_with(map('k', i), mp, (k, v, w) -> coalesce(v, 0) + coalesce(w, 0))) e AS k, v ORDER BY l, k
SELECT l, try_element_at(map('a', 1), 'Hello') AS a1, coalesce(a1, dayofyear(d)) AS a2, a1 = a2 FROM m ORDER BY l
WITH u AS (SELECT l, i AS v, i * 2 AS w FROM m) SELECT u.*, (SELECT count(*) FROM u x WHERE x.v = u.v) AS c FROM u WHERE v IS NOT NULL ORDER BY u.l
SELECT l, (-CAST(2.5D AS DECIMAL(20,4))) AS a1, coalesce(a1, -3.125 / 3) AS a2, a1 = a2 FROM m ORDER BY l
SELECT l, t - INTERVAL '1 02:03:04' DAY TO SECOND, sequence(1, 2), DATE'2024-03-15' FROM m ORDER BY l
SELECT a.l, b.l, a.s FROM m a LEFT JOIN (SELECT l, 3 NOT IN (10, nvl(st.x, 10), 2) AS v FROM m) b ON a.b <=> b.v ORDER BY 1, 2
SELECT l, initcap(greatest(st.y, s)) AS c0, 1.5 % 2 / 2.5 FROM m ORDER BY l
SELECT l, typeof(transform_keys(map_zip_with(mp, mp, (k, v, w) -> coalesce(v, 0) + coalesce(w, 0)), (k, v) -> concat(k, '_'))) AS c0 FROM m ORDER BY l
SELECT l, CASE WHEN ' ' LIKE ANY ('a%', '%b%') THEN sort_array(ai, false) END, array_prepend(ai, CASE i WHEN -1 THEN 7 WHEN i THEN i END) AS c1 FROM m ORDER BY l
SELECT l, k, v FROM m LATERAL VIEW explode(coalesce(map_filter(mp, (k, v) -> v > 1), transform_keys(mp, (k, v) -> concat(k, '_')))) e AS k, v ORDER BY l, k
SELECT try_sum(hour(date_trunc('MONTH', TIMESTAMP'2024-03-15 10:20:30'))) AS c0, min(ceil(CAST(n AS DECIMAL(30,1)))) AS c1, max_by(regexp_replace(rpad('a', 4), '[a-c]+', '<$0>'), l) FROM m WHERE startswith(s, 'b')
