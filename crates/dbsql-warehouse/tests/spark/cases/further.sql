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
SELECT CAST('x' AS INT) AS v FROM s WHERE id > 9
SELECT 1/0 AS v FROM s WHERE id > 9
SELECT 1/0 + id AS v FROM s WHERE id > 9
SELECT coalesce(1, 1/0) AS v
SELECT coalesce(id, 1/0) AS v FROM s
SELECT coalesce(1/0, id) AS v FROM s WHERE id > 9
SELECT CASE WHEN id > 1 THEN 1/0 ELSE 1 END AS v FROM s WHERE id > 9
SELECT CASE WHEN id > 1 THEN 1/0 ELSE 1 END AS v FROM s WHERE id = 1
SELECT if(id > 1, 1/0, 1) AS v FROM s WHERE id = 1
SELECT id FROM s WHERE id > 9 AND 1/0 > 1
SELECT id FROM s WHERE id > 9 OR 1/0 > 1
SELECT id FROM s WHERE false AND 1/0 > 1
SELECT id FROM s WHERE true OR 1/0 > 1
SELECT sum(1/0) AS v FROM s WHERE id > 9
SELECT sum(CAST('x' AS INT)) AS v FROM s WHERE id > 9
SELECT max(array(1)[5]) AS v FROM s WHERE id > 9
SELECT array(1)[5] AS v FROM s WHERE id > 9
SELECT element_at(array(1), 5) AS v FROM s WHERE id > 9
SELECT raise_error('x') AS v FROM s WHERE id > 9
SELECT assert_true(false) AS v FROM s WHERE id > 9
SELECT transform(array(1), x -> x/0) AS v FROM s WHERE id > 9
SELECT 1 AS v FROM s WHERE id > 9 LIMIT 0
SELECT 1/0 AS v LIMIT 0
SELECT v FROM (SELECT id, 1/0 AS v FROM s) WHERE id > 9
SELECT id FROM (SELECT id, 1/0 AS v FROM s)
SELECT nullif(1, 1/0) AS v FROM s WHERE id > 9
SELECT upper(CAST(CAST('x' AS INT) AS STRING)) AS v FROM s WHERE id > 9
SELECT date_add(DATE'2024-01-01', CAST('q' AS INT)) AS v FROM s WHERE id > 9
SELECT to_date('nope') AS v FROM s WHERE id > 9
SELECT id FROM s WHERE id > 9 GROUP BY id HAVING 1/0 > 0
SELECT id FROM s JOIN (SELECT 1 AS b) ON id = b AND 1/0 > 1 WHERE id > 9
SELECT make_date(2023, 2, 30) AS v FROM s WHERE id > 9
SELECT CAST(300 AS TINYINT) AS v FROM s WHERE id > 9
SELECT 2147483647 + 1 AS v FROM s WHERE id > 9
SELECT (SELECT 1/0) AS v FROM s WHERE id > 9
SELECT exists(array(1), x -> 1/0 > 1) AS v FROM s WHERE id > 9
SELECT nvl2(1, 2, 1/0) AS v FROM s WHERE id > 9
SELECT CASE WHEN 1/0 > 1 THEN 1 END AS v FROM s WHERE id > 9
SELECT CASE WHEN false THEN 1/0 END AS v FROM s WHERE id > 9
SELECT CASE id WHEN 1/0 THEN 1 END AS v FROM s WHERE id > 9
SELECT max(v) AS v FROM s WHERE id IN (1, 1/0) AND id > 9
SELECT id, 1/0 AS v FROM s ORDER BY 1/0 LIMIT 0
SELECT NULL AS v UNION ALL SELECT DATE'2024-01-01'
SELECT v + 1 AS w FROM (SELECT 1 AS v UNION ALL SELECT 2.5)
SELECT v || 'x' AS w FROM (SELECT 1 AS v UNION SELECT 'a') ORDER BY w
SELECT sum(v) AS t FROM (SELECT id AS v FROM s UNION ALL SELECT 1.5D)
SELECT id, g FROM s UNION ALL SELECT 2.5, NULL ORDER BY 1
SELECT 1 AS v EXCEPT SELECT 1.0
SELECT id FROM s INTERSECT SELECT 2.0 ORDER BY 1
SELECT 1 UNION ALL SELECT array(1)
SELECT 1 AS v UNION ALL SELECT 2L UNION ALL SELECT 'x'
WITH t AS (SELECT 1 AS v UNION ALL SELECT 2.5) SELECT a.v, b.v FROM t a JOIN t b ON a.v = b.v ORDER BY 1
SELECT v FROM (SELECT 1 AS v, 2 AS w UNION ALL SELECT 'a', 3) WHERE w = 3
(SELECT id FROM s ORDER BY id LIMIT 1) UNION ALL SELECT 9L
SELECT 1 AS v UNION ALL SELECT NULL
SELECT NULL AS v UNION SELECT NULL
SELECT struct(1 AS a) AS v UNION ALL SELECT struct(2L AS a)
SELECT true AS v UNION ALL SELECT 1
SELECT X'41' AS v UNION ALL SELECT 'a'
SELECT 1 AS v UNION ALL SELECT 1, 2
SELECT id IN (SELECT 1.0 UNION ALL SELECT '2') AS v FROM s ORDER BY id
SELECT id FROM s WHERE id IN (SELECT 1L UNION ALL SELECT 2.0) ORDER BY id
SELECT id FROM s WHERE EXISTS (SELECT 1 UNION ALL SELECT 'x') ORDER BY id LIMIT 1
SELECT d - INTERVAL 2 DAYS FROM (SELECT DATE'2024-01-01' AS d)
SELECT d + INTERVAL 1 WEEK FROM (SELECT DATE'2024-01-01' AS d)
SELECT d + INTERVAL 1 DAY + INTERVAL 2 DAY FROM (SELECT DATE'2024-01-01' AS d)
SELECT d + INTERVAL 1 MONTH FROM (SELECT DATE'2024-01-01' AS d)
SELECT d - INTERVAL 1 YEAR FROM (SELECT DATE'2024-01-01' AS d)
SELECT t + INTERVAL 1 DAY FROM (SELECT TIMESTAMP'2024-01-01 01:00:00' AS t)
SELECT d + INTERVAL 1 HOUR FROM (SELECT DATE'2024-01-01' AS d)
SELECT d + 1 FROM (SELECT DATE'2024-01-01' AS d)
SELECT d - 1 FROM (SELECT DATE'2024-01-01' AS d)
SELECT d - d FROM (SELECT DATE'2024-01-01' AS d)
SELECT max(d + INTERVAL 1 DAY) FROM (SELECT DATE'2024-01-01' AS d)
SELECT d + INTERVAL 1 DAY - d FROM (SELECT DATE'2024-01-01' AS d)
SELECT year(d + INTERVAL 1 DAY) FROM (SELECT DATE'2024-01-01' AS d)

