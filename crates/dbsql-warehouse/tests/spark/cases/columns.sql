# Expressions over columns of each type.

CREATE OR REPLACE TEMPORARY VIEW ty AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (2, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1.5'), (3, false, -128Y, -32768S, -2147483648, -9223372036854775808L, CAST('-Infinity' AS FLOAT), CAST('-Infinity' AS DOUBLE), -999.99BD, -9999999999999999999999999999.9999999999BD, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00', INTERVAL '-178956970-7' YEAR TO MONTH, INTERVAL '-100000 04:00:54.775807' DAY TO SECOND, array(), map(), named_struct('x', -2147483648, 'y', ''), array(), '-1e3'), (4, true, 127Y, 32767S, 2147483647, 9223372036854775807L, CAST('Infinity' AS FLOAT), CAST('Infinity' AS DOUBLE), 999.99BD, 9999999999999999999999999999.9999999999BD, 'zzz', X'FF', DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '100000 04:00:54.775807' DAY TO SECOND, array(2147483647), map('z', 2147483647), named_struct('x', 2147483647, 'y', 'zzz'), array('z', NULL), '99999999999'), (5, false, 0Y, 0S, 0, 0L, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), 0.00BD, 0.0000000000BD, 'ABC', X'00', DATE'1970-01-01', TIMESTAMP'1970-01-01 00:00:00', TIMESTAMP_NTZ'1970-01-01 00:00:00', INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, array(0), map('', 0), named_struct('x', 0, 'y', CAST(NULL AS STRING)), array(''), 'NaN'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (7, false, -1Y, -1S, -1, -1L, CAST('-0.0' AS FLOAT), -0.0D, -0.01BD, -0.0000000001BD, 'ß😀é', X'F09F9880', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', INTERVAL '-0-1' YEAR TO MONTH, INTERVAL '-0 00:00:00.000001' DAY TO SECOND, array(NULL, -1), map('😀', -1), named_struct('x', CAST(NULL AS INT), 'y', '😀'), array('😀', 'ß'), ' 7 '), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'), 'x') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tm AS SELECT * FROM ty WHERE id NOT IN (3, 4)
CREATE OR REPLACE TEMPORARY VIEW te AS SELECT * FROM ty WHERE id > 99
CREATE OR REPLACE TEMPORARY VIEW p AS SELECT id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, if(id = 6, NULL, ym) AS ym, if(id = 6, NULL, ds) AS ds, ar, mp, sr, sa, sn FROM VALUES (1, true, 1Y, 1S, 1, 1L, 1.5F, 1.5D, 1.50BD, 12.3456789012BD, 'abc', X'616263', DATE'2024-02-29', TIMESTAMP'2024-02-29 10:11:12.5', TIMESTAMP_NTZ'2024-02-29 10:11:12.5', INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array('a', 'B'), '1'), (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, INTERVAL '0-0' YEAR TO MONTH, INTERVAL '0 00:00:00' DAY TO SECOND, NULL, NULL, NULL, NULL, NULL), (8, true, 2Y, 2S, 2, 2L, 0.0F, 0.0D, 2.25BD, 2.2500000000BD, 'Ab c', X'4162', DATE'2024-03-01', TIMESTAMP'2024-03-01 00:00:00', TIMESTAMP_NTZ'2024-03-01 00:00:00', INTERVAL '0-11' YEAR TO MONTH, INTERVAL '0 23:59:59' DAY TO SECOND, array(3, 1, 2), map('K', 3, 'k', 2), named_struct('x', 1, 'y', 'a'), array('b', 'a', 'b'),'2') AS v(id, b, t, s, i, l, f, d, dc, dd, st, bi, da, ts, tn, ym, ds, ar, mp, sr, sa, sn)
CREATE OR REPLACE TEMPORARY VIEW tx AS SELECT * FROM VALUES (1, 'Hello World', 'o', 2, 3, '%o%', 'l+'), (2, '', '', 0, -1, '', ''), (3, NULL, 'x', NULL, 1, NULL, NULL), (4, 'ß😀é😀', '😀', 2, 1, '_😀%', '[😀é]'), (5, 'a_b%c.d', '_', -2, 10, 'a\\_b%', '[.]d'), (6, '  pad  ', ' ', 1, 0, '%', '^\\s+') AS t(id, x, y, n, m, lk, rx)
CREATE OR REPLACE TEMPORARY VIEW dt AS SELECT * FROM VALUES (1, DATE'2024-01-31', TIMESTAMP'2024-01-31 23:59:59.123456', 1, 'yyyy-MM-dd', 'MONTH', 'UTC', '2024-01-31'), (2, DATE'1582-10-04', TIMESTAMP'1582-10-15 00:00:00', -1, 'dd/MM/yy HH:mm', 'year', 'Asia/Tokyo', '2024-1-1'), (3, NULL, NULL, 2, 'E', 'week', '+05:30', NULL), (4, DATE'2000-02-29', TIMESTAMP'2000-02-29 12:00:00', NULL, NULL, NULL, NULL, '2000-02-29 12:00:00'), (5, DATE'9999-12-01', TIMESTAMP'1900-01-01 00:00:01', 12, 'D', 'day', 'America/New_York', '9999-12-31') AS t(id, d, t, n, f, u, z, s)
CREATE OR REPLACE TEMPORARY VIEW c AS SELECT * FROM VALUES (1, array(3, 1, NULL, 2), array('b', 'a', NULL), map('k', 1, 'l', NULL), 2, 'a', array(array(1, 2), array(3)), array(named_struct('p', 1, 'q', 'x'), named_struct('p', NULL, 'q', 'y'))), (2, array(), array(), map(), 1, 'k', array(), array()), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, array(2, 2, 1), array('a', '', 'a'), map('a', 5), -1, 'l', array(NULL, array(), array(NULL, 4)), array(NULL, named_struct('p', 2, 'q', NULL))) AS t(id, a, s, m, n, k, aa, st)
SELECT id, b + s AS a FROM p ORDER BY id
SELECT id, b - l AS a FROM p ORDER BY id
SELECT id, b + f AS a FROM p ORDER BY id
SELECT id, b + st AS a FROM p ORDER BY id
SELECT id, b - st AS a FROM p ORDER BY id
SELECT id, b * st AS a FROM p ORDER BY id
SELECT id, b = st AS a, b < st AS b, b <=> st AS c FROM p ORDER BY id
SELECT id, b / da AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, b + ts AS a FROM p ORDER BY id
SELECT id, b - ts AS a FROM p ORDER BY id
SELECT id, b * ts AS a FROM p ORDER BY id
SELECT id, b = ts AS a, b < ts AS b, b <=> ts AS c FROM p ORDER BY id
SELECT id, b = sn AS a, b < sn AS b, b <=> sn AS c FROM p ORDER BY id
SELECT id, t / f AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, t / d AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, t + dc AS a FROM p ORDER BY id
SELECT id, t * dc AS a FROM p ORDER BY id
SELECT id, t = ts AS a, t < ts AS b, t <=> ts AS c FROM p ORDER BY id
SELECT id, t + sn AS a FROM p ORDER BY id
SELECT id, t * sn AS a FROM p ORDER BY id
SELECT id, s + b AS a FROM p ORDER BY id
SELECT id, s + i AS a FROM p ORDER BY id
SELECT id, s = tn AS a, s < tn AS b, s <=> tn AS c FROM p ORDER BY id
SELECT id, i + s AS a FROM p ORDER BY id
SELECT id, i - l AS a FROM p ORDER BY id
SELECT id, i + f AS a FROM p ORDER BY id
SELECT id, i + bi AS a FROM p ORDER BY id
SELECT id, i + da AS a FROM p ORDER BY id
SELECT id, l / f AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, l / d AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, l / da AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, l = ym AS a, l < ym AS b, l <=> ym AS c FROM p ORDER BY id
SELECT id, f / t AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f - i AS a FROM p ORDER BY id
SELECT id, f / l AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f = l AS a, f < l AS b, f <=> l AS c FROM p ORDER BY id
SELECT id, f / d AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f + dc AS a FROM p ORDER BY id
SELECT id, f * dc AS a FROM p ORDER BY id
SELECT id, f / dc AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f / dd AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f / bi AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, f + sn AS a FROM p ORDER BY id
SELECT id, f - sn AS a FROM p ORDER BY id
SELECT id, f * sn AS a FROM p ORDER BY id
SELECT id, f = sn AS a, f < sn AS b, f <=> sn AS c FROM p ORDER BY id
SELECT id, d + d AS a FROM p ORDER BY id
SELECT id, d = dd AS a, d < dd AS b, d <=> dd AS c FROM p ORDER BY id
SELECT id, d = tn AS a, d < tn AS b, d <=> tn AS c FROM p ORDER BY id
SELECT id, d + ym AS a FROM p ORDER BY id
SELECT id, d - ym AS a FROM p ORDER BY id
SELECT id, dc / b AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dc - t AS a FROM p ORDER BY id
SELECT id, dc * s AS a FROM p ORDER BY id
SELECT id, dc * f AS a FROM p ORDER BY id
SELECT id, dc = f AS a, dc < f AS b, dc <=> f AS c FROM p ORDER BY id
SELECT id, dc / dc AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dc / dd AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dc + ym AS a FROM p ORDER BY id
SELECT id, dc * ym AS a FROM p ORDER BY id
SELECT id, dd * b AS a FROM p ORDER BY id
SELECT id, dd + d AS a FROM p ORDER BY id
SELECT id, dd / dc AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dd + dd AS a FROM p ORDER BY id
SELECT id, dd - dd AS a FROM p ORDER BY id
SELECT id, dd * dd AS a FROM p ORDER BY id
SELECT id, dd / dd AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dd / bi AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, dd + tn AS a FROM p ORDER BY id
SELECT id, dd - tn AS a FROM p ORDER BY id
SELECT id, dd * tn AS a FROM p ORDER BY id
SELECT id, st + t AS a FROM p ORDER BY id
SELECT id, st = t AS a, st < t AS b, st <=> t AS c FROM p ORDER BY id
SELECT id, bi = f AS a, bi < f AS b, bi <=> f AS c FROM p ORDER BY id
SELECT id, bi + d AS a FROM p ORDER BY id
SELECT id, bi + dc AS a FROM p ORDER BY id
SELECT id, bi - dc AS a FROM p ORDER BY id
SELECT id, bi = ym AS a, bi < ym AS b, bi <=> ym AS c FROM p ORDER BY id
SELECT id, bi + sn AS a FROM p ORDER BY id
SELECT id, bi - sn AS a FROM p ORDER BY id
SELECT id, da + dc AS a FROM p ORDER BY id
SELECT id, da - dc AS a FROM p ORDER BY id
SELECT id, da = dc AS a, da < dc AS b, da <=> dc AS c FROM p ORDER BY id
SELECT id, da + sn AS a FROM p ORDER BY id
SELECT id, da - sn AS a FROM p ORDER BY id
SELECT id, ts + d AS a FROM p ORDER BY id
SELECT id, ts + st AS a FROM p ORDER BY id
SELECT id, ts - st AS a FROM p ORDER BY id
SELECT id, ts + ts AS a FROM p ORDER BY id
SELECT id, ts - ts AS a FROM p ORDER BY id
SELECT id, tn + ym AS a FROM p ORDER BY id
SELECT id, tn - ym AS a FROM p ORDER BY id
SELECT id, ym / b AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ym + t AS a FROM p ORDER BY id
SELECT id, ym * l AS a FROM p ORDER BY id
SELECT id, ym / f AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ym / d AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ym / da AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ym + ym AS a FROM p ORDER BY id
SELECT id, ym - ym AS a FROM p ORDER BY id
SELECT id, ym * ym AS a FROM p ORDER BY id
SELECT id, ds + i AS a FROM p ORDER BY id
SELECT id, ds / f AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ds * d AS a FROM p ORDER BY id
SELECT id, ds / d AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ds - dc AS a FROM p ORDER BY id
SELECT id, ds / ym AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ds / ds AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, ds - sn AS a FROM p ORDER BY id
SELECT id, sn / i AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, sn / da AS a FROM p WHERE id < 3 ORDER BY id
SELECT id, sn + ds AS a FROM p ORDER BY id
SELECT id, sn * ds AS a FROM p ORDER BY id
SELECT id, s % i AS a, s div i AS b FROM p ORDER BY id
SELECT id, s % d AS a FROM p ORDER BY id
SELECT id, l % s AS a, l div s AS b FROM p ORDER BY id
SELECT id, l % dd AS a, l div dd AS b FROM p ORDER BY id
SELECT id, f % dc AS a FROM p ORDER BY id
SELECT id, d % i AS a FROM p ORDER BY id
SELECT id, dc % t AS a, dc div t AS b FROM p ORDER BY id
SELECT id, dd % l AS a, dd div l AS b FROM p ORDER BY id
SELECT id, -i AS a FROM ty ORDER BY id
SELECT id, -ds AS a FROM ty ORDER BY id
SELECT id, sign(ds) AS a FROM ty ORDER BY id
SELECT id, b IN (f, b) AS a FROM p ORDER BY id
SELECT id, id BETWEEN b AND d AS a FROM p ORDER BY id
SELECT id, b IN (bi, b) AS a FROM p ORDER BY id
SELECT id, greatest(b, da) AS a, typeof(greatest(b, da)) AS t FROM p ORDER BY id
SELECT id, id BETWEEN b AND da AS a FROM p ORDER BY id
SELECT id, b IN (ds, b) AS a FROM p ORDER BY id
SELECT id, id BETWEEN b AND ar AS a FROM p ORDER BY id
SELECT id, t IN (tn, t) AS a FROM p ORDER BY id
SELECT id, id BETWEEN t AND ym AS a FROM p ORDER BY id
SELECT id, if(id = 1, t, mp) AS a, typeof(if(id = 1, t, mp)) AS t FROM p ORDER BY id
SELECT id, t IN (sr, t) AS a FROM p ORDER BY id
SELECT id, id BETWEEN l AND ts AS a FROM p ORDER BY id
SELECT id, greatest(f, ds) AS a, typeof(greatest(f, ds)) AS t FROM p ORDER BY id
SELECT id, coalesce(d, bi) AS a, typeof(coalesce(d, bi)) AS t FROM p ORDER BY id
SELECT id, array(d, da) AS a FROM p ORDER BY id
SELECT id, greatest(d, tn) AS a, typeof(greatest(d, tn)) AS t FROM p ORDER BY id
SELECT id, if(id = 1, dc, st) AS a, typeof(if(id = 1, dc, st)) AS t FROM p ORDER BY id
SELECT id, nullif(dc, bi) AS a, typeof(nullif(dc, bi)) AS t FROM p ORDER BY id
SELECT id, CASE WHEN id > 4 THEN dc ELSE ts END AS a, typeof(CASE WHEN id > 4 THEN dc ELSE ts END) AS t FROM p ORDER BY id
SELECT id, nvl(tn, dc) AS a FROM p ORDER BY id
SELECT id, if(id = 1, st, bi) AS a, typeof(if(id = 1, st, bi)) AS t FROM p ORDER BY id
SELECT id, greatest(st, ts) AS a, typeof(greatest(st, ts)) AS t FROM p ORDER BY id
SELECT id, nullif(da, ts) AS a, typeof(nullif(da, ts)) AS t FROM p ORDER BY id
SELECT id, nullif(ts, ds) AS a, typeof(nullif(ts, ds)) AS t FROM p ORDER BY id
SELECT id, coalesce(ts, sr) AS a, typeof(coalesce(ts, sr)) AS t FROM p ORDER BY id
SELECT id, least(tn, ds) AS a FROM p ORDER BY id
SELECT id, if(id = 1, ym, ds) AS a, typeof(if(id = 1, ym, ds)) AS t FROM p ORDER BY id
SELECT id FROM ty ORDER BY f DESC NULLS LAST, id
SELECT id, CASE d WHEN d THEN 'same' WHEN NULL THEN 'no' END AS a FROM ty ORDER BY id
SELECT id FROM ty ORDER BY d DESC NULLS LAST, id
SELECT x.id, y.id, x.dd < y.dd AS lt, x.dd <=> y.dd AS eq FROM ty x, ty y WHERE x.id IN (1, 5, 7) AND y.id IN (2, 3, 6, 8) ORDER BY 1, 2
SELECT id FROM ty ORDER BY dd DESC NULLS LAST, id
SELECT id, CASE bi WHEN bi THEN 'same' WHEN NULL THEN 'no' END AS a FROM ty ORDER BY id
SELECT id, greatest(ts, ts) AS a, coalesce(ts, ts) AS b, ts IN (ts) AS i FROM ty ORDER BY id
SELECT id, concat('[', ts, ']') AS a FROM ty ORDER BY id
SELECT id, hash(tn) AS h, xxhash64(tn) AS x FROM ty ORDER BY id
SELECT id, CASE ym WHEN ym THEN 'same' WHEN NULL THEN 'no' END AS a FROM ty ORDER BY id
SELECT id, CASE mp WHEN mp THEN 'same' WHEN NULL THEN 'no' END AS a FROM ty ORDER BY id
SELECT id, mp IS NULL AS a, isnotnull(mp) AS b, mp IS DISTINCT FROM mp AS e FROM ty ORDER BY id
SELECT id, greatest(sn, sn) AS a, coalesce(sn, sn) AS b, sn IN (sn) AS i FROM ty ORDER BY id
SELECT id, try_cast(b AS TIMESTAMP) AS a FROM ty ORDER BY id
SELECT id, try_cast(b AS TIMESTAMP_NTZ) AS a FROM ty ORDER BY id
SELECT id, try_cast(t AS DECIMAL(6,1)) AS a FROM ty ORDER BY id
SELECT id, try_cast(t AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(t AS INTERVAL DAY TO SECOND) AS a FROM ty ORDER BY id
SELECT id, try_cast(l AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(l AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(d AS ARRAY<STRING>) AS a FROM ty ORDER BY id
SELECT id, try_cast(dc AS INT) AS a FROM ty ORDER BY id
SELECT id, try_cast(dc AS MAP<STRING,STRING>) AS a FROM ty ORDER BY id
SELECT id, try_cast(dd AS TIMESTAMP) AS a FROM ty ORDER BY id
SELECT id, try_cast(dd AS MAP<STRING,STRING>) AS a FROM ty ORDER BY id
SELECT id, try_cast(sn AS INT) AS a FROM ty ORDER BY id
SELECT id, try_cast(sn AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(st AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(bi AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(da AS DECIMAL(6,1)) AS a FROM ty ORDER BY id
SELECT id, try_cast(ts AS STRING) AS a FROM ty ORDER BY id
SELECT id, try_cast(ts AS TINYINT) AS a FROM ty ORDER BY id
SELECT id, try_cast(ts AS DATE) AS a FROM ty ORDER BY id
SELECT id, try_cast(tn AS INT) AS a FROM ty ORDER BY id
SELECT id, try_cast(tn AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS INT) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS TINYINT) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS DECIMAL(6,1)) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(ym AS MAP<STRING,STRING>) AS a FROM ty ORDER BY id
SELECT id, try_cast(ds AS INT) AS a FROM ty ORDER BY id
SELECT id, try_cast(ds AS DOUBLE) AS a FROM ty ORDER BY id
SELECT id, try_cast(ds AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(ds AS TIMESTAMP) AS a FROM ty ORDER BY id
SELECT id, try_cast(mp AS BOOLEAN) AS a FROM ty ORDER BY id
SELECT id, try_cast(sr AS TIMESTAMP) AS a FROM ty ORDER BY id
SELECT id, substr(x FROM n FOR m) AS a FROM tx ORDER BY id
SELECT id, replace(x, y, '-') AS a FROM tx ORDER BY id
SELECT id, locate(y, x, n) AS a FROM tx ORDER BY id
SELECT id, concat_ws(y, x, n, m) AS a FROM tx ORDER BY id
SELECT id, trim(LEADING y FROM x) AS a FROM tx ORDER BY id
SELECT id, bit_length(x) AS a FROM tx ORDER BY id
SELECT id, levenshtein(x, y, n) AS a FROM tx ORDER BY id
SELECT id, x LIKE ALL (lk, '%') AS a FROM tx ORDER BY id
SELECT id, sentences(x) AS a FROM tx ORDER BY id
SELECT id, str_to_map(x, y) AS a FROM tx ORDER BY id
SELECT id, parse_url(concat('http://h/', y), 'PATH') AS a FROM tx ORDER BY id
SELECT id, nvl2(x, y, n) AS a FROM tx ORDER BY id
SELECT id, if(x = '', NULL, x) AS a FROM tx ORDER BY id
SELECT NOT (n > 1) FROM tx ORDER BY id LIMIT 1
SELECT n <=> m FROM tx ORDER BY id LIMIT 1
SELECT trim(BOTH y FROM x) FROM tx ORDER BY id LIMIT 1
SELECT transform(array(n), v -> v + m) FROM tx ORDER BY id LIMIT 1
SELECT aggregate(array(n), 0, (acc, v) -> acc + v) FROM tx ORDER BY id LIMIT 1
SELECT n BETWEEN 1 AND m FROM tx ORDER BY id LIMIT 1
SELECT n | m FROM tx ORDER BY id LIMIT 1
SELECT n ^ m FROM tx ORDER BY id LIMIT 1
SELECT ~n FROM tx ORDER BY id LIMIT 1
SELECT NULL FROM tx ORDER BY id LIMIT 1
SELECT x COLLATE UTF8_BINARY FROM tx ORDER BY id LIMIT 1
SELECT id, date_sub(d, n) AS a FROM dt ORDER BY id
SELECT id, d + make_interval(0, n) AS a FROM dt ORDER BY id
SELECT id, d + make_ym_interval(n, 1) AS a FROM dt ORDER BY id
SELECT id, date_format(t, f) AS a FROM dt ORDER BY id
SELECT id, try_to_timestamp(s, f) AS a FROM dt ORDER BY id
SELECT id, convert_timezone(z, t) AS a FROM dt ORDER BY id
SELECT id, next_day(d, u) AS a FROM dt ORDER BY id
SELECT id, last_day(d) AS a FROM dt ORDER BY id
SELECT id, extract(SECOND FROM t) AS a FROM dt ORDER BY id
SELECT id, dateadd(QUARTER, n, t) AS a FROM dt ORDER BY id
SELECT id, window(t, '1 day').start AS a FROM dt ORDER BY id
SELECT id, t BETWEEN d AND d + 1 AS a FROM dt ORDER BY id
SELECT id, d IN (t, DATE'2024-01-31') AS a FROM dt ORDER BY id
SELECT id, coalesce(t, s) AS a FROM dt ORDER BY id
SELECT id, CAST(t AS LONG) AS a FROM dt ORDER BY id
SELECT id, map(d, n) AS a FROM dt ORDER BY id
SELECT avg(d - DATE'2000-01-01') AS a FROM dt
SELECT id, t + 1 AS a FROM dt ORDER BY id
SELECT id, m[k] AS r FROM c ORDER BY id
SELECT id, try_element_at(m, k) AS r FROM c ORDER BY id
SELECT id, array_max(a) AS r FROM c ORDER BY id
SELECT id, array_min(s) AS r FROM c ORDER BY id
SELECT id, array_sort(a) AS r FROM c ORDER BY id
SELECT *, array_sort(a, (x, y) -> y - x) AS r FROM c ORDER BY id
SELECT id, reverse(s) AS r FROM c ORDER BY id
SELECT *, zip_with(a, array(n), (x, y) -> coalesce(x, 0) + y) AS r FROM c ORDER BY id
SELECT *, transform(a, (x, i) -> x * i + id) AS r FROM c ORDER BY id
SELECT id, st[n].p AS r FROM c ORDER BY id
SELECT *, filter(st, x -> x.p IS NOT NULL) AS r FROM c ORDER BY id
SELECT *, any_match(a, x -> x > 1) AS r FROM c ORDER BY id
SELECT *, aggregate(a, named_struct('c', 0, 's', 0), (acc, x) -> named_struct('c', acc.c + 1, 's', acc.s + x)) AS r FROM c ORDER BY id
SELECT id, map_from_arrays(array(k), array(n)) AS r FROM c ORDER BY id
SELECT *, map_filter(m, (x, y) -> y > n) AS r FROM c ORDER BY id
SELECT *, transform_keys(m, (x, y) -> upper(x)) AS r FROM c ORDER BY id
SELECT id, named_struct('a', a, 'n', n).a[0] AS r FROM c ORDER BY id
SELECT id, struct(n, k) AS r FROM c ORDER BY id
SELECT id, to_json(struct(a, m)) AS r FROM c ORDER BY id
SELECT id, a = array(2, 2, 1) AS r FROM c ORDER BY id
SELECT id, a < s AS r FROM c ORDER BY id
SELECT id, sequence(1, n) AS r FROM c ORDER BY id
SELECT id, sequence(n, 1, -1) AS r FROM c ORDER BY id
SELECT *, size(filter(a, x -> x % 2 = n % 2)) AS r FROM c ORDER BY id
SELECT *, transform(map_keys(m), x -> m[x]) AS r FROM c ORDER BY id
SELECT *, array_join(transform(a, x -> CAST(x AS STRING)), k) AS r FROM c ORDER BY id
SELECT id, array(a, array(n)) AS r FROM c ORDER BY id
SELECT id, a.x AS r FROM c ORDER BY id
SELECT id, n[0] AS r FROM c ORDER BY id
SELECT id, a['0'] AS r FROM c ORDER BY id
SELECT c.a[0] FROM c WHERE id = 1
SELECT c.st[0].p FROM c WHERE id = 1
SELECT c.m['k'] FROM c WHERE id = 1
SELECT C.A[0] FROM c WHERE id = 1
SELECT arrays_zip(a, s).s FROM c WHERE id = 1
SELECT if(n > 1, a, NULL) FROM c WHERE id = 1
SELECT ID, iD FROM ty WHERE Id = 1
SELECT id AS a, (SELECT a) AS b FROM ty WHERE id = 1
SELECT id AS a, max(a) FROM ty GROUP BY id
SELECT a FROM (SELECT 1 AS A, 2 AS a)
SELECT * FROM (SELECT id AS `Id X` FROM cases.s) ORDER BY `id x`
SELECT *, * FROM cases.s ORDER BY 1, 2 LIMIT 1
SELECT s.*, id AS more FROM cases.s ORDER BY id LIMIT 1
SELECT * AS x FROM cases.s
SELECT named_struct('a', id).a FROM cases.s ORDER BY 1
SELECT -id, +id, ~id, id % 2, id / 2, id div 2 FROM cases.s ORDER BY id
SELECT id AS a, id AS a FROM cases.s ORDER BY a
SELECT id AS a, v AS a FROM cases.s ORDER BY a
