# Functions without parentheses beside columns of their names, units of time, keywords as names.
SELECT DATEDIFF('month', DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEDIFF(MONTH, DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEDIFF(foo, DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEDIFF('foo', DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEDIFF(1, DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEDIFF(NULL, DATE'2020-01-01', DATE'2020-03-01')
SELECT DATEADD('month', 1, DATE'2020-01-01')
SELECT DATEADD(foo, 1, DATE'2020-01-01')
SELECT DATE_ADD('month', 1, DATE'2020-01-01')
SELECT DATE_ADD(month, 1, DATE'2020-01-01')
SELECT DATE_DIFF('month', DATE'2020-01-01', DATE'2020-03-01')
SELECT DATE_DIFF(day, DATE'2020-01-01', DATE'2020-03-01')
SELECT TIMEDIFF(month, DATE'2020-01-01', DATE'2020-03-01')
SELECT TIMEDIFF('month', DATE'2020-01-01', DATE'2020-03-01')
SELECT TIMESTAMPADD('month', 1, DATE'2020-01-01')
SELECT TIMESTAMPADD(month, 1, DATE'2020-01-01')
SELECT TIMESTAMPADD("month", 1, DATE'2020-01-01')
SELECT TIMESTAMPADD(foo, 1, DATE'2020-01-01')
SELECT TIMESTAMPDIFF('month', DATE'2020-01-01', DATE'2020-03-01')
SELECT TIMESTAMPDIFF(foo, DATE'2020-01-01', DATE'2020-03-01')
SELECT extract('month' FROM DATE'2020-01-01')
SELECT extract(foo FROM DATE'2020-01-01')
SELECT date_part('month', DATE'2020-01-01')
SELECT date_part('foo', DATE'2020-01-01')
SELECT date_part(month, DATE'2020-01-01')
SELECT datepart('month', DATE'2020-01-01')
SELECT date_trunc('foo', TIMESTAMP'2020-01-01 00:00:00')
SELECT date_trunc(month, TIMESTAMP'2020-01-01 00:00:00')
SELECT trunc(DATE'2020-01-01', 'foo')
SELECT current_date FROM VALUES (1) t(current_date)
SELECT current_date FROM (SELECT 1 AS current_date)
SELECT t.current_date FROM VALUES (1) t(current_date)
SELECT current_timestamp FROM VALUES (1) t(current_timestamp)
SELECT localtimestamp FROM VALUES (1) t(localtimestamp)
SELECT now FROM VALUES (1) t(now)
SELECT current_user FROM VALUES (1) t(current_user)
SELECT session_user FROM VALUES (1) t(session_user)
SELECT user FROM VALUES (1) t(user)
SELECT current_time FROM VALUES (1) t(current_time)
SELECT current_catalog FROM VALUES (1) t(current_catalog)
SELECT current_database FROM VALUES (1) t(current_database)
SELECT current_schema FROM VALUES (1) t(current_schema)
SELECT current_timezone FROM VALUES (1) t(current_timezone)
SELECT grouping__id FROM VALUES (1) t(grouping__id)
SELECT current_date() FROM VALUES (1) t(current_date)
SELECT max(current_date) FROM VALUES (1), (3) t(current_date)
SELECT current_date + 1 FROM VALUES (1) t(current_date)
SELECT current_date, count(*) FROM VALUES (1) t(current_date) GROUP BY current_date
SELECT a FROM VALUES (1, 2) t(a, current_date) WHERE current_date = 2
SELECT a FROM VALUES (1, 2), (2, 1) t(a, current_date) ORDER BY current_date
SELECT * FROM VALUES (1) t(current_date)
SELECT a AS current_date FROM VALUES (1) t(a) ORDER BY current_date
SELECT (SELECT current_date) FROM VALUES (1) t(current_date)
SELECT a FROM VALUES (1) t(a) WHERE EXISTS (SELECT 1 FROM VALUES (1) u(current_date) WHERE current_date = a)
SELECT current_database IS NULL
SELECT current_schema IS NULL
SELECT current_timezone IS NULL
SELECT now IS NULL
SELECT localtimestamp IS NULL
SELECT current_time IS NULL
SELECT session_user IS NULL
SELECT user IS NULL
SELECT current_user IS NULL
SELECT `current_user` IS NULL
SELECT `current_date` IS NULL
SELECT `user` IS NULL
SELECT current_date IS NULL
SELECT t.current_date FROM VALUES (1) t(a)
SELECT current_date.x FROM VALUES (named_struct('x', 1)) t(current_date)
SELECT CURRENT_DATE IS NULL, Current_Timestamp IS NULL
SELECT 1 AS current_date, current_date + 1
SELECT transform(array(1), current_date -> current_date + 1)
SELECT * FROM VALUES (1) t(current_date) JOIN VALUES (1) u(current_date) USING (current_date)
WITH t AS (SELECT 5 AS user) SELECT user FROM t
SELECT * FROM (cases.s)
SHOW TABLES IN nosuch
SELECT 1 AS end
SELECT 1 AS select
SELECT 1 AS from
SELECT 1 AS where
SELECT 1 AS order
SELECT 1 AS group
SELECT 1 AS having
SELECT 1 AS limit
SELECT 1 AS union
SELECT 1 AS join
SELECT 1 AS on
SELECT 1 AS using
SELECT 1 AS case
SELECT 1 AS when
SELECT 1 AS then
SELECT 1 AS else
SELECT 1 AS and
SELECT 1 AS or
SELECT 1 AS not
SELECT 1 AS in
SELECT 1 AS is
SELECT 1 AS null
SELECT 1 AS true
SELECT 1 AS set
SELECT 1 AS with
SELECT 1 AS by
SELECT 1 AS asc
SELECT 1 AS desc
SELECT 1 AS distinct
SELECT 1 AS all
SELECT 1 AS any
SELECT 1 AS some
SELECT 1 AS exists
SELECT 1 AS between
SELECT 1 AS like
SELECT 1 AS interval
SELECT 1 AS date
SELECT 1 AS timestamp
SELECT 1 AS time
SELECT 1 AS left
SELECT 1 AS right
SELECT 1 AS full
SELECT 1 AS cross
SELECT 1 AS natural
SELECT 1 AS inner
SELECT 1 AS outer
SELECT 1 AS lateral
SELECT 1 AS window
SELECT 1 AS over
SELECT 1 AS partition
SELECT 1 AS rows
SELECT 1 AS range
SELECT 1 AS qualify
SELECT 1 AS pivot
SELECT 1 AS sort
SELECT 1 AS cluster
SELECT 1 AS distribute
SELECT 1 AS offset
SELECT 1 AS fetch
SELECT 1 AS for
SELECT 1 AS except
SELECT 1 AS intersect
SELECT 1 AS minus
SELECT 1 AS user
SELECT 1 AS current_date
SELECT 1 AS key
SELECT 1 AS year
SELECT 1 AS sample
SELECT 1 AS tablesample
SELECT 1 end
SELECT 1 order
SELECT 1 limit
SELECT 1 offset
SELECT 1 window
SELECT 1 sort
SELECT 1 cluster
SELECT 1 distribute
SELECT 1 table
SELECT 1 values
SELECT 1 set
SELECT 1 with
SELECT 1 by
SELECT 1 left
SELECT 1 right
SELECT 1 partition
SELECT 1 over
SELECT 1 view
SELECT 1 lateral
SELECT 1 for
SELECT 1 fetch
SELECT 1 then
SELECT 1 connect
SELECT 1 prewhere
SELECT 1 settings
SELECT 1 format
SELECT 1 sample
SELECT 1 into
SELECT 1 return
SELECT 1 returning
SELECT 1 analyze
SELECT 1 explain
SELECT 1 top
SELECT order FROM VALUES (1) t(order)
SELECT group FROM VALUES (1) t(group)
SELECT key, value FROM VALUES (1, 2) t(key, value)
SELECT left FROM VALUES (1) t(left)
SELECT date FROM VALUES (1) t(date)
SELECT timestamp FROM VALUES (1) t(timestamp)
SELECT interval FROM VALUES (1) t(interval)
SELECT year, month, day FROM VALUES (1, 2, 3) t(year, month, day)
SELECT values FROM VALUES (1) t(values)
SELECT a FROM VALUES (1) AS user(a)
SELECT a FROM VALUES (1) AS left(a)
SELECT a FROM VALUES (1) AS end(a)
SELECT limit FROM VALUES (1) t(limit)
SELECT t.limit FROM VALUES (1) t(limit)
SELECT t.order, t.group, t.select, t.from FROM VALUES (1, 2, 3, 4) t(order, group, select, from)
SELECT end FROM VALUES (1) t(end)
SELECT case FROM VALUES (1) t(case)
SELECT exists FROM VALUES (1) t(exists)
SELECT position FROM VALUES (1) t(position)
SELECT trim FROM VALUES (1) t(trim)
SELECT extract FROM VALUES (1) t(extract)
SELECT substring FROM VALUES (1) t(substring)
SELECT cast FROM VALUES (1) t(cast)
SELECT struct FROM VALUES (1) t(struct)
SELECT array FROM VALUES (1) t(array)
SELECT map FROM VALUES (1) t(map)
SELECT row FROM VALUES (1) t(row)
SELECT rows FROM VALUES (1) t(rows)
SELECT first, last FROM VALUES (1, 2) t(first, last)
SELECT offset FROM VALUES (1) t(offset)
SELECT type, name, comment FROM VALUES (1, 2, 3) t(type, name, comment)
SELECT a all FROM VALUES (1) t(a)
SELECT a AS `order` FROM VALUES (1) t(a) ORDER BY order
SELECT max(order) FROM VALUES (1) t(order) GROUP BY group
SELECT named_struct('order', 1).order
SELECT named_struct('select', 1).select
SELECT named_struct('from', 1).from
SELECT named_struct('end', 1).end
SELECT named_struct('case', 1).case