# Constants with errors where there are no rows, and columns after grouping
SELECT count(*) FROM s HAVING id > 1
SELECT g FROM s GROUP BY g HAVING sum(v) > id
SELECT id FROM s ORDER BY sum(v) + 1
SELECT g, count(*) FROM s GROUP BY g ORDER BY v
SELECT 1 AS a FROM s GROUP BY g HAVING v > 1
SELECT count(*) FROM s ORDER BY id
SELECT count(*) FROM s WHERE false AND 1/0 > 1
SELECT CASE WHEN id > 1 THEN 1/0 ELSE 1 END FROM s WHERE id > 9
SELECT nvl(1/0, id) FROM s WHERE id > 9
SELECT if(id > 1, 1/0, 1) FROM s WHERE id > 9
SELECT 1 FROM s WHERE id > 9 AND 1/0 > 1
SELECT id FROM s WHERE id > 9 AND (id > 10 OR 1/0 > 1)

# Common table expressions that hide a table or each other
WITH s AS (SELECT * FROM s) SELECT count(*) AS c FROM s
WITH s AS (SELECT * FROM s WHERE id > 1) SELECT * FROM s ORDER BY id
WITH a AS (SELECT * FROM a) SELECT * FROM a
WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a
WITH s AS (SELECT t.* FROM s t) SELECT * FROM s ORDER BY id

# Joins that keep rows of the right side, by USING
SELECT k, count(*) AS c FROM (SELECT 1 AS k) a RIGHT JOIN (SELECT 2 AS k) b USING (k) GROUP BY k
SELECT count(k) AS l, count(a.k) AS r FROM (SELECT 1 AS k) a RIGHT JOIN (SELECT 2 AS k) b USING (k)
SELECT k FROM (SELECT 1 AS k) a FULL JOIN (SELECT 2 AS k) b USING (k) WHERE k = 2
SELECT k + 1 AS v FROM (SELECT 1 AS k) a FULL JOIN (SELECT 2 AS k) b USING (k) ORDER BY v
SELECT * FROM (SELECT 1 AS x, 2 AS k) a SEMI JOIN (SELECT 2 AS k) b USING (k)
SELECT * FROM (SELECT 1 AS x, 2 AS k) a ANTI JOIN (SELECT 3 AS k) b USING (k)

# The smallest integers, and decimals of set operations
SELECT -128Y AS v, -32768S AS w
SELECT CAST(1 AS DECIMAL(38,0)) AS a UNION ALL SELECT CAST(1 AS DECIMAL(38,20))
SELECT pmod(d, 3) AS v, try_divide(d, 3) AS w FROM (SELECT CAST(1.5 AS DECIMAL(4,2)) AS d)

