# Statements of the tests and guides of this repository that need no tables of their own.
SELECT * FROM RANGE(10)
SELECT 1
SELECT a FROM main.s.t
SELECT * FORM t
SELECT (1
SELECT 'a
SELECT 1; SELECT 2
SELECT * FROM a.b.c
SELECT idd FROM range(3)
SELECT x.id FROM range(3) r
SELECT nofunction(1)
SELECT 1 / 0
SELECT 1.0 / 0
SELECT 1 DIV 0
SELECT 10 / (id - 1) FROM range(3)
SELECT CAST('abc' AS INT)
SELECT CAST('abc' AS DATE)
SELECT CAST('abc' AS TIMESTAMP)
SELECT CAST('abc' AS DECIMAL(5,2))
SELECT CAST(1 AS GEOMETRY)
SELECT raise_error('my words')
SELECT id, count(*) FROM range(3)
SELECT * FROM range(3) PIVOT (count(*) FOR id IN (1, 2))
SELECT 1 INTO t
SELECT * FROM range(9) TABLESAMPLE (50 PERCENT)
SELECT * FROM range(3) FOR UPDATE
SELECT CASE WHEN id = 0 THEN 0 ELSE 1 / id END FROM range(2)
SELECT raise_error('no') FROM range(0)
SELECT name FROM main.default.trips LIMIT 1
SELECT 6 * 7 AS n
SELECT 'foo' `p`, * FROM RANGE(3)
SELECT -1
SELECT 2147483647
SELECT 2147483648
SELECT -2147483648
SELECT -9223372036854775808
SELECT 9223372036854775808
SELECT 1.5
SELECT -0.05
SELECT 1.5D
SELECT 1.5F
SELECT 1.5BD
SELECT 5L
SELECT 5S
SELECT 5Y
SELECT 1e3
SELECT X'1aFF'
SELECT 'a'
SELECT "a"
SELECT 'it's' AS q
SELECT 'a' 'b' AS q
SELECT TRUE
SELECT NULL
SELECT DATE '2024-02-29' AS d
SELECT TIMESTAMP '2024-02-29 12:30:00' AS t
SELECT CAST('2024-02-29 12:30:00.123456' AS TIMESTAMP_NTZ) AS t
SELECT 1 AS Foo
SELECT 1 `Foo Bar`
SELECT ID FROM RANGE(1)
SELECT `Id` FROM RANGE(1)
SELECT r.id FROM RANGE(1) r
SELECT count(*) FROM RANGE(3)
SELECT COUNT(id), Sum(id) FROM RANGE(3)
SELECT id + 1 FROM RANGE(1)
SELECT CAST(id AS INT) FROM RANGE(1)
SELECT id IS NULL FROM RANGE(1)
SELECT 1 AS a, 2 AS a
SELECT 1, 1
SELECT id, * FROM RANGE(1)
SELECT *, id + 1 AS id FROM RANGE(1)
SELECT 7 AS id, *, 8 AS x FROM RANGE(1) ORDER BY x
SELECT * FROM RANGE(1) a JOIN RANGE(1) b ON a.id = b.id
SELECT a.id, b.id FROM RANGE(1) a, RANGE(1) b
SELECT id FROM RANGE(1) a, RANGE(1) b
SELECT * FROM range(0)
SELECT * FROM range(-3)
SELECT * FROM range(2, 4)
SELECT * FROM range(0, 7, 3)
SELECT * FROM range(0, 6, 3)
SELECT * FROM range(3, 0, -2)
SELECT * FROM Range(1 + 1)
SELECT * FROM range(1, 2, 0)
SELECT * FROM numbers(3)
SELECT 7 / 2
SELECT -7 DIV 2
SELECT 1 + 7 DIV 2 * 3
SELECT 7 % 4
SELECT 1.5D / 0.5D
SELECT 'a' || 'b'
SELECT NULL <=> NULL
SELECT 1 != 2
SELECT !TRUE
SELECT 'abc' RLIKE 'b.'
SELECT 'abc' NOT RLIKE 'x'
SELECT 'a%c' LIKE 'a\%c'
SELECT 'abc' LIKE 'a\%c'
SELECT 2 IN (1, 2)
SELECT CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END
SELECT DATE '2024-01-31' + INTERVAL 1 DAY
SELECT DATE '2024-01-31' + INTERVAL '1' MONTH
SELECT CAST('12' AS INT)
SELECT INT('12')
SELECT TRY_CAST('x' AS INT)
SELECT CAST('ab' AS BINARY)
SELECT CAST(X'6162' AS STRING)
SELECT CAST(1.5 AS STRING)
SELECT CAST(TRUE AS STRING)
SELECT CAST(TIMESTAMP '2024-01-02 03:04:05' AS STRING)
SELECT CAST(TIMESTAMP '2024-01-02 03:04:05.120' AS STRING)
SELECT CAST('1.239' AS DECIMAL(5, 2))
SELECT CAST('2024-01-02' AS DATE)
SELECT typeof(CAST(NULL AS MAP<STRING, ARRAY<INT>>))
SELECT typeof(1.50)
SELECT nvl(NULL, 2)
SELECT coalesce(NULL, 'a')
SELECT ifnull(NULL, 2)
SELECT if(1 > 0, 'a', 'b')
SELECT date_add(DATE '2024-01-31', 1)
SELECT date_sub(DATE '2024-03-01', 1)
SELECT datediff(DATE '2024-03-01', DATE '2024-02-28')
SELECT year(DATE '2024-03-01')
SELECT month(DATE '2024-03-01'), day(DATE '2024-03-05')
SELECT extract(YEAR FROM DATE '2024-03-01')
SELECT date_trunc('MONTH', TIMESTAMP '2024-03-05 10:00:00')
SELECT concat('a', 'b', 'c')
SELECT concat('a', 1)
SELECT concat_ws('-', 'a', 'b')
SELECT substring('hello', 2, 3)
SELECT substr('hello', -3)
SELECT trim(' a ')
SELECT lpad('7', 3, '0')
SELECT replace('abc', 'b', 'x')
SELECT split('a,b', ',')
SELECT split('a.b', '\\.')
SELECT date_format(DATE '2024-03-05', 'dd/MM/yyyy')
SELECT to_date('05/03/2024', 'dd/MM/yyyy')
SELECT to_timestamp('2024-03-05 01:02:03')
SELECT count_if(id > 1) FROM range(4)
SELECT dayofweek(DATE '2024-03-03'), quarter(DATE '2024-03-03')
SELECT dayofyear(DATE '2024-02-01')
SELECT hour(TIMESTAMP '2024-03-05 01:02:03')
SELECT hex(255), unhex('6162')
SELECT round(2.5D), round(1.234D, 2)
SELECT abs(-3), ceil(1.2), floor(1.8)
SELECT greatest(1, 3, 2), least(3, 1)
SELECT pmod(-1, 3)
SELECT array(1, 2, 3)
SELECT array(1, 2)[0], array(1, 2)[1], get(array(1), 7)
SELECT sequence(1, 3)
SELECT size(array(1, 2))
SELECT array_contains(array(1, 2), 2)
SELECT try_divide(1, 0)
SELECT id % 2 AS k, count(*) AS n FROM range(5) GROUP BY 1 ORDER BY 1
SELECT id % 2, sum(id) FROM range(5) GROUP BY id % 2 HAVING sum(id) > 4
SELECT count(*) FROM range(4) GROUP BY id % 2 ORDER BY count(*)
SELECT avg(id), max(id), min(id) FROM range(4)
SELECT count(DISTINCT id % 2) FROM range(4)
SELECT count(*) FILTER (WHERE id > 1) FROM range(4)
SELECT collect_list(id) FROM range(3)
SELECT DISTINCT id % 2 AS k FROM range(4) ORDER BY k
SELECT id FROM range(5) ORDER BY id DESC LIMIT 2
SELECT id FROM range(5) ORDER BY id LIMIT 2 OFFSET 1
SELECT col1 FROM VALUES (1, 'a')
SELECT id, row_number() OVER (ORDER BY id DESC) FROM range(2) ORDER BY id
SELECT id, lag(id, 1) OVER (ORDER BY id) FROM range(2)
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)
WITH a AS (SELECT 1 AS x) SELECT x + 1 FROM a
SELECT (SELECT max(id) FROM range(3)) AS m
SELECT id FROM range(3) a WHERE EXISTS (SELECT 1 FROM range(2) b WHERE a.id = b.id) ORDER BY id
SELECT 1 UNION ALL SELECT 2
SELECT a.id FROM range(3) a LEFT ANTI JOIN range(2) b ON a.id = b.id
SELECT * EXCEPT (b) FROM VALUES (1, 2) AS t(a, b)
SELECT * FROM main.sales.t
SELECT count(*) FROM RANGE(10) /* Python */
SELECT count(*) AS n FROM RANGE(10) /* Node.js */
SELECT 1 AS one
select 5
select nosuch from range(1)
select 1; select 2
select raise_error('boom')
select raise_error('boom-4711')
select * from range(5)
select 7
select 1
select id, 'x' as s from range(0)
select 1 as a, 2 as a
select array(cast(id as int), null) as list, map('k', cast(id as int)) as map, named_struct('a', cast(id as int), 'b', 'x') as member from range(0, 2, 1, 1)
select id, 'x' as name from range(0)
select 2
select 3
select * from range(10)
select 7 as a union all select 8
SELECT * FROM RANGE(3)
select slow
select small
select before
select after
select bad
select late
select nothing
select
select the big one
SELECT
SELECT 'canary-literal' -- small
select 1 / 0
WITH t AS (SELECT 1) SELECT * FROM t
select id from range(3)
# Names of what is converted, and errors of grouping and of range.
SELECT CAST(s.id AS STRING) FROM s LIMIT 1
SELECT TRY_CAST(id AS STRING) FROM s LIMIT 1
SELECT int(id) FROM s LIMIT 1
SELECT string(g) FROM s LIMIT 1
SELECT date(g) FROM s LIMIT 0
SELECT CAST(CAST(id AS INT) AS STRING) FROM s LIMIT 1
SELECT CAST((id) AS STRING) FROM s LIMIT 1
SELECT (CAST(id AS STRING)) FROM s LIMIT 1
SELECT CAST(ID AS STRING) FROM s LIMIT 1
SELECT CAST(a.b AS STRING) FROM (SELECT struct(1 AS b) AS a)
SELECT CAST(a.B AS STRING) FROM (SELECT struct(1 AS b) AS a)
SELECT a.B FROM (SELECT struct(1 AS b) AS a)
SELECT CAST(a['b'] AS STRING) FROM (SELECT map('b', 1) AS a)
SELECT upper(CAST(id AS STRING)) FROM s LIMIT 1
SELECT CAST(id AS STRING) || 'x' FROM s LIMIT 1
SELECT max(CAST(id AS STRING)) FROM s
SELECT CAST(id AS STRING), CAST(id AS INT) FROM s LIMIT 1
SELECT CAST(id AS STRING) FROM s GROUP BY CAST(id AS STRING) ORDER BY 1 LIMIT 1
SELECT * FROM (SELECT CAST(id AS STRING) FROM s) LIMIT 1
SELECT id FROM (SELECT CAST(id AS STRING) FROM s) LIMIT 1
SELECT (SELECT CAST(max(id) AS STRING) FROM s)
SELECT -id, +id FROM s LIMIT 1
SELECT CAST(NULL AS MAP<STRING, INT>)
SELECT CAST(NULL AS ARRAY<INT>)
SELECT CAST(NULL AS STRUCT<a: INT, b: STRING>)
SELECT typeof(CAST(NULL AS INT))
SELECT typeof(CAST(NULL AS ARRAY<INT>))
SELECT typeof(CAST(1 AS BIGINT))
SELECT TIMESTAMP '2024-01-02 03:04:05.120'
SELECT TIMESTAMP '2024-01-02 03:04:05.000'
SELECT TIMESTAMP '2024-01-02'
SELECT TIMESTAMP '2024-1-2 3:04'
SELECT DATE '2024-1-2'
SELECT TIMESTAMP_NTZ '2024-01-02 03:04:05.10'
SELECT TIMESTAMP '2024-01-02T03:04:05Z'
SELECT TIMESTAMP '2024-01-02 03:04:05+02:00'
SELECT g, count(*), v FROM s GROUP BY g
SELECT id, max(v) FROM s
SELECT id + 1, max(v) FROM s
SELECT max(v) FROM s HAVING id > 1
SELECT *, count(*) FROM s
SELECT id FROM s ORDER BY count(*)
SELECT g FROM s GROUP BY g ORDER BY v
SELECT g FROM s GROUP BY g HAVING v > 1
SELECT * FROM range(1, 2, 0)
SELECT * FROM range()
SELECT * FROM range(1,2,3,4,5)
SELECT * FROM range('a')
SELECT * FROM range(NULL)
SELECT * FROM range(1.5)