# Windows
SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN 31 PRECEDING AND CURRENT ROW) AS c FROM VALUES (1, DATE'2024-01-01'), (2, DATE'2024-03-01') AS t(id, d)
SELECT id, count(DISTINCT id) OVER () AS c FROM s
SELECT id, row_number() OVER () AS c FROM s
SELECT id, rank() FROM s
SELECT id, upper(g) OVER () FROM s
SELECT id, nth_value(v, 0) OVER (ORDER BY id) AS c FROM s
SELECT id, count(*) OVER (ORDER BY g RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS c FROM s
SELECT max(a) AS m FROM VALUES (array(1, 2)), (array(NULL, 5)) AS t(a)
SELECT m FROM VALUES (map(1, 2)) AS t(m) ORDER BY m
SELECT 1 IS DISTINCT FROM 2, 1 IS NOT DISTINCT FROM 2, true IS TRUE, NULL IS UNKNOWN, true IS NOT FALSE

# Ends of what functions take, over columns
SELECT to_json(map(x, 1)) AS v FROM VALUES (DATE'2024-01-01') t(x)
SELECT to_json(struct(x)) AS v FROM VALUES (0.0000000001BD) t(x)
SELECT from_json(x, 'ARRAY<STRUCT<a:INT>>') AS v FROM VALUES ('{"a":1}') t(x)
SELECT from_json(x, 't TINYINT') AS v FROM VALUES ('{"t":128}') t(x)
SELECT from_json(x, 'b FLOAT') AS v FROM VALUES ('{"b":"INF"}') t(x)
SELECT from_json(x, 'c DECIMAL(5,2)') AS v FROM VALUES ('{"c":" 1.5 "}') t(x)
SELECT from_json(x, 'n TIMESTAMP_NTZ') AS v FROM VALUES ('{"n":"2024-01-01T00:00:00Z"}') t(x)
SELECT format_number(x, 20) AS v FROM VALUES (0.1D) t(x)
SELECT printf('%.2f|%8.3f', x, x) AS v FROM VALUES (CAST(NULL AS DOUBLE)) t(x)
SELECT format_string('%3s|', x) AS v FROM VALUES ('😀') t(x)
SELECT regexp_replace(x, '^a', 'X', 3) AS v FROM VALUES ('abab') t(x)
SELECT regexp_instr(x, 'a') AS v FROM VALUES ('😀aa') t(x)
SELECT x RLIKE '(?i)\u212A' AS v FROM VALUES ('k') t(x)
SELECT x RLIKE 'a{2}{3}' AS v FROM VALUES ('aaaaaa') t(x)
SELECT initcap(x) AS v FROM VALUES ('ǆ ﬁ') t(x)
SELECT mask(x) AS v FROM VALUES ('１2') t(x)
SELECT luhn_check(x) AS v FROM VALUES ('１８') t(x)
SELECT x, count(*) OVER (PARTITION BY x) AS c FROM VALUES (0.0D), (-0.0D) t(x)
SELECT covar_pop(y, a) AS v FROM VALUES (2023, 10), (2024, 30), (2023, 20), (2024, 40) t(y, a)
SELECT typeof(1 / x) AS v FROM VALUES (0) t(x)
SELECT x IN (1.5, 'NaN') AS v FROM VALUES (1.5D) t(x)
SELECT CAST(x AS DECIMAL(20,6)) AS v FROM VALUES (TIMESTAMP'9999-12-31 23:59:59.123') t(x)
SELECT from_utc_timestamp(x, 'EST') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00') t(x)
SELECT min(x) AS v FROM VALUES (named_struct('a', 1)), (named_struct('a', CAST(NULL AS INT))) t(x)
SELECT id, first_value(v, true) OVER (ORDER BY id) FROM s
SELECT id, sum(id) OVER (w) FROM s WINDOW w AS (ORDER BY id)
SELECT count(ALL id) FROM s
SELECT div(7, 3) AS v
VALUES (DATE'2020-01-01'), (TIMESTAMP'2020-01-01 00:00:00')
SELECT id FROM s WHERE NULL
SELECT id FROM s ORDER BY 2
SELECT id FROM s WHERE sum(v) > 1
SELECT sum(sum(v)) FROM s
SELECT * FROM s JOIN s t USING (nope)
SELECT g FROM s GROUP BY 2
SELECT g FROM s GROUP BY 0
SELECT id FROM s ORDER BY 0
SELECT id FROM s WHERE id
SELECT id, ntile(0) OVER (ORDER BY id) AS c FROM s
SELECT id FROM s ORDER BY id OFFSET -1
SELECT id, (SELECT t.v FROM s t WHERE t.id = s.id) AS v FROM s
SELECT pmod(d, CAST(3 AS BIGINT)) AS v, try_divide(d, -3) AS w FROM (SELECT CAST(1.5 AS DECIMAL(4,2)) AS d)

# Kinds of the above: regular expressions, JSON, names, conditions, keys of floating point numbers, time zones.
SELECT x RLIKE '{2}' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE 'a*{2}' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE '^a{2}{3}$' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE '^{2}a' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE 'a{2}*' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE '({2}a)' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE 'a|{2}' AS v FROM VALUES ('aa') t(x)
SELECT x RLIKE '(?i)é' AS v FROM VALUES ('É'), ('é') t(x)
SELECT x RLIKE '(?i)[K]' AS v FROM VALUES ('k'), ('K') t(x)
SELECT x RLIKE '(?i)[^K]' AS v FROM VALUES ('k'), ('K') t(x)
SELECT x RLIKE '(?i)\\x{212A}' AS v FROM VALUES ('k') t(x)
SELECT x RLIKE '(?i)\\u017F' AS v FROM VALUES ('s') t(x)
SELECT regexp_replace(x, '\\bb', 'X', 2) AS v FROM VALUES ('abab') t(x)
SELECT regexp_replace(x, '^', 'X', 3) AS v FROM VALUES ('abab') t(x)
SELECT regexp_replace(x, 'b', 'X', 3) AS v FROM VALUES ('😀ab') t(x)
SELECT regexp_replace(x, 'b', 'X', 2) AS v FROM VALUES ('😀ab') t(x)
SELECT regexp_replace(x, 'b', 'X', 5) AS v FROM VALUES ('😀ab') t(x)
SELECT regexp_replace(x, 'b', 'X', 4) AS v FROM VALUES ('😀ab') t(x)
SELECT initcap(x) AS v FROM VALUES ('ǆ ǉ ǌ ǳ ᾳ ა ß ŉ ΑΣ ᾀ') t(x)
SELECT mask(x) AS v FROM VALUES ('😀a') t(x)
SELECT mask(x, 'X', 'x', 'n', 'o') AS v FROM VALUES ('😀a') t(x)
SELECT mask(x, 'X', 'x', 'n', '😀') AS v FROM VALUES ('a-') t(x)
SELECT mask(x) AS v FROM VALUES ('Ⅷ½²') t(x)
SELECT luhn_check(x) AS v FROM VALUES ('²'), ('٨') t(x)
SELECT format_string('%-3s|%.1s|', x, 'ab') AS v FROM VALUES ('😀') t(x)
SELECT format_number(x, 3) AS v FROM VALUES (0.0005D), (1.0005D), (2.5D), (123456789.123D), (1e20D), (0.1D) t(x)
SELECT format_number(x, 25) AS v FROM VALUES (0.3D), (1e20D), (123456789.123D), (1e-10D) t(x)
SELECT format_number(x, 20) AS v FROM VALUES (CAST(0.1 AS FLOAT)) t(x)
SELECT format_number(x, '#,###.####################') AS v FROM VALUES (0.1D), (0.30000000000000004D) t(x)
SELECT from_json(x, 'b FLOAT') AS v FROM VALUES ('{"b":"Infinity"}'), ('{"b":"+INF"}'), ('{"b":"-INF"}'), ('{"b":"+Infinity"}'), ('{"b":"-Infinity"}'), ('{"b":"NaN"}'), ('{"b":"1.5"}'), ('{"b":""}'), ('{"b":"infinity"}') t(x)
SELECT from_json(x, 'b DOUBLE') AS v FROM VALUES ('{"b":"Infinity"}'), ('{"b":"+INF"}'), ('{"b":"-INF"}'), ('{"b":"INF"}'), ('{"b":"-Infinity"}'), ('{"b":"NaN"}'), ('{"b":"1.5"}'), ('{"b":""}') t(x)
SELECT from_json(x, 'b DOUBLE') AS v FROM VALUES ('{"b":INF}'), ('{"b":+INF}'), ('{"b":-INF}'), ('{"b":NaN}'), ('{"b":Infinity}'), ('{"b":-Infinity}'), ('{"b":+Infinity}') t(x)
SELECT from_json(x, 'c DECIMAL(5,2)') AS v FROM VALUES ('{"c":"1.5"}'), ('{"c":"1.5 "}'), ('{"c":"1,000.5"}'), ('{"c":"1e2"}'), ('{"c":"1.555"}'), ('{"c":1.555}'), ('{"c":123456}'), ('{"c":""}'), ('{"c":true}'), ('{"c":"NaN"}') t(x)
SELECT from_json(x, 'n TIMESTAMP_NTZ') AS v FROM VALUES ('{"n":"2024-01-01T00:00:00+02:00"}'), ('{"n":"2024-01-01 00:00:00"}'), ('{"n":"2024-01-01"}'), ('{"n":"2024-01-01T00:00:00.123456"}'), ('{"n":"2024"}') t(x)
SELECT from_json(x, 't TINYINT') AS v FROM VALUES ('{"t":255}'), ('{"t":256}'), ('{"t":-128}'), ('{"t":-129}'), ('{"t":1.0}'), ('{"t":1.5}'), ('{"t":"1"}') t(x)
SELECT from_json(x, 't SMALLINT') AS v FROM VALUES ('{"t":32767}'), ('{"t":32768}'), ('{"t":-32769}'), ('{"t":65535}') t(x)
SELECT from_json(x, 't INT') AS v FROM VALUES ('{"t":2147483648}'), ('{"t":1e2}'), ('{"t":true}') t(x)
SELECT from_json(x, 't BIGINT') AS v FROM VALUES ('{"t":9223372036854775808}'), ('{"t":1e2}'), ('{"t":9223372036854775807}') t(x)
SELECT from_json(x, 'ARRAY<STRUCT<a:INT>>') AS v FROM VALUES ('{"a":"z"}'), ('[{"a":1},{"a":2}]'), ('{}'), ('{"b":1}'), ('1'), ('[]'), ('[1]'), ('[[{"a":1}]]') t(x)
SELECT from_json(x, 'ARRAY<INT>') AS v FROM VALUES ('{"a":1}'), ('1'), ('[1,2]') t(x)
SELECT from_json(x, 'ARRAY<MAP<STRING,INT>>') AS v FROM VALUES ('{"a":1}'), ('[{"a":1}]') t(x)
SELECT from_json(x, 'a INT') AS v FROM VALUES ('[{"a":1}]'), ('[{"a":1},{"a":2}]'), ('[]'), ('1') t(x)
SELECT from_json(x, 'b ARRAY<STRUCT<a:INT>>') AS v FROM VALUES ('{"b":{"a":1}}'), ('{"b":[{"a":1}]}') t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (TIMESTAMP'2024-01-01 00:00:00.5') t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (INTERVAL '1' DAY) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (INTERVAL '14' MONTH) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (true) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (1.5D), (1e20D) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (CAST(1.5 AS FLOAT)) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (1.50BD) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (0.0000000001BD) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (named_struct('a', 1)) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (array(1)) t(x)
SELECT to_json(struct(x)) AS v FROM VALUES (0.0000001BD), (0.000001BD), (0.0000010BD), (1.0000000BD) t(x)
SELECT to_json(struct(x)) AS v FROM VALUES (CAST(0 AS DECIMAL(20,10))), (CAST(-0.00000012 AS DECIMAL(20,10))) t(x)
SELECT to_json(struct(x)) AS v FROM VALUES (CAST(0 AS DECIMAL(20,6))), (CAST(0 AS DECIMAL(20,7))) t(x)
SELECT to_json(array(x)) AS v FROM VALUES (CAST('123456789012345678901234567890.12345678' AS DECIMAL(38,8))) t(x)
SELECT typeof(1 / 0) AS v
SELECT typeof(raise_error('x')) AS v
SELECT typeof(id / 0) AS v FROM s
SELECT typeof(CAST('a' AS INT)) AS v
SELECT x IN ('NaN', 1.5) AS v FROM VALUES (1.5D) t(x)
SELECT 1 IN ('1', 2.5) AS v
SELECT 1 IN ('1', 2.5D) AS v
SELECT '1' IN (1, 2.0) AS v
SELECT 'x' IN (1, 'x') AS v
SELECT 1.5 IN ('NaN', 1.5D) AS v
SELECT DATE'2024-01-01' IN ('2024-01-01', TIMESTAMP'2024-01-01 00:00:00') AS v
SELECT id FROM s HAVING NULL
SELECT count(*) FROM s HAVING NULL
SELECT 1 FROM s JOIN s t ON NULL
SELECT 1 FROM s WHERE CAST(NULL AS BOOLEAN)
SELECT 1 FROM s WHERE NULL AND true
SELECT CASE WHEN NULL THEN 1 END AS v
SELECT if(NULL, 1, 2) AS v
SELECT count(*) FILTER (WHERE NULL) AS v FROM s
SELECT 1 FROM s WHERE (SELECT NULL)
SELECT first_value(v, true) FROM s
SELECT first_value(v, false) FROM s
SELECT first_value(v) IGNORE NULLS FROM s
SELECT last_value(v, true) OVER (ORDER BY id) FROM s
SELECT first(v, true) OVER (ORDER BY id) FROM s
SELECT last(v, true) FROM s
SELECT any_value(v, true) FROM s
SELECT any_value(v, true) OVER (ORDER BY id) FROM s
SELECT first_value(v, false) OVER (ORDER BY id) FROM s
SELECT nth_value(v, 2) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT lag(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT first_value(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT first_value(v) RESPECT NULLS OVER (ORDER BY id) FROM s
SELECT sum(ALL v) FROM s
SELECT count(ALL *) FROM s
SELECT max(ALL v), collect_list(ALL g) FROM s
SELECT sum(id) OVER (w ORDER BY id) FROM s WINDOW w AS (PARTITION BY g)
SELECT sum(id) OVER (w ROWS CURRENT ROW) FROM s WINDOW w AS (ORDER BY id)
SELECT sum(id) OVER w FROM s WINDOW w AS (ORDER BY id)
SELECT sum(id) OVER (w), count(*) OVER (x) FROM s WINDOW w AS (ORDER BY id), x AS (PARTITION BY g)
SELECT sum(id) OVER (nope) FROM s
VALUES (1, DATE'2020-01-01'), (2L, TIMESTAMP'2020-01-01 00:00:00')
SELECT * FROM VALUES (TIMESTAMP_NTZ'2020-01-01 00:00:00'), (TIMESTAMP'2020-01-01 00:00:00') t(x)
SELECT * FROM VALUES (DATE'2020-01-01'), (TIMESTAMP_NTZ'2020-01-01 00:00:00') t(x)
SELECT * FROM VALUES (DATE'2020-01-01'), ('2021-01-01') t(x)
SELECT * FROM VALUES (1), ('2') t(x)
SELECT * FROM VALUES (1), (2.5), (3.5D) t(x)
SELECT * FROM VALUES (array(1)), (array(2L)) t(x)
SELECT * FROM VALUES (1), (DATE'2020-01-01') t(x)
SELECT * FROM s JOIN s t USING (id, nope)
SELECT * FROM s LEFT JOIN (SELECT 1 AS k) t USING (id)
SELECT * FROM s LEFT JOIN (SELECT 1 AS k) t USING (k)
SELECT div(7, 3)
SELECT 7 div 3, id DIV 2 FROM s
SELECT div(7.5, 2)
SELECT div(7, 0)
SELECT div(7)
SELECT div(INTERVAL '10' DAY, INTERVAL '3' DAY)
SELECT min(x) AS v, max(x) AS w FROM VALUES (named_struct('a', 1, 'b', 2)), (named_struct('a', CAST(NULL AS INT), 'b', 3)), (NULL) t(x)
SELECT min(x) AS v, max(x) AS w FROM VALUES (named_struct('a', 1.0D)), (named_struct('a', DOUBLE('NaN'))), (named_struct('a', -0.0D)) t(x)
SELECT max_by(id, named_struct('a', nullif(id, 3))) AS v, min_by(id, named_struct('a', nullif(id, 3))) AS w FROM s
SELECT max(named_struct('a', array(1, NULL))) AS v
SELECT x FROM VALUES (named_struct('a', 1)), (named_struct('a', CAST(NULL AS INT))) t(x) ORDER BY x
SELECT x FROM VALUES (named_struct('a', 1)), (named_struct('a', CAST(NULL AS INT))) t(x) ORDER BY x DESC
SELECT array_sort(array(named_struct('a', 1), named_struct('a', CAST(NULL AS INT)))) AS v
SELECT sort_array(array(named_struct('a', 1), named_struct('a', CAST(NULL AS INT)))) AS v
SELECT array_min(array(named_struct('a', 1), named_struct('a', CAST(NULL AS INT)))) AS v
SELECT greatest(named_struct('a', 1), named_struct('a', CAST(NULL AS INT))) AS v
SELECT named_struct('a', 1) < named_struct('a', CAST(NULL AS INT)) AS v
SELECT from_utc_timestamp(x, 'MST') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'2024-07-01 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'HST') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'EST5EDT') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'PST') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'2024-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'CET') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'MET') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'WET') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1975-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'EET') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'Europe/Amsterdam') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1938-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'Europe/Oslo') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT from_utc_timestamp(x, 'Asia/Calcutta') AS v FROM VALUES (TIMESTAMP'1582-10-15 12:00:00'), (TIMESTAMP'1943-07-01 12:00:00') t(x)
SELECT CAST(x AS DECIMAL(20,6)) AS v FROM VALUES (TIMESTAMP'2024-02-29 12:34:56.123456'), (TIMESTAMP'9999-12-31 23:59:59.999999'), (TIMESTAMP'0001-01-01 00:00:00.000001') t(x)
SELECT CAST(x AS DECIMAL(12,2)) AS v FROM VALUES (TIMESTAMP'2024-02-29 12:34:56.125') t(x)
SELECT x, sum(1) OVER (PARTITION BY x ORDER BY x) AS c FROM VALUES (DOUBLE('NaN')), (-DOUBLE('NaN')) t(x)
SELECT x, rank() OVER (ORDER BY x) AS c FROM VALUES (0.0D), (-0.0D), (1.0D) t(x)
SELECT count(*) AS c FROM VALUES (named_struct('a', 0.0D)), (named_struct('a', -0.0D)) t(x) GROUP BY x
SELECT count(*) OVER (PARTITION BY x) AS c FROM VALUES (named_struct('a', 0.0D)), (named_struct('a', -0.0D)) t(x)
SELECT count(*) OVER (PARTITION BY x) AS c FROM VALUES (array(0.0D)), (array(-0.0D)) t(x)
SELECT count(*) AS c FROM VALUES (array(0.0D)), (array(-0.0D)) t(x) GROUP BY x
SELECT DISTINCT x FROM VALUES (0.0D), (-0.0D) t(x)
SELECT count(DISTINCT x) AS c FROM VALUES (0.0D), (-0.0D) t(x)
SELECT a.x FROM VALUES (0.0D) a(x) JOIN VALUES (-0.0D) b(x) ON a.x = b.x
SELECT x FROM VALUES (0.0D) a(x) INTERSECT SELECT x FROM VALUES (-0.0D) b(x)
SELECT covar_pop(x, y) AS v FROM VALUES (1.5D, 2.25D), (2.75D, 3.5D), (0.1D, 0.3D) t(x, y)
SELECT from_json(x, 'c DECIMAL(10,2)') AS v FROM VALUES ('{"c":"1,00.5"}'), ('{"c":"1.5d"}'), ('{"c":"+1.5"}'), ('{"c":".5"}'), ('{"c":"5."}'), ('{"c":",5"}') t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (array(1, 2)) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (named_struct('a', 1, 'b', 'x')) t(x)
SELECT to_json(map(x, 1)) AS v FROM VALUES (named_struct('a', DATE'2024-01-01', 'b', CAST(NULL AS INT))) t(x)
SELECT from_json(x, 'a INT') AS v FROM VALUES ('{"a":+1}'), ('{"a":-INF}') t(x)
SELECT from_json(x, 'a ARRAY<STRUCT<b:INT>>, c INT') AS v FROM VALUES ('{"a":{"b":1},"c":2}') t(x)
SELECT from_csv(x, 'c DECIMAL(10,2)') AS v FROM VALUES ('1.5 '), ('"1,000.5"') t(x)
SELECT from_csv(x, 'c TIMESTAMP_NTZ') AS v FROM VALUES ('2024-01-01T00:00:00Z'), ('2024-01-01 00:00:00') t(x)
SELECT from_csv(x, 'c FLOAT') AS v FROM VALUES ('INF'), ('Inf'), ('NaN'), ('-Inf'), ('Infinity') t(x)
SELECT from_csv(x, 'c TINYINT') AS v FROM VALUES ('128'), ('200') t(x)
SELECT to_csv(struct(x)) AS v FROM VALUES (0.0000000001BD) t(x)
SELECT CAST(x AS STRING) AS v FROM VALUES (0.0000000001BD) t(x)
SELECT to_json(struct(x)) AS v FROM VALUES (1e-10D), (1e10D), (1e7D), (123456.0D) t(x)
SELECT last_value(v) IGNORE NULLS FROM s
SELECT any_value(v) IGNORE NULLS FROM s
SELECT first(v) IGNORE NULLS FROM s
SELECT last(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT any_value(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT last_value(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT first_value(v) RESPECT NULLS FROM s
SELECT nth_value(v, 2) RESPECT NULLS OVER (ORDER BY id) FROM s
SELECT lead(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT nth_value(v, 2, true) OVER (ORDER BY id) FROM s
SELECT sum(v) IGNORE NULLS FROM s
SELECT max(v) IGNORE NULLS OVER (ORDER BY id) FROM s
SELECT count(DISTINCT ALL v) FROM s
SELECT collect_list(DISTINCT g) FROM s
SELECT first_value(v, true) + 1 FROM s
SELECT first_value(ALL v) FROM s
SELECT abs(ALL v) FROM s
SELECT abs(DISTINCT v) FROM s
SELECT upper(g) IGNORE NULLS FROM s
SELECT upper(g) FILTER (WHERE true) FROM s
SELECT CASE WHEN 1 THEN 2 END AS v
SELECT 1 FROM s LEFT JOIN s t ON NULL
SELECT 1 FROM s JOIN s t ON 1
SELECT id FROM s GROUP BY id HAVING NULL
SELECT id FROM s WHERE id IN (SELECT id FROM s WHERE NULL)
SELECT 1 FROM s WHERE nullif(1, 1)
SELECT 1 FROM s WHERE 'true'

# Types of the rows of VALUES.
SELECT * FROM VALUES (5Y), (5S) t(x)
SELECT * FROM VALUES (5Y), (1) t(x)
SELECT * FROM VALUES (5Y), (8L) t(x)
SELECT * FROM VALUES (5Y), (1.5F) t(x)
SELECT * FROM VALUES (5Y), (2.5D) t(x)
SELECT * FROM VALUES (5Y), (1.25BD) t(x)
SELECT * FROM VALUES (5Y), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (5Y), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (5Y), ('a') t(x)
SELECT * FROM VALUES (5Y), (true) t(x)
SELECT * FROM VALUES (5Y), (X'31') t(x)
SELECT * FROM VALUES (5Y), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (5Y), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (5Y), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (5Y), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (5Y), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (5Y), (array(1)) t(x)
SELECT * FROM VALUES (5Y), (array(2L)) t(x)
SELECT * FROM VALUES (5Y), (array('x')) t(x)
SELECT * FROM VALUES (5Y), (array(1.5D)) t(x)
SELECT * FROM VALUES (5Y), (map('a',1)) t(x)
SELECT * FROM VALUES (5Y), (map('a',1L)) t(x)
SELECT * FROM VALUES (5Y), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (5Y), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (5Y), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (5Y), (NULL) t(x)
SELECT * FROM VALUES (5S), (1) t(x)
SELECT * FROM VALUES (5S), (8L) t(x)
SELECT * FROM VALUES (5S), (1.5F) t(x)
SELECT * FROM VALUES (5S), (2.5D) t(x)
SELECT * FROM VALUES (5S), (1.25BD) t(x)
SELECT * FROM VALUES (5S), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (5S), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (5S), ('a') t(x)
SELECT * FROM VALUES (5S), (true) t(x)
SELECT * FROM VALUES (5S), (X'31') t(x)
SELECT * FROM VALUES (5S), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (5S), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (5S), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (5S), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (5S), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (5S), (array(1)) t(x)
SELECT * FROM VALUES (5S), (array(2L)) t(x)
SELECT * FROM VALUES (5S), (array('x')) t(x)
SELECT * FROM VALUES (5S), (array(1.5D)) t(x)
SELECT * FROM VALUES (5S), (map('a',1)) t(x)
SELECT * FROM VALUES (5S), (map('a',1L)) t(x)
SELECT * FROM VALUES (5S), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (5S), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (5S), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (5S), (NULL) t(x)
SELECT * FROM VALUES (1), (8L) t(x)
SELECT * FROM VALUES (1), (1.5F) t(x)
SELECT * FROM VALUES (1), (2.5D) t(x)
SELECT * FROM VALUES (1), (1.25BD) t(x)
SELECT * FROM VALUES (1), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (1), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (1), ('a') t(x)
SELECT * FROM VALUES (1), (true) t(x)
SELECT * FROM VALUES (1), (X'31') t(x)
SELECT * FROM VALUES (1), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (1), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (1), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (1), (array(1)) t(x)
SELECT * FROM VALUES (1), (array(2L)) t(x)
SELECT * FROM VALUES (1), (array('x')) t(x)
SELECT * FROM VALUES (1), (array(1.5D)) t(x)
SELECT * FROM VALUES (1), (map('a',1)) t(x)
SELECT * FROM VALUES (1), (map('a',1L)) t(x)
SELECT * FROM VALUES (1), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (1), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (1), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (1), (NULL) t(x)
SELECT * FROM VALUES (8L), (1.5F) t(x)
SELECT * FROM VALUES (8L), (2.5D) t(x)
SELECT * FROM VALUES (8L), (1.25BD) t(x)
SELECT * FROM VALUES (8L), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (8L), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (8L), ('a') t(x)
SELECT * FROM VALUES (8L), (true) t(x)
SELECT * FROM VALUES (8L), (X'31') t(x)
SELECT * FROM VALUES (8L), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (8L), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (8L), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (8L), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (8L), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (8L), (array(1)) t(x)
SELECT * FROM VALUES (8L), (array(2L)) t(x)
SELECT * FROM VALUES (8L), (array('x')) t(x)
SELECT * FROM VALUES (8L), (array(1.5D)) t(x)
SELECT * FROM VALUES (8L), (map('a',1)) t(x)
SELECT * FROM VALUES (8L), (map('a',1L)) t(x)
SELECT * FROM VALUES (8L), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (8L), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (8L), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (8L), (NULL) t(x)
SELECT * FROM VALUES (1.5F), (2.5D) t(x)
SELECT * FROM VALUES (1.5F), (1.25BD) t(x)
SELECT * FROM VALUES (1.5F), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (1.5F), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (1.5F), ('a') t(x)
SELECT * FROM VALUES (1.5F), (true) t(x)
SELECT * FROM VALUES (1.5F), (X'31') t(x)
SELECT * FROM VALUES (1.5F), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (1.5F), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1.5F), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1.5F), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (1.5F), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (1.5F), (array(1)) t(x)
SELECT * FROM VALUES (1.5F), (array(2L)) t(x)
SELECT * FROM VALUES (1.5F), (array('x')) t(x)
SELECT * FROM VALUES (1.5F), (array(1.5D)) t(x)
SELECT * FROM VALUES (1.5F), (map('a',1)) t(x)
SELECT * FROM VALUES (1.5F), (map('a',1L)) t(x)
SELECT * FROM VALUES (1.5F), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (1.5F), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (1.5F), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (1.5F), (NULL) t(x)
SELECT * FROM VALUES (2.5D), (1.25BD) t(x)
SELECT * FROM VALUES (2.5D), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (2.5D), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (2.5D), ('a') t(x)
SELECT * FROM VALUES (2.5D), (true) t(x)
SELECT * FROM VALUES (2.5D), (X'31') t(x)
SELECT * FROM VALUES (2.5D), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (2.5D), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (2.5D), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (2.5D), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (2.5D), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (2.5D), (array(1)) t(x)
SELECT * FROM VALUES (2.5D), (array(2L)) t(x)
SELECT * FROM VALUES (2.5D), (array('x')) t(x)
SELECT * FROM VALUES (2.5D), (array(1.5D)) t(x)
SELECT * FROM VALUES (2.5D), (map('a',1)) t(x)
SELECT * FROM VALUES (2.5D), (map('a',1L)) t(x)
SELECT * FROM VALUES (2.5D), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (2.5D), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (2.5D), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (2.5D), (NULL) t(x)
SELECT * FROM VALUES (1.25BD), (CAST(1 AS DECIMAL(38,10))) t(x)
SELECT * FROM VALUES (1.25BD), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (1.25BD), ('a') t(x)
SELECT * FROM VALUES (1.25BD), (true) t(x)
SELECT * FROM VALUES (1.25BD), (X'31') t(x)
SELECT * FROM VALUES (1.25BD), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (1.25BD), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1.25BD), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (1.25BD), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (1.25BD), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (1.25BD), (array(1)) t(x)
SELECT * FROM VALUES (1.25BD), (array(2L)) t(x)
SELECT * FROM VALUES (1.25BD), (array('x')) t(x)
SELECT * FROM VALUES (1.25BD), (array(1.5D)) t(x)
SELECT * FROM VALUES (1.25BD), (map('a',1)) t(x)
SELECT * FROM VALUES (1.25BD), (map('a',1L)) t(x)
SELECT * FROM VALUES (1.25BD), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (1.25BD), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (1.25BD), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (1.25BD), (NULL) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (CAST(1 AS DECIMAL(38,0))) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), ('a') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (true) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (X'31') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (array(1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (array(2L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (array('x')) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (array(1.5D)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (map('a',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (map('a',1L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,10))), (NULL) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), ('a') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (true) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (X'31') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (array(1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (array(2L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (array('x')) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (array(1.5D)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (map('a',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (map('a',1L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (CAST(1 AS DECIMAL(38,0))), (NULL) t(x)
SELECT * FROM VALUES ('a'), (true) t(x)
SELECT * FROM VALUES ('a'), (X'31') t(x)
SELECT * FROM VALUES ('a'), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES ('a'), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES ('a'), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES ('a'), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES ('a'), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES ('a'), (array(1)) t(x)
SELECT * FROM VALUES ('a'), (array(2L)) t(x)
SELECT * FROM VALUES ('a'), (array('x')) t(x)
SELECT * FROM VALUES ('a'), (array(1.5D)) t(x)
SELECT * FROM VALUES ('a'), (map('a',1)) t(x)
SELECT * FROM VALUES ('a'), (map('a',1L)) t(x)
SELECT * FROM VALUES ('a'), (named_struct('a',1)) t(x)
SELECT * FROM VALUES ('a'), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES ('a'), (named_struct('b',1)) t(x)
SELECT * FROM VALUES ('a'), (NULL) t(x)
SELECT * FROM VALUES (true), (X'31') t(x)
SELECT * FROM VALUES (true), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (true), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (true), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (true), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (true), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (true), (array(1)) t(x)
SELECT * FROM VALUES (true), (array(2L)) t(x)
SELECT * FROM VALUES (true), (array('x')) t(x)
SELECT * FROM VALUES (true), (array(1.5D)) t(x)
SELECT * FROM VALUES (true), (map('a',1)) t(x)
SELECT * FROM VALUES (true), (map('a',1L)) t(x)
SELECT * FROM VALUES (true), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (true), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (true), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (true), (NULL) t(x)
SELECT * FROM VALUES (X'31'), (DATE'2024-01-01') t(x)
SELECT * FROM VALUES (X'31'), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (X'31'), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (X'31'), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (X'31'), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (X'31'), (array(1)) t(x)
SELECT * FROM VALUES (X'31'), (array(2L)) t(x)
SELECT * FROM VALUES (X'31'), (array('x')) t(x)
SELECT * FROM VALUES (X'31'), (array(1.5D)) t(x)
SELECT * FROM VALUES (X'31'), (map('a',1)) t(x)
SELECT * FROM VALUES (X'31'), (map('a',1L)) t(x)
SELECT * FROM VALUES (X'31'), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (X'31'), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (X'31'), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (X'31'), (NULL) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (TIMESTAMP'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (array(1)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (array(2L)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (array('x')) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (array(1.5D)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (map('a',1)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (map('a',1L)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (DATE'2024-01-01'), (NULL) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (TIMESTAMP_NTZ'2024-01-01 00:00:00') t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (array(1)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (array(2L)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (array('x')) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (array(1.5D)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (map('a',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (map('a',1L)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP'2024-01-01 00:00:00'), (NULL) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (INTERVAL '1' DAY) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (array(1)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (array(2L)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (array('x')) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (array(1.5D)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (map('a',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (map('a',1L)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (TIMESTAMP_NTZ'2024-01-01 00:00:00'), (NULL) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (INTERVAL '1' MONTH) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (array(1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (array(2L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (array('x')) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (array(1.5D)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (map('a',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (map('a',1L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' DAY), (NULL) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (array(1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (array(2L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (array('x')) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (array(1.5D)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (map('a',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (map('a',1L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (INTERVAL '1' MONTH), (NULL) t(x)
SELECT * FROM VALUES (array(1)), (array('x')) t(x)
SELECT * FROM VALUES (array(1)), (array(1.5D)) t(x)
SELECT * FROM VALUES (array(1)), (map('a',1)) t(x)
SELECT * FROM VALUES (array(1)), (map('a',1L)) t(x)
SELECT * FROM VALUES (array(1)), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (array(1)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (array(1)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (array(1)), (NULL) t(x)
SELECT * FROM VALUES (array(2L)), (array('x')) t(x)
SELECT * FROM VALUES (array(2L)), (array(1.5D)) t(x)
SELECT * FROM VALUES (array(2L)), (map('a',1)) t(x)
SELECT * FROM VALUES (array(2L)), (map('a',1L)) t(x)
SELECT * FROM VALUES (array(2L)), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (array(2L)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (array(2L)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (array(2L)), (NULL) t(x)
SELECT * FROM VALUES (array('x')), (array(1.5D)) t(x)
SELECT * FROM VALUES (array('x')), (map('a',1)) t(x)
SELECT * FROM VALUES (array('x')), (map('a',1L)) t(x)
SELECT * FROM VALUES (array('x')), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (array('x')), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (array('x')), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (array('x')), (NULL) t(x)
SELECT * FROM VALUES (array(1.5D)), (map('a',1)) t(x)
SELECT * FROM VALUES (array(1.5D)), (map('a',1L)) t(x)
SELECT * FROM VALUES (array(1.5D)), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (array(1.5D)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (array(1.5D)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (array(1.5D)), (NULL) t(x)
SELECT * FROM VALUES (map('a',1)), (map('a',1L)) t(x)
SELECT * FROM VALUES (map('a',1)), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (map('a',1)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (map('a',1)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (map('a',1)), (NULL) t(x)
SELECT * FROM VALUES (map('a',1L)), (named_struct('a',1)) t(x)
SELECT * FROM VALUES (map('a',1L)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (map('a',1L)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (map('a',1L)), (NULL) t(x)
SELECT * FROM VALUES (named_struct('a',1)), (named_struct('a',1L)) t(x)
SELECT * FROM VALUES (named_struct('a',1)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (named_struct('a',1)), (NULL) t(x)
SELECT * FROM VALUES (named_struct('a',1L)), (named_struct('b',1)) t(x)
SELECT * FROM VALUES (named_struct('a',1L)), (NULL) t(x)
SELECT * FROM VALUES (named_struct('b',1)), (NULL) t(x)
SELECT * FROM VALUES (NULL), (NULL) t(x)
SELECT * FROM VALUES (1), (2.5), (3L), (1.5F) t(x)
VALUES (1, 'a'), (2.5, 'b'), (3L, NULL)
SELECT x + 1 AS y, max(x) OVER () AS m FROM VALUES (1), (2.5D), (1BD) t(x) ORDER BY x
WITH w AS (VALUES (DATE'2020-01-01'), (TIMESTAMP'2020-01-01 00:00:00')) SELECT * FROM w
SELECT a.x FROM VALUES (1), (2.5), (3.5D) a(x) JOIN VALUES (1), (2.5D) b(x) ON a.x = b.x ORDER BY 1

# Statements as people write them: END, joins by USING, aggregates of casts, guards, lambdas.
SELECT 1 AS a END
SELECT id FROM s WHERE id = 1 END OR 1 = 1
SELECT id FROM s END ORDER BY id LIMIT 1
SELECT 1;
SELECT count(*), count(1) FROM s
SELECT count(*) AS a, count(1) AS b FROM s HAVING count(1) > 1
SELECT g, count(*) FROM s GROUP BY g HAVING count(1) > 1 ORDER BY count(1)
SELECT avg(v), avg(CAST(v AS DECIMAL(10,2))) FROM s
SELECT sum(v), sum(CAST(v AS DOUBLE)), sum(CAST(v AS BIGINT)) FROM s
SELECT max(v), max(CAST(v AS BIGINT)) FROM s
SELECT g, max(v), max(CAST(v AS STRING)) FROM s GROUP BY g ORDER BY g
SELECT count(DISTINCT v), count(DISTINCT CAST(v AS STRING)) FROM s
SELECT count(*) FROM s JOIN s t USING (id) WHERE id = 1
SELECT id * 2 AS d FROM s JOIN s t USING (id) WHERE id = 1
SELECT id * 2 FROM s LEFT JOIN s t USING (id) WHERE id > 1 ORDER BY 1
SELECT id, count(*) FROM s JOIN s t USING (id) GROUP BY id HAVING id > 1 ORDER BY id
SELECT ID, s.g FROM s JOIN s t USING (id) ORDER BY 1
SELECT max(id) FROM s JOIN s t USING (id)
SELECT id, g, v FROM s JOIN s t USING (id, g, v) WHERE v > 1 ORDER BY id
SELECT id FROM s SEMI JOIN s t USING (id) WHERE id > 1 ORDER BY id
SELECT transform(ss, x -> upper(x)) u FROM VALUES (1, array('a')), (2, array()) AS t(id, ss)
SELECT id, filter(ss, x -> x > id) u FROM VALUES (1, array(1, 2)), (2, array(3)) AS t(id, ss)
SELECT aggregate(ss, 0, (a, x) -> a + x) u FROM VALUES (1, array(1, 2)), (2, array(3)) AS t(id, ss)
SELECT coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(coalesce(v, 1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11), 12), 13), 14), 15), 16), 17), 18), 19), 20) AS v FROM s
SELECT id FROM (SELECT a.id, b.id FROM s a JOIN s b ON a.id = b.id)
SELECT a.g, b.v FROM s a, s b JOIN s c ON a.id = c.id WHERE b.id = a.id ORDER BY 1, 2
SELECT count(*) AS c FROM s SEMI JOIN s t
SELECT k.id FROM s k ANTI JOIN s t ON false ORDER BY 1
SELECT e.id, (SELECT count(*) FROM s x WHERE x.v > e.v) AS n FROM s e ORDER BY 1
SELECT first_value(v, true) OVER (PARTITION BY g ORDER BY id) AS q FROM s ORDER BY id
SELECT v AS q, sum(q) OVER (ORDER BY id) AS r FROM s
SELECT id FROM s ORDER BY row_number() OVER (ORDER BY id DESC)
SELECT median(v) OVER (ORDER BY id) AS q FROM s
SELECT median(v) OVER (PARTITION BY g) AS q FROM s ORDER BY 1
SELECT id FROM s WHERE v = ANY (SELECT v FROM s)
SELECT id FROM s LIMIT 1L
SELECT row_number() OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS q FROM s ORDER BY 1
SELECT sum(v) OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS q FROM s
SELECT sum(v) OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS q FROM s
SELECT sum(v) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS q FROM s
SELECT lag(v, 1, 2, 3) OVER (ORDER BY id) AS q FROM s
SELECT nth_value(v, id) OVER (ORDER BY id) AS q FROM s
SELECT t.* FROM s
CREATE OR REPLACE TEMPORARY VIEW k AS SELECT * FROM VALUES (1, 8, 0, 2147483647, '7', array(1)), (2, 8, 2, 1, 'x', array()), (3, NULL, NULL, NULL, NULL, NULL), (4, 20, 1, 3, '12', array(4)) AS t(id, a, b, m, s, r)
SELECT id FROM k WHERE b <> 0 AND a / b > 1 ORDER BY id
SELECT id, a / b AS q FROM k WHERE b <> 0 AND a / b > 1 ORDER BY id
SELECT id FROM k WHERE NOT (b <> 0) OR a / b > 1 ORDER BY id
SELECT id, b <> 0 AND a / b > 1 AS q FROM k ORDER BY id
SELECT id, NOT (b <> 0) OR a / b > 1 AS q FROM k ORDER BY id
SELECT id FROM k WHERE s <> 'x' AND CAST(s AS INT) > 1 ORDER BY id
SELECT id FROM k WHERE size(r) > 0 AND r[0] > 1 ORDER BY id
SELECT id FROM k WHERE m < 9 AND m + 1 > 1 ORDER BY id
SELECT count(*) FROM k WHERE b IS NOT NULL AND b <> 0 AND a % b = 0 AND id > 1
SELECT x.id FROM k x JOIN k y ON x.id = y.id WHERE x.b <> 0 AND y.a / x.b > 1 ORDER BY 1
SELECT g, max(x), min(x) FROM VALUES ('a', 1.5D), ('a', DOUBLE('NaN')), ('b', DOUBLE('NaN')), ('b', -DOUBLE('Infinity')), ('c', NULL) t(g, x) GROUP BY g ORDER BY g
SELECT max(x), min(x) FROM VALUES (1.5F), (FLOAT('NaN')), (-0.0F), (0.0F) t(x)
SELECT g, x, max(x) OVER (PARTITION BY g ORDER BY x) AS m FROM VALUES ('a', 1.5D), ('a', DOUBLE('NaN')), ('b', DOUBLE('NaN')), ('b', 2D) t(g, x) ORDER BY g, x
SELECT DISTINCT x FROM VALUES (-0.0D), (0.0D) t(x)
SELECT sum(x) AS s FROM (SELECT x * 10 AS x FROM (SELECT 1 + 1 AS x) UNION ALL SELECT 1)
SELECT sum(id) AS s FROM (SELECT id FROM s UNION ALL SELECT id + 1 AS id FROM s WHERE id > 2)
SELECT DISTINCT k FROM (SELECT 1 AS k UNION ALL SELECT id + 1 FROM s) ORDER BY k
SELECT id, a + b AS q FROM VALUES (1, 2147483647, 1), (2, 1, 1) t(id, a, b) WHERE id = 2
SELECT id FROM s WHERE id > 1 AND 10 / (id - 1) > 0 ORDER BY id
SELECT q FROM (SELECT id, 10 / (id - 1) AS q FROM s WHERE id > 1) WHERE q > 1
SELECT id, if(id > 1, CAST(if(id = 1, 'x', '5') AS INT), -1) AS q FROM s ORDER BY 1
SELECT transform(array(n), v -> v + 1) AS q FROM VALUES (1, 2, 3), (2, NULL, 1) AS t(id, n, m)
SELECT transform(array(m), x -> x + 1) AS q FROM (SELECT g, id, max(v) AS m FROM s GROUP BY g, id) ORDER BY q
SELECT transform(array(id), x -> x + 1) AS q FROM (SELECT id, g FROM s ORDER BY g, id LIMIT 2)
SELECT id, (SELECT max(y.v) FROM s y WHERE y.id < x.id) AS q FROM s x ORDER BY id
SELECT id, row_number() OVER (ORDER BY b) AS q FROM VALUES (1, X'01'), (2, X'02') t(id, b)
