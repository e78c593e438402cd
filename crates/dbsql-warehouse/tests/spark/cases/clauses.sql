# Names and aliases in each clause, ROLLUP and LIMIT, floating point keys, comparisons of nested values,
# generators and windows in places where they are not taken.
CREATE OR REPLACE TEMPORARY VIEW a AS SELECT * FROM VALUES (1, 'x', 10, 1.5BD), (2, 'y', 20, 2.5BD), (3, 'x', NULL, 3.5BD), (4, NULL, 5, NULL) AS t(k, g, v, m)
CREATE OR REPLACE TEMPORARY VIEW b AS SELECT * FROM VALUES (1, 'x', true, 'true'), (2, 'y', false, 'false'), (3, 'z', NULL, NULL) AS t(k, g, f, ft)
CREATE OR REPLACE TEMPORARY VIEW fl AS SELECT * FROM VALUES (1, 0.0D, 0.0F, array(0.0D)), (2, -0.0D, CAST('-0.0' AS FLOAT), array(-0.0D)), (3, CAST('NaN' AS DOUBLE), CAST('NaN' AS FLOAT), array(CAST('NaN' AS DOUBLE))), (4, 1.0D, 1.0F, array(1.0D)), (5, NULL, NULL, NULL) AS t(id, d, f, l)
CREATE OR REPLACE TEMPORARY VIEW c AS SELECT * FROM VALUES (1, array(3, 1, NULL, 2), array('b', 'a', NULL), map('k', 1, 'l', NULL), named_struct('p', 1, 'q', 'x'), 7), (2, array(), array(), map(), named_struct('p', 2, 'q', 'y'), 8) AS t(id, a, s, m, st, n)
CREATE OR REPLACE TEMPORARY VIEW mx AS SELECT * FROM VALUES (1, 127Y, 32767S, 2147483647, 9223372036854775807L, 1.5D, 1.5BD, DATE'2024-01-01'), (2, 1Y, 1S, 1, 1L, 2.5D, 2.5BD, DATE'2024-01-02'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS t(id, t, s, i, l, d, dc, da)
SELECT max(k) AS g FROM a GROUP BY g HAVING g > 1 ORDER BY 1
SELECT g, max(k) AS k FROM a GROUP BY g HAVING max(k) > 1 ORDER BY 1
SELECT g, max(k) AS k FROM a GROUP BY g HAVING max(k) > k ORDER BY 1
SELECT g, max(k) AS k FROM a GROUP BY g HAVING a.k > 1 ORDER BY 1
SELECT g, sum(v) AS v FROM a GROUP BY g HAVING sum(v) > 5 AND v > 5 ORDER BY 1
SELECT g, sum(v) AS V FROM a GROUP BY g HAVING v IS NULL OR v > 15 ORDER BY 1
SELECT g AS k, count(*) AS g FROM a GROUP BY g HAVING g > 1
SELECT g AS k, count(*) AS g FROM a GROUP BY a.g HAVING k = 'x'
SELECT k AS g, g AS k FROM a GROUP BY g, k HAVING g = 1
SELECT g, count(*) AS n FROM a GROUP BY g HAVING n > 1 AND g = 'x'
SELECT g, count(*) AS n FROM a GROUP BY g HAVING n + 1 > 2
SELECT g, count(*) AS n FROM a GROUP BY g HAVING N > 1
SELECT g, count(*) AS n, n + 1 AS p FROM a GROUP BY g HAVING p > 2
SELECT g, count(*) AS n FROM a GROUP BY g HAVING abs(n) > 1 ORDER BY n
SELECT g, count(*) AS n FROM a GROUP BY g HAVING EXISTS (SELECT 1 FROM b WHERE b.k = n) ORDER BY n
SELECT g, count(*) AS n FROM a GROUP BY g HAVING sum(n) > 1
SELECT upper(g) AS u, count(*) AS n FROM a GROUP BY u HAVING u = 'X'
SELECT upper(g) AS u, count(*) AS n FROM a GROUP BY upper(g) HAVING u = 'X'
SELECT g, sum(v) AS v FROM a GROUP BY g ORDER BY v, max(v)
SELECT g, sum(v) AS v FROM a GROUP BY g HAVING v > 5 ORDER BY sum(v)
SELECT 1 AS q FROM a HAVING true
SELECT 1 AS q FROM a HAVING 1 > 0
SELECT k AS q FROM a HAVING true
SELECT k AS q FROM a HAVING k > 2
SELECT k FROM a HAVING max(k) > 2
SELECT 1 AS q FROM a HAVING false
SELECT 1 AS q FROM a HAVING count(*) > 2
SELECT count(*) AS q FROM a HAVING q > 2
SELECT DISTINCT 1 FROM a HAVING true
SELECT struct(k, v) AS s, s.v FROM a ORDER BY k
SELECT struct(k, v) AS s, s.v + s.k AS w, w + 1 FROM a ORDER BY k
SELECT struct(k, struct(v, g) AS z) AS s, s.z.g AS w FROM a ORDER BY k
SELECT array(k, v) AS s, s[1] AS w FROM a ORDER BY k
SELECT map('k', k) AS s, s.k AS w, s['k'] FROM a ORDER BY k
SELECT struct(k) AS a, a.k AS w FROM a ORDER BY k
SELECT struct(k, v) AS s, s.nope FROM a
SELECT struct(k, v) AS s, count(s.k) FROM a GROUP BY k, v
SELECT struct(k, v) AS s FROM a WHERE s.k = 1
SELECT struct(k, v) AS s FROM a ORDER BY s.k DESC
SELECT struct(k, v) AS s, s.* FROM a
SELECT 1 AS x, struct(2 AS x) AS s, s.x, x FROM a LIMIT 1
SELECT g, k, count(*) AS n FROM a GROUP BY CUBE(1, 2) ORDER BY ALL
SELECT g, k, count(*) AS n FROM a GROUP BY ROLLUP((1, 2)) ORDER BY ALL
SELECT g, k, count(*) AS n FROM a GROUP BY 1, ROLLUP(2) ORDER BY ALL
SELECT g AS q, count(*) AS n FROM a GROUP BY ROLLUP(q) ORDER BY ALL
SELECT upper(g) AS q, count(*) AS n FROM a GROUP BY ROLLUP(1) ORDER BY ALL
SELECT g, k, count(*) AS n FROM a GROUP BY GROUPING SETS (1, (1, 2), ()) ORDER BY ALL
SELECT g, count(*) AS n FROM a GROUP BY ROLLUP(3) ORDER BY ALL
SELECT g, count(*) AS n FROM a GROUP BY ROLLUP(2) ORDER BY ALL
SELECT g, count(*) AS n FROM a GROUP BY CUBE()
SELECT g, grouping__id FROM a GROUP BY g
SELECT grouping__id FROM a
SELECT k, grouping__id + 1 FROM a GROUP BY k WITH ROLLUP
SELECT g, sum(k) OVER () AS t FROM a GROUP BY ROLLUP(g, k)
SELECT g, sum(sum(k)) OVER () AS t FROM a GROUP BY ROLLUP(g) ORDER BY ALL
SELECT g, rank() OVER (ORDER BY g) AS t FROM a GROUP BY ROLLUP(g) ORDER BY ALL
SELECT g, lag(g) OVER (ORDER BY g) AS t FROM a GROUP BY ROLLUP(g) ORDER BY ALL
SELECT g, max(g) OVER (PARTITION BY g) AS t FROM a GROUP BY ROLLUP(g) ORDER BY ALL
SELECT g, sum(k) OVER () AS t FROM a GROUP BY g, k
SELECT g, count(g) OVER () AS t FROM a GROUP BY g ORDER BY ALL
SELECT 1 + v AS q FROM a GROUP BY v + 1 ORDER BY q
SELECT 2 * v + k AS q FROM a GROUP BY k + v * 2 ORDER BY q
SELECT k + v + 1 AS q FROM a GROUP BY 1 + v + k ORDER BY q
SELECT k + 1 + v AS q FROM a GROUP BY k + (1 + v) ORDER BY q
SELECT v - k AS q FROM a GROUP BY k - v ORDER BY q
SELECT v > k AS q, count(*) FROM a GROUP BY k < v ORDER BY q
SELECT v >= k AS q, count(*) FROM a GROUP BY k <= v ORDER BY q
SELECT k = v AS q FROM a GROUP BY v = k ORDER BY q
SELECT (k = 1 AND g = 'x') AS q FROM a GROUP BY g = 'x' AND k = 1 ORDER BY q
SELECT NOT (k > 1) AS q FROM a GROUP BY k <= 1 ORDER BY q
SELECT k IN (1, 2) AS q FROM a GROUP BY k IN (2, 1) ORDER BY q
SELECT k & 1 AS q FROM a GROUP BY 1 & k ORDER BY q
SELECT greatest(k, v) AS q FROM a GROUP BY greatest(v, k) ORDER BY q
SELECT coalesce(k, v) AS q FROM a GROUP BY coalesce(v, k) ORDER BY q
SELECT (1 + v) * 2 AS q FROM a GROUP BY v + 1 ORDER BY q
SELECT 1 + v FROM a GROUP BY v + 1 ORDER BY 1
SELECT 1 + v AS q FROM a GROUP BY v + 1 HAVING 1 + v > 10 ORDER BY v + 1
SELECT concat(g, 'x') AS q FROM a GROUP BY concat('x', g)
SELECT 1 AS a, a + 1
SELECT 1 AS a, a
SELECT 1 AS a, abs(a)
SELECT k AS p, p + 1, p FROM a ORDER BY 1
SELECT k AS p, p + 1 AS q, q FROM a ORDER BY 1
SELECT k AS p, P + 1 FROM a ORDER BY 1
SELECT k AS P, p + 1 FROM a ORDER BY 1
SELECT k AS p, concat(p, g) FROM a ORDER BY 1
SELECT struct(k) AS p, p.k + 1 FROM a ORDER BY 1
SELECT struct(k) AS p, p.k FROM a ORDER BY 1
SELECT struct(k) AS p, abs(p.k) FROM a ORDER BY 1
SELECT k AS p, CASE WHEN p > 1 THEN p ELSE 0 END FROM a ORDER BY 1
SELECT count(*) AS p, p + 1 FROM a
SELECT k AS p, cast(p AS string) FROM a ORDER BY 1
SELECT k AS p, p AS p FROM a ORDER BY k
SELECT * FROM (SELECT k AS p, p + 1 FROM a) ORDER BY 1
SELECT k AS p, (SELECT max(p) FROM b) FROM a ORDER BY 1
SELECT k AS p, exists(SELECT 1 FROM b WHERE b.k = p) AS e FROM a ORDER BY 1
SELECT k AS p, transform(array(1), x -> x + p) AS e FROM a ORDER BY 1
SELECT k AS x, transform(array(1), x -> x + 1) AS e FROM a ORDER BY 1
SELECT k AS p, p + 1 AS p, p AS r FROM a
SELECT k + 1 AS k, k + 1 AS j FROM a ORDER BY 1
SELECT v AS p FROM a WHERE p > 1
SELECT v AS p, p * 2 AS d FROM a ORDER BY d DESC, p
SELECT k AS p, p + 1 AS q FROM a GROUP BY k ORDER BY q
SELECT k AS p, p + 1 AS q FROM a GROUP BY p ORDER BY q
SELECT k AS p, p + 1 AS q FROM a GROUP BY 1 ORDER BY q
SELECT k AS p, p + 1 AS q FROM a GROUP BY ALL
SELECT k AS p, p + 1 AS q, count(*) FROM a GROUP BY ALL ORDER BY 1
SELECT g AS p, upper(p) AS q, max(k) AS m, m + 1 AS n FROM a GROUP BY g ORDER BY ALL
SELECT g AS p, max(k) AS m, sum(m) AS n FROM a GROUP BY g
SELECT max(k) AS m, m + max(v) AS n FROM a
SELECT k AS p, sum(p) OVER () FROM a
SELECT sum(k) OVER () AS p, p + 1 AS q FROM a
SELECT k AS p, rank() OVER (ORDER BY p) AS r FROM a
SELECT DISTINCT k % 2 AS p, p + 1 AS q FROM a ORDER BY ALL
SELECT explode(array(1, 2)) AS p, p + 1 AS q
SELECT g AS k, count(*) AS n FROM a GROUP BY g HAVING k = 'x'
SELECT g AS k2, count(*) AS n FROM a GROUP BY g HAVING k2 = 'x'
SELECT max(k) AS g FROM a GROUP BY g HAVING g = 'x'
SELECT a.g AS z, max(k) AS g FROM a GROUP BY a.g HAVING g = 'x'
SELECT a.g AS z, max(k) AS g FROM a GROUP BY z HAVING g = 'x'
SELECT g, max(k) AS v FROM a GROUP BY g, v HAVING v > 1
SELECT g, max(k) AS v FROM a GROUP BY ALL HAVING v > 1 ORDER BY 1
SELECT g, count(*) AS v FROM a GROUP BY ROLLUP(g) HAVING v > 1 ORDER BY ALL
SELECT g, v + 1 AS v FROM a GROUP BY g, v + 1 HAVING v > 10 ORDER BY ALL
SELECT g, v + 1 AS v FROM a GROUP BY g, v HAVING v > 10 ORDER BY ALL
SELECT g, v + 1 AS v FROM a GROUP BY 1, 2 HAVING v > 10 ORDER BY ALL
SELECT g, lower(g) AS g2 FROM a GROUP BY g HAVING g2 = 'x'
SELECT g, sum(v) OVER () AS v FROM a GROUP BY g, v HAVING v > 5 ORDER BY ALL
SELECT v AS k, k FROM a ORDER BY k
SELECT k, v AS k FROM a ORDER BY k
SELECT k, k FROM a ORDER BY k
SELECT k, k AS k FROM a ORDER BY k
SELECT k AS p, k AS P FROM a ORDER BY p
SELECT k AS p, v AS p FROM a ORDER BY p + 1
SELECT k AS p, v AS p FROM a ORDER BY abs(p)
SELECT k AS p, v AS p FROM a ORDER BY 1
SELECT k AS v, g AS v FROM a ORDER BY v
SELECT k AS v, g AS v FROM a ORDER BY a.v
SELECT x.k, y.k FROM a x JOIN b y ON x.k = y.k ORDER BY k
SELECT x.k AS q, y.k AS q FROM a x JOIN b y ON x.k = y.k ORDER BY q
SELECT x.k, y.k FROM a x JOIN b y ON x.k = y.k ORDER BY x.k
SELECT g AS p, count(*) AS p FROM a GROUP BY g ORDER BY p
SELECT k AS p, v AS p FROM a GROUP BY p
SELECT DISTINCT k AS z FROM a ORDER BY a.k
SELECT DISTINCT k AS z FROM a ORDER BY z
SELECT DISTINCT k + 1 AS z FROM a ORDER BY k + 1
SELECT DISTINCT k + 1 AS z FROM a ORDER BY z + 1
SELECT DISTINCT k FROM a ORDER BY a.k
SELECT DISTINCT k FROM a ORDER BY k + 1
SELECT DISTINCT k, v FROM a ORDER BY v, k
SELECT DISTINCT k FROM a ORDER BY v
SELECT DISTINCT k + 1 FROM a ORDER BY k + 1
SELECT DISTINCT k + 1 FROM a ORDER BY 1
SELECT DISTINCT upper(g) FROM a ORDER BY upper(g)
SELECT DISTINCT upper(g) AS g FROM a ORDER BY g
SELECT DISTINCT upper(g) AS g FROM a ORDER BY upper(g)
SELECT DISTINCT k AS z FROM a ORDER BY abs(k)
SELECT DISTINCT g, count(*) AS n FROM a GROUP BY g ORDER BY count(*), g
SELECT DISTINCT count(*) AS n FROM a GROUP BY g ORDER BY count(*)
SELECT g, count(*) AS n FROM a GROUP BY g ORDER BY count(1), g
SELECT g, count(*) FROM a GROUP BY g ORDER BY count(1), g
SELECT g, count(*) FROM a GROUP BY g ORDER BY count(*), g
SELECT g, count(1) FROM a GROUP BY g ORDER BY count(*), g
SELECT g, count(*) FROM a GROUP BY g HAVING count(*) > 1 ORDER BY count(*)
SELECT g, count(*) FROM a GROUP BY g HAVING count(1) > 1 ORDER BY count(1)
SELECT g, count(*) FROM a GROUP BY g HAVING count(*) > 1 ORDER BY count(1)
SELECT g, count(*) FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY max(k)
SELECT g, sum(k) FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY sum(k)
SELECT g, sum(k) FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY max(k)
SELECT g FROM a GROUP BY g HAVING max(k) > 1 ORDER BY max(k)
SELECT g FROM a GROUP BY g HAVING max(k) > 1 ORDER BY max(v)
SELECT g FROM a GROUP BY g HAVING count(1) > 1 ORDER BY count(1)
SELECT g FROM a GROUP BY g HAVING count(1) > 1 ORDER BY sum(k)
SELECT g, count(1) FROM a GROUP BY g HAVING count(1) > 1 ORDER BY sum(k)
SELECT g, max(k) FROM a GROUP BY g HAVING g > 'a' ORDER BY max(k)
SELECT g, max(k) FROM a GROUP BY g HAVING g > 'a' ORDER BY min(k)
SELECT id AS name, 1 AS k FROM c ORDER BY c.id, 1
SELECT k AS g FROM a ORDER BY a.g, 1
SELECT k AS g FROM a ORDER BY g
SELECT k AS g, g AS q FROM a ORDER BY a.g, 1
SELECT a.k AS g, a.g AS k FROM a ORDER BY a.g, a.k
SELECT k AS g FROM a ORDER BY upper(a.g), 1
SELECT k AS g FROM a x ORDER BY x.g, 1
SELECT k AS g FROM a x ORDER BY X.G DESC, 1
SELECT x.k AS g FROM a x JOIN b y ON x.k = y.k ORDER BY y.g DESC
SELECT g AS z FROM a GROUP BY g ORDER BY a.g
SELECT max(k) AS g FROM a GROUP BY g ORDER BY a.g
SELECT max(k) AS g FROM a GROUP BY g ORDER BY g
SELECT k FROM a UNION SELECT v FROM a ORDER BY a.k
SELECT k FROM a UNION ALL SELECT k FROM b ORDER BY k
SELECT c.a[0] FROM c ORDER BY 1
SELECT c.m['k'] FROM c ORDER BY 1
SELECT c.st.p FROM c ORDER BY 1
SELECT c.st.p + 1 FROM c ORDER BY 1
SELECT c.a[0] + c.n FROM c ORDER BY 1
SELECT abs(c.a[0]) FROM c ORDER BY 1
SELECT x.m.k FROM c x ORDER BY 1
SELECT x.a[x.n] FROM c x ORDER BY 1
SELECT element_at(c.a, 1), size(c.a) FROM c WHERE id = 1
SELECT sum(c.a[0]) FROM c
SELECT arrays_zip(a, s).a FROM c WHERE id = 1
SELECT arrays_zip(a, s)[0].s FROM c WHERE id = 1
SELECT arrays_zip(a, s)[0] FROM c WHERE id = 1
SELECT arrays_zip(c.a, c.s).s FROM c WHERE id = 1
SELECT size(arrays_zip(a, s).s) FROM c WHERE id = 1
SELECT struct(a, s).s FROM c WHERE id = 1
SELECT named_struct('p', n).p FROM c WHERE id = 1
SELECT array(struct(n)).n FROM c WHERE id = 1
SELECT map_entries(m).key FROM c WHERE id = 1
SELECT from_json('{"a":1}', 'a INT').a
SELECT DISTINCT upper(g) AS z FROM a ORDER BY upper(g)
SELECT DISTINCT a.k FROM a ORDER BY k
SELECT DISTINCT * FROM a ORDER BY k
SELECT DISTINCT c.st FROM c ORDER BY st.p
SELECT DISTINCT c.st.p FROM c ORDER BY p
SELECT DISTINCT st.p AS z FROM c ORDER BY st.p
SELECT DISTINCT k FROM a ORDER BY (SELECT max(k) FROM b), k
SELECT DISTINCT g FROM a GROUP BY g ORDER BY g
SELECT DISTINCT x.k FROM a x JOIN b y ON x.k = y.k ORDER BY y.k
SELECT DISTINCT x.g FROM a x JOIN b y ON x.k = y.k ORDER BY x.g
SELECT struct(n).n FROM c WHERE id = 1
SELECT struct(struct(n)).col1.n FROM c WHERE id = 1
SELECT map('k', struct(n)).k.n FROM c WHERE id = 1
SELECT map('k', struct(n))['k'].n FROM c WHERE id = 1
SELECT if(true, struct(n), NULL).n FROM c WHERE id = 1
SELECT array(struct(n))[0].n FROM c WHERE id = 1
SELECT array(named_struct('n', n)).n FROM c WHERE id = 1
SELECT collect_list(struct(n)).n FROM c WHERE id = 1
SELECT coalesce(struct(n), NULL).n FROM c WHERE id = 1
SELECT max(struct(n, id)).n FROM c
SELECT first(struct(n, id)).n + 1 FROM c
SELECT c.a[0] FROM c WHERE id = 1
SELECT c.st.p, c.a FROM c WHERE id = 1
SELECT sum(k) FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY 1
SELECT g, sum(k) AS t FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY t
SELECT g, sum(k) AS t FROM a GROUP BY g HAVING t > 1 ORDER BY sum(k)
SELECT g, sum(k) AS t FROM a GROUP BY g HAVING t > 1 ORDER BY t + 1
SELECT g, sum(k) AS t FROM a GROUP BY g HAVING g = 'x' ORDER BY g
SELECT g AS q, sum(k) AS t FROM a GROUP BY g HAVING g = 'x' ORDER BY g
SELECT g AS q, sum(k) AS t FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY g
SELECT sum(k) AS t FROM a GROUP BY g HAVING sum(k) > 1 ORDER BY g
SELECT sum(k) AS t FROM a GROUP BY g HAVING max(k) > 1 ORDER BY g
SELECT sum(k) AS t FROM a GROUP BY g ORDER BY max(k)
SELECT count(*) FROM a HAVING count(*) > 1 ORDER BY count(*)
SELECT array_distinct(array(0.0D, -0.0D))
SELECT array_distinct(array(-0.0D, 0.0D, 1.0D))
SELECT array_distinct(array(0.0D, CAST('-0.0' AS DOUBLE)))
SELECT array_distinct(array(d, -0.0D)) FROM fl WHERE id = 1
SELECT array_distinct(array(d, CAST('-0.0' AS DOUBLE))) FROM fl WHERE id = 1
SELECT array_distinct(collect_list(d)) FROM fl
SELECT array_distinct(collect_list(f)) FROM fl
SELECT array_distinct(array(CAST('NaN' AS DOUBLE), CAST('NaN' AS DOUBLE)))
SELECT array_distinct(collect_list(struct(d))) FROM fl
SELECT array_distinct(collect_list(array(d))) FROM fl
SELECT array_distinct(collect_list(d) || collect_list(d)) FROM fl
SELECT array_union(collect_list(d), array(0.0D)) FROM fl
SELECT array_contains(array(0.0D), d) FROM fl ORDER BY id
SELECT array_position(array(0.0D), d) FROM fl ORDER BY id
SELECT arrays_overlap(array(0.0D), array(d)) FROM fl ORDER BY id
SELECT array_except(array(0.0D), array(d)) FROM fl ORDER BY id
SELECT array_remove(array(0.0D, -0.0D), d) FROM fl ORDER BY id
SELECT array_intersect(array(0.0D, -0.0D), array(d)) FROM fl ORDER BY id
SELECT map(d, 1)[0.0D] FROM fl WHERE id < 3 ORDER BY id
SELECT map_contains_key(map(d, 1), -0.0D) FROM fl WHERE id < 3 ORDER BY id
SELECT sort_array(collect_list(d)) FROM fl
SELECT x.id, y.id FROM fl x JOIN fl y ON x.d = y.d ORDER BY 1, 2
SELECT x.id, y.id FROM fl x JOIN fl y ON x.l = y.l ORDER BY 1, 2
SELECT x.id, y.id FROM fl x JOIN fl y ON struct(x.d) = struct(y.d) ORDER BY 1, 2
SELECT x.id, y.id FROM fl x JOIN fl y ON x.d <=> y.d ORDER BY 1, 2
SELECT x.id, y.id FROM fl x JOIN fl y USING (d) ORDER BY 1, 2
SELECT x.id, y.id FROM fl x LEFT JOIN fl y ON x.f = y.f AND y.id < 4 ORDER BY 1, 2
SELECT x.id FROM fl x LEFT SEMI JOIN fl y ON x.l = y.l AND y.id = 1 ORDER BY 1
SELECT x.id, y.id FROM fl x JOIN fl y ON x.l <=> y.l ORDER BY 1, 2
SELECT id FROM fl WHERE d IN (SELECT d FROM fl WHERE id = 1) ORDER BY id
SELECT id FROM fl WHERE d IN (SELECT d FROM fl WHERE id = 3) ORDER BY id
SELECT id FROM fl WHERE d NOT IN (SELECT d FROM fl WHERE id = 2) ORDER BY id
SELECT id FROM fl WHERE l IN (SELECT l FROM fl WHERE id = 2) ORDER BY id
SELECT id FROM fl WHERE (d, id) IN (SELECT d, 1 FROM fl WHERE id = 2) ORDER BY id
SELECT id FROM fl x WHERE EXISTS (SELECT 1 FROM fl y WHERE y.d = x.d AND y.id = 2) ORDER BY id
SELECT id FROM fl x WHERE d IN (SELECT y.d FROM fl y WHERE y.id >= x.id) ORDER BY id
SELECT id FROM fl x WHERE d = (SELECT max(y.d) FROM fl y WHERE y.d = x.d) ORDER BY id
SELECT id, (SELECT count(*) FROM fl y WHERE y.d = x.d) AS n FROM fl x ORDER BY id
SELECT d FROM fl WHERE id < 3 INTERSECT SELECT 0.0D
SELECT d FROM fl WHERE id < 4 EXCEPT SELECT 0.0D
SELECT d FROM fl WHERE id < 3 UNION SELECT 0.0D
SELECT DISTINCT d FROM fl ORDER BY d
SELECT DISTINCT l FROM fl ORDER BY l
SELECT d, count(*) FROM fl GROUP BY d ORDER BY d
SELECT l, count(*) FROM fl GROUP BY l ORDER BY l
SELECT min(d), max(d) FROM fl WHERE id < 3
SELECT id, max(d) OVER (ORDER BY id DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS z FROM fl ORDER BY id
SELECT id, min(l) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS z, max(l) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS y FROM fl ORDER BY id
SELECT id, max(struct(d, id)) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS z FROM fl ORDER BY id
SELECT id, max_by(id, d) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS z FROM fl ORDER BY id
SELECT max_by(id, d), min_by(id, d) FROM fl WHERE id < 3
SELECT id, rank() OVER (ORDER BY d) AS r, dense_rank() OVER (ORDER BY l) AS q FROM fl ORDER BY id
SELECT id, count(*) OVER (PARTITION BY d) AS r FROM fl ORDER BY id
SELECT id, lag(d) OVER (ORDER BY d, id) AS r FROM fl ORDER BY id
SELECT d FROM fl ORDER BY d, id
SELECT count(DISTINCT d), count(DISTINCT l), count(DISTINCT d, f), approx_count_distinct(d) FROM fl
SELECT sum(DISTINCT d) FROM fl WHERE id <> 3
SELECT d = 0.0D, d <=> 0.0D, d < 0.0D, d IN (0.0D), nullif(d, 0.0D), CASE d WHEN 0.0D THEN 1 ELSE 2 END FROM fl ORDER BY id
SELECT l = array(0.0D), l IN (array(0.0D)), l < array(0.0D) FROM fl ORDER BY id
SELECT greatest(d, 0.0D), least(d, 0.0D), greatest(-0.0D, 0.0D) FROM fl ORDER BY id
SELECT x.id, y.id FROM fl x JOIN fl y ON x.d >= y.d AND x.d <= y.d ORDER BY 1, 2
SELECT x.id FROM fl x JOIN (SELECT 0.0D AS z) y ON x.d = y.z ORDER BY 1
SELECT x.id FROM fl x JOIN (SELECT d AS z FROM fl GROUP BY d) y ON x.d = y.z ORDER BY 1
SELECT * FROM (SELECT id, d FROM fl) PIVOT (count(id) FOR d IN (0.0D, 1.0D))
CREATE OR REPLACE TEMPORARY VIEW v1 AS SELECT count(*), k + 1 FROM a GROUP BY k
CREATE OR REPLACE TEMPORARY VIEW v2 AS SELECT k + 1 FROM a
CREATE OR REPLACE TEMPORARY VIEW v3 AS SELECT count(*) FROM a
CREATE OR REPLACE TEMPORARY VIEW v4 AS SELECT 1
CREATE OR REPLACE TEMPORARY VIEW v5 AS SELECT CAST(k AS STRING) FROM a
CREATE OR REPLACE TEMPORARY VIEW v6 AS SELECT k + 1 AS z, v * 2 FROM a
SELECT k FROM a x WHERE EXISTS (SELECT 1 FROM b WHERE b.k = x.k LIMIT 1) ORDER BY 1
SELECT k FROM a x WHERE EXISTS (SELECT 1 FROM b LIMIT 0) ORDER BY 1
SELECT k FROM a x WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = x.k LIMIT 1) ORDER BY 1
SELECT k FROM a x WHERE k IN (SELECT k FROM b WHERE b.g = x.g LIMIT 1) ORDER BY 1
SELECT k, (SELECT max(k) FROM b WHERE b.g = x.g LIMIT 1) AS m FROM a x ORDER BY 1
SELECT k, (SELECT k FROM b WHERE b.g = x.g LIMIT 1) AS m FROM a x ORDER BY 1
SELECT k, (SELECT k FROM b WHERE b.g = x.g ORDER BY k LIMIT 1) AS m FROM a x ORDER BY 1
SELECT k FROM a x WHERE EXISTS (SELECT 1 FROM b WHERE b.k = x.k ORDER BY b.k) ORDER BY 1
SELECT k FROM a x WHERE EXISTS (SELECT 1 FROM b WHERE b.k = x.k OFFSET 1) ORDER BY 1
SELECT k, (SELECT max(y.k) FROM b y WHERE y.k = x.k) AS c FROM a x GROUP BY k ORDER BY ALL
SELECT k, (SELECT max(y.k) FROM b y) AS c FROM a x GROUP BY k ORDER BY ALL
SELECT k, (SELECT max(y.k) FROM b y WHERE y.k = x.k) AS c, count(*) FROM a x GROUP BY k ORDER BY ALL
SELECT k, max((SELECT max(y.k) FROM b y WHERE y.k = x.k)) AS c FROM a x GROUP BY k ORDER BY ALL
SELECT k, sum((SELECT max(y.k) FROM b y)) AS c FROM a x GROUP BY k ORDER BY ALL
SELECT (SELECT max(y.k) FROM b y WHERE y.k = x.k) AS c, count(*) FROM a x GROUP BY 1 ORDER BY ALL
SELECT (SELECT max(y.k) FROM b y WHERE y.k = x.k) AS c, count(*) FROM a x GROUP BY (SELECT max(y.k) FROM b y WHERE y.k = x.k) ORDER BY ALL
SELECT k FROM a x GROUP BY k HAVING k = (SELECT max(y.k) FROM b y WHERE y.k = x.k) ORDER BY ALL
SELECT k FROM a x GROUP BY k HAVING EXISTS (SELECT 1 FROM b y WHERE y.k = x.k) ORDER BY ALL
SELECT DISTINCT (SELECT max(y.k) FROM b y WHERE y.k = x.k) AS c FROM a x ORDER BY ALL
SELECT k FROM a WHERE k IN (SELECT * FROM b)
SELECT k FROM a WHERE k IN (SELECT k, g FROM b)
SELECT k FROM a WHERE (k, g) IN (SELECT k FROM b)
SELECT k FROM a WHERE (k, g) IN (SELECT k, g FROM b) ORDER BY 1
SELECT k FROM a WHERE (k, g) IN (SELECT k, g, f FROM b) ORDER BY 1
SELECT k FROM a WHERE k = (SELECT k, g FROM b)
SELECT (SELECT k, g FROM b LIMIT 1)
SELECT (SELECT * FROM b LIMIT 1)
SELECT k FROM a WHERE k IN (TABLE b)
SELECT k FROM a WHERE k IN ((SELECT max(k) FROM b), 1) ORDER BY 1
SELECT k FROM a WHERE k IN (1, (SELECT max(k) FROM b)) ORDER BY 1
SELECT k FROM a WHERE k IN ((SELECT max(k) FROM b)) ORDER BY 1
SELECT x.f = y.ft FROM b x JOIN b y ON x.k = y.k ORDER BY x.k
SELECT f = ft, f <=> ft, f <> ft, f < ft FROM b ORDER BY k
SELECT f = 'true', 'yes' = f, f > 'n' FROM b ORDER BY k
SELECT f = 'x' FROM b ORDER BY k
SELECT f IN ('true', 'no') FROM b ORDER BY k
SELECT f IN (ft) FROM b ORDER BY k
SELECT f BETWEEN 'false' AND 'true' FROM b ORDER BY k
SELECT CASE f WHEN 'true' THEN 1 ELSE 0 END FROM b ORDER BY k
SELECT coalesce(f, ft), nvl(f, 'x'), if(k = 1, f, ft) FROM b ORDER BY k
SELECT nullif(f, ft) FROM b ORDER BY k
SELECT x.k FROM b x JOIN b y ON x.f = y.ft ORDER BY 1
SELECT f, typeof(f) FROM b x FULL JOIN (SELECT ft AS f FROM b) y USING (f) ORDER BY ALL
SELECT f, typeof(f) FROM b x LEFT JOIN (SELECT ft AS f FROM b) y USING (f) ORDER BY ALL
SELECT f FROM b UNION ALL SELECT ft FROM b
SELECT array(f, ft) FROM b ORDER BY k
SELECT greatest(f, ft) FROM b ORDER BY k
SELECT f AND ft FROM b ORDER BY k
SELECT f = 1 FROM b
SELECT f = k FROM b
SELECT NOT ft FROM b ORDER BY k
SELECT k FROM b WHERE ft ORDER BY k
SELECT * FROM b x JOIN (SELECT k AS K FROM b) y USING (K) ORDER BY 1
SELECT * FROM b x JOIN (SELECT K AS K FROM b) y USING (k) ORDER BY 1
SELECT K FROM b x JOIN a USING (K) ORDER BY 1
SELECT x.K, y.k FROM b x JOIN a y USING (K) ORDER BY 1
SELECT * FROM b x NATURAL JOIN (SELECT K AS K FROM b) y ORDER BY 1
SELECT * FROM b x LEFT JOIN (SELECT k, K AS z FROM b) y USING (K) ORDER BY 1
SELECT id, x FROM c LATERAL VIEW nope(a) t AS x
SELECT id, x FROM c LATERAL VIEW explode(nope(a)) t AS x
SELECT * FROM nope(1)
SELECT explode(explode(array(a))) FROM c
SELECT explode(posexplode(a)) FROM c
SELECT posexplode(explode(array(a))) FROM c
SELECT inline(explode(array(array(st)))) FROM c
SELECT explode(array(explode(a))) FROM c
SELECT explode(a) + 1 FROM c
SELECT id FROM c ORDER BY explode(a)
SELECT id FROM c ORDER BY explode(a) + 1
SELECT id FROM c ORDER BY posexplode(a)
SELECT id FROM c SORT BY explode(a)
SELECT id FROM c WHERE explode(a) = 1
SELECT count(explode(a)) FROM c
SELECT explode(a) FROM c ORDER BY explode(a)
SELECT id FROM c LIMIT explode(a)
SELECT * FROM c x JOIN c y ON explode(x.a) = 1
SELECT sum(k) OVER (ORDER BY explode(array(1))) FROM a
SELECT k FROM a ORDER BY k LIMIT k
SELECT k FROM a ORDER BY k LIMIT k + 1
SELECT k FROM a ORDER BY k LIMIT nope
SELECT k FROM a ORDER BY k LIMIT (SELECT 1)
SELECT k FROM a ORDER BY k LIMIT 1 + 1
SELECT k FROM a ORDER BY k LIMIT NULL
SELECT k FROM a ORDER BY k LIMIT ALL
SELECT k FROM a ORDER BY k LIMIT 'a'
SELECT k FROM a ORDER BY k LIMIT '2'
SELECT k FROM a ORDER BY k LIMIT 1.5
SELECT k FROM a ORDER BY k LIMIT true
SELECT k FROM a ORDER BY k LIMIT -1
SELECT k FROM a ORDER BY k LIMIT 0
SELECT k FROM a ORDER BY k LIMIT cast(2 AS int)
SELECT k FROM a ORDER BY k LIMIT cast(2 AS tinyint)
SELECT k FROM a ORDER BY k LIMIT cast(NULL AS int)
SELECT k FROM a ORDER BY k LIMIT length('ab')
SELECT k FROM a ORDER BY k LIMIT rand()
SELECT k FROM a ORDER BY k LIMIT max(k)
SELECT k FROM a ORDER BY k OFFSET NULL
SELECT k FROM a ORDER BY k OFFSET k
SELECT k FROM a ORDER BY k OFFSET -1
SELECT k FROM a ORDER BY k OFFSET 'a'
SELECT k FROM a ORDER BY k OFFSET 1.5
SELECT k FROM a ORDER BY k OFFSET 1 + 1
SELECT k FROM a ORDER BY k LIMIT 2 OFFSET 1
SELECT k FROM a ORDER BY k LIMIT 2147483647
SELECT k FROM a ORDER BY k LIMIT 2147483647 OFFSET 1
SELECT k FROM a ORDER BY k LIMIT 2147483646 OFFSET 1
SELECT k FROM a ORDER BY k LIMIT 2147483600 OFFSET 100
SELECT k FROM a ORDER BY k LIMIT ALL OFFSET 2
SELECT k FROM a ORDER BY k SORT BY k
SELECT k FROM a SORT BY k ORDER BY k
SELECT k FROM a DISTRIBUTE BY k ORDER BY k
SELECT k FROM a CLUSTER BY k ORDER BY k
SELECT k FROM a ORDER BY k CLUSTER BY k
SELECT k FROM a ORDER BY k DISTRIBUTE BY k
SELECT k FROM a CLUSTER BY k SORT BY k
SELECT k FROM a DISTRIBUTE BY k SORT BY k
SELECT k FROM a CLUSTER BY k DISTRIBUTE BY k
SELECT k FROM a SORT BY k CLUSTER BY k
SELECT * AS x FROM a
SELECT a.* AS x FROM a
SELECT k, * AS x FROM a
SELECT (*) FROM a
SELECT count(*) AS x FROM a
SELECT k FROM a END
SELECT k FROM a END WHERE k = 1
SELECT k FROM a CASE
SELECT k END FROM a
SELECT k AS end FROM a ORDER BY 1
SELECT end.k FROM a END ORDER BY 1
SELECT k, if(k > 1, CAST(if(k = 1, 'x', '5') AS INT), -1) AS q FROM a ORDER BY 1
SELECT k, CASE WHEN k > 1 THEN CAST(CASE WHEN k = 1 THEN 'x' ELSE '5' END AS INT) ELSE -1L END AS q FROM a ORDER BY 1
SELECT k, coalesce(CAST(if(k = 1, NULL, '5') AS INT), -1) AS q FROM a ORDER BY 1
SELECT k, if(k > 1, 1 / if(k = 1, 0, 2), -1) AS q FROM a ORDER BY 1
SELECT k, if(k > 1, if(k = 2, 1, 2.5), -1) AS q FROM a ORDER BY 1
SELECT k, if(k > 1, if(k = 2, 7, 8L), -1) AS q FROM a ORDER BY 1
SELECT k, if(k > 1, abs(if(k = 2, -7, 8)), -1L) AS q FROM a ORDER BY 1
SELECT k, if(k > 1, raise_error(if(k = 1, 'x', 'y')), -1) AS q FROM a WHERE k = 1
SELECT k, CASE WHEN k > 1 THEN CASE WHEN k = 2 THEN 'a' ELSE 'b' END ELSE 'c' END AS q FROM a ORDER BY 1
SELECT k, CASE WHEN k > 1 THEN struct(CASE WHEN k = 2 THEN 1 ELSE 2L END AS z) ELSE struct(0 AS z) END AS q FROM a ORDER BY 1
SELECT CASE m WHEN m THEN 1 END FROM c
SELECT CASE WHEN m = m THEN 1 END FROM c
SELECT m IN (m) FROM c
SELECT nullif(m, m) FROM c
SELECT m <=> m FROM c
SELECT decode(m, m, 1) FROM c
SELECT DISTINCT m FROM c
SELECT DISTINCT m FROM c ORDER BY m
SELECT DISTINCT id, m FROM c
SELECT m FROM c UNION SELECT m FROM c
SELECT m FROM c INTERSECT SELECT m FROM c
SELECT m FROM c ORDER BY m
SELECT m FROM c GROUP BY m
SELECT count(DISTINCT m) FROM c
SELECT max(m) FROM c
SELECT a < s, a = s FROM c
SELECT a = array('x') FROM c
SELECT a <=> array('x') FROM c
SELECT a IN (array('x')) FROM c
SELECT a = array(1L) FROM c ORDER BY id
SELECT a = array(1.5) FROM c ORDER BY id
SELECT s = array(1) FROM c ORDER BY id
SELECT a = st FROM c
SELECT st = struct(1, 'x') FROM c ORDER BY id
SELECT st = struct('1', 'x') FROM c ORDER BY id
SELECT array(1) = array('1')
SELECT array(1) = array('x')
SELECT array(DATE'2024-01-01') = array('2024-01-01')
SELECT array(true) = array('true')
SELECT coalesce(a, s) FROM c ORDER BY id
SELECT array_contains(a, 'x') FROM c
SELECT array_union(a, s) FROM c
SELECT concat(a, s) FROM c ORDER BY id
SELECT a.x FROM c
SELECT m.x FROM c ORDER BY id
SELECT n.x FROM c
SELECT n[0] FROM c
SELECT st[0] FROM c
SELECT st['p'] FROM c ORDER BY id
SELECT a['x'] FROM c
SELECT k[0] FROM a
SELECT g.x FROM a
SELECT a[1.5] FROM c
SELECT a[0].x FROM c
SELECT array(1).x
SELECT array(1)['x']
SELECT 'abc'[0]
SELECT (1).x
SELECT sum(v) OVER X FROM a WINDOW x AS (PARTITION BY g)
SELECT sum(v) OVER w1 FROM a WINDOW W1 AS (PARTITION BY g) ORDER BY 1
SELECT sum(v) OVER nope FROM a
SELECT sum(v) OVER (w1 ORDER BY k) FROM a WINDOW w1 AS (PARTITION BY g)
SELECT sum(v) OVER w2 FROM a WINDOW w1 AS (PARTITION BY g), w2 AS (w1)
SELECT (k, g) AS s FROM a UNION SELECT (1, 'ann') ORDER BY s
SELECT struct(k, g) AS s FROM a UNION ALL SELECT struct(1 AS z, 'ann' AS y) ORDER BY s
SELECT struct(k, g) AS s FROM a UNION ALL SELECT struct(1L, 'ann') ORDER BY s
SELECT struct(k, g) AS s FROM a INTERSECT SELECT struct(1, 'x') ORDER BY s
SELECT array(struct(k)) AS s FROM a UNION ALL SELECT array(struct(1 AS z)) ORDER BY s
SELECT map('k', k) AS s FROM a UNION ALL SELECT map('k', 1L)
SELECT struct(k) AS s FROM a UNION ALL SELECT struct(1, 2)
SELECT struct(k) AS s FROM a UNION ALL SELECT 1
TABLE a UNION ALL TABLE a ORDER BY 1, 2, 3 LIMIT 3
TABLE a UNION SELECT * FROM a ORDER BY 1 LIMIT 1
SELECT * FROM a UNION ALL TABLE a ORDER BY 1 LIMIT 1
(TABLE a) ORDER BY 1 LIMIT 1
WITH x AS (TABLE a) SELECT * FROM x ORDER BY 1 LIMIT 1
SELECT * FROM (TABLE a) ORDER BY 1 LIMIT 1
SELECT a.*, k AS more FROM a ORDER BY k LIMIT 1
# Sorted subqueries, BETWEEN, signs of NaN, members of structs.
CREATE OR REPLACE TEMPORARY VIEW t AS SELECT * FROM VALUES (1, 10L, 1.50BD, 2.5D, 'a', DATE'2024-01-01', TIMESTAMP'2024-01-01 10:00:00', true), (2, NULL, 2.25BD, CAST('NaN' AS DOUBLE), '7', DATE'2024-02-29', TIMESTAMP'2024-02-29 00:00:00', false), (3, 30L, NULL, -0.0D, NULL, NULL, NULL, NULL), (NULL, 40L, 4.00BD, 0.0D, '2024-01-01', DATE'2023-12-31', TIMESTAMP'2023-12-31 23:59:59', true), (5, 10L, 5.75BD, NULL, 'b', DATE'2024-01-01', TIMESTAMP'2024-01-01 00:00:00', false) AS t(i, l, dc, d, s, da, ts, b)
CREATE OR REPLACE TEMPORARY VIEW o AS SELECT * FROM VALUES (1, 'east', 'x', 10, 1.10BD, DATE'2024-01-05'), (2, 'east', 'y', NULL, 2.20BD, DATE'2024-01-06'), (3, 'west', 'x', 30, 3.30BD, DATE'2024-02-01'), (4, 'west', 'x', 40, NULL, NULL), (5, NULL, 'y', 50, 5.50BD, DATE'2024-02-03'), (6, 'east', NULL, 10, 6.60BD, DATE'2024-01-05') AS o(id, region, prod, qty, price, dt)
CREATE OR REPLACE TEMPORARY VIEW p AS SELECT * FROM VALUES (1, 'east', 'x', 'p1'), (2, 'east', 'z', 'p2'), (3L, 'north', 'x', 'p3'), (NULL, NULL, 'y', 'p4') AS p(id, region, prod, nm)
CREATE OR REPLACE TEMPORARY VIEW n AS SELECT * FROM VALUES (1, array(1, 2, NULL), map('a', 1, 'b', NULL), named_struct('x', 1, 'y', 'q'), array(named_struct('k', 1, 'v', 'one'), named_struct('k', 2, 'v', NULL))), (2, array(), map(), named_struct('x', NULL, 'y', 'r'), array()), (3, NULL, NULL, NULL, NULL), (4, array(5), map('c', 3), named_struct('x', 4, 'y', NULL), array(NULL, named_struct('k', 9, 'v', 'nine'))) AS n(id, arr, mp, st, sa)
CREATE OR REPLACE TEMPORARY VIEW big AS SELECT * FROM VALUES (1, 1e30, 1.5BD), (2, CAST('Infinity' AS DOUBLE), 2.5BD), (3, 1.50000000000001, 1.5BD), (4, 1e-300, 0.5BD), (5, 0.1D, 0.1BD) AS t(id, d, dc)
CREATE OR REPLACE TEMPORARY VIEW so AS SELECT id, qty FROM o ORDER BY qty DESC, id
SELECT id FROM (SELECT id FROM o ORDER BY id DESC) LIMIT 2
SELECT id FROM (SELECT id FROM o ORDER BY id DESC) LIMIT 2 OFFSET 1
SELECT id FROM (SELECT id FROM o ORDER BY id DESC)
SELECT * FROM so
SELECT * FROM so LIMIT 2
SELECT collect_list(id) AS c FROM so
WITH q AS (SELECT id, qty FROM o ORDER BY qty DESC) SELECT id FROM q LIMIT 1
WITH q AS (SELECT id, qty FROM o ORDER BY qty DESC, id), r AS (SELECT id FROM q WHERE qty > 10) SELECT * FROM r
SELECT region, s FROM (SELECT region, sum(qty) s FROM o GROUP BY region ORDER BY s DESC) LIMIT 1
SELECT * FROM (SELECT id, qty FROM o ORDER BY qty DESC, id) WHERE qty IS NOT NULL LIMIT 2
SELECT collect_list(id) FROM (SELECT id FROM o ORDER BY id DESC)
SELECT region, first(prod) f FROM (SELECT * FROM o ORDER BY region, dt DESC) GROUP BY region ORDER BY region
SELECT first(i), last(i) FROM (SELECT * FROM t ORDER BY i DESC)
SELECT prod, collect_list(id) FROM (SELECT prod, id FROM o DISTRIBUTE BY prod SORT BY id DESC) GROUP BY prod ORDER BY prod
SELECT * FROM (SELECT id, row_number() OVER (ORDER BY 1) rn FROM (SELECT id FROM o ORDER BY id DESC)) ORDER BY id
SELECT concat_ws(',', collect_list(region)) AS c FROM (SELECT region FROM o ORDER BY region DESC, id)
SELECT id + 1 AS j FROM (SELECT id FROM (SELECT id FROM o ORDER BY id DESC))
SELECT a.id, b.nm FROM (SELECT * FROM o ORDER BY id DESC) a JOIN p b ON a.id = b.id ORDER BY 1
SELECT id, x FROM (SELECT id, arr FROM n ORDER BY id DESC) LATERAL VIEW explode(arr) v AS x
SELECT id FROM o WHERE id IN (SELECT id FROM p ORDER BY id) ORDER BY 1
SELECT i FROM t WHERE d NOT BETWEEN 1.5 AND 3.5 ORDER BY i
SELECT i FROM t WHERE dc BETWEEN 1 AND d ORDER BY i
SELECT CAST('NaN' AS DOUBLE) BETWEEN 1.5 AND 2.5, CAST('Infinity' AS DOUBLE) BETWEEN 1.5 AND 2.5
SELECT id FROM big WHERE d BETWEEN 0.1 AND 1.5 ORDER BY id
SELECT i, i BETWEEN NULL AND 3, i NOT BETWEEN 2 AND NULL FROM t ORDER BY i
SELECT i BETWEEN '1' AND '3' FROM t ORDER BY i
SELECT da BETWEEN '2024-01-01' AND ts FROM t ORDER BY i
SELECT sum(CASE WHEN qty BETWEEN 10 AND 30 THEN 1 ELSE 0 END) AS s FROM o GROUP BY qty BETWEEN 10 AND 30 ORDER BY 1
SELECT qty BETWEEN 10 AND 30 AS q, count(*) FROM o GROUP BY qty BETWEEN 10 AND 30 ORDER BY 1
SELECT sqrt(-1) > 1, sqrt(-1D) = CAST('NaN' AS DOUBLE), -CAST('NaN' AS DOUBLE) > 1, 0 * CAST('Infinity' AS DOUBLE) > 1
SELECT i FROM t WHERE -d > 1 ORDER BY i
SELECT i FROM t WHERE sqrt(-1) > i ORDER BY i
SELECT d FROM t INTERSECT SELECT -d FROM t ORDER BY 1
SELECT d FROM t EXCEPT SELECT -d FROM t ORDER BY 1
SELECT d FROM t INTERSECT ALL SELECT -d FROM t ORDER BY 1
SELECT x.i, y.i FROM t x JOIN t y USING (d) ORDER BY 1, 2
SELECT i FROM t WHERE acos(i) >= 0 ORDER BY 1
SELECT typeof(dc * -1), typeof(dc + -1), typeof(dc / -1), typeof(dc - -10) FROM t LIMIT 1
SELECT price / -3 FROM o ORDER BY id
SELECT sum(price * -1) FROM o
SELECT -1 - price, price % -2, -1 * price, CASE WHEN id > 1 THEN price ELSE -1 END FROM o ORDER BY id
SELECT qty > 10.0, id >= 2.5, id <= 2.5, 2.50 <= id, id < 2.5, id > -1.5, 3.5 > id, id = 2.0 FROM o ORDER BY id
SELECT count_if(qty > 10.0), sum(CASE WHEN qty > 10.0 THEN 1 ELSE 0 END) FROM o
SELECT qty BETWEEN 1.5 AND 30.5 FROM o ORDER BY id
SELECT price > 2.0, l > 10.5 FROM o JOIN t ON id = i ORDER BY id
SELECT id AS x, x + 1 FROM o JOIN p USING (id) ORDER BY x
SELECT id, id + 1, o.qty * 2 FROM o JOIN p USING (id) ORDER BY id
SELECT st.x FROM n ORDER BY x
SELECT st.x, count(*) FROM n GROUP BY x ORDER BY 1
SELECT st.x, count(*) FROM n GROUP BY st.x HAVING x > 0
SELECT st.y, count(*) c FROM n GROUP BY st.y ORDER BY y, c
SELECT y FROM (SELECT st.y FROM n) ORDER BY y
SELECT st.y FROM n UNION SELECT 'z' ORDER BY y
SELECT n.st.y FROM n ORDER BY y
SELECT st.x, x + 1 FROM n ORDER BY id
SELECT sa.k, size(k) FROM n ORDER BY id
SELECT DISTINCT st.y FROM n ORDER BY y
SELECT st.x, st.x FROM n ORDER BY id
SELECT st.x AS a, st.y FROM n ORDER BY a, y
SELECT id, st.x AS id2, n.id FROM n ORDER BY 1
SELECT q.id FROM (SELECT o.id, p.id FROM o JOIN p ON o.id = p.id) q
SELECT upper(region), count(*) FROM o GROUP BY ROLLUP(upper(region)) ORDER BY upper(region)
SELECT upper(region) AS u, count(*) FROM o GROUP BY ROLLUP(upper(region)) ORDER BY u
SELECT year(dt), month(dt), sum(qty) FROM o GROUP BY ROLLUP(year(dt), month(dt)) ORDER BY year(dt), month(dt)
SELECT upper(region), count(*) FROM o GROUP BY ROLLUP(upper(region)) HAVING upper(region) = 'EAST'
SELECT x.id FROM o JOIN p USING (id)
SELECT id FROM o JOIN p USING (id) WHERE z.id = 1
SELECT o.id FROM o JOIN p USING (nope)
SELECT lag(l, -1) OVER (ORDER BY i), lead(l, -1) OVER (ORDER BY i), lag(l, 2) OVER (ORDER BY i) FROM t ORDER BY i
SELECT sort_array(array(-d, d, 1)) FROM t ORDER BY i
# Found by reading: conditions over filtered subqueries, malformed texts, names that depend on types.
SELECT i FROM (SELECT * FROM t WHERE i = 2) WHERE CAST(s AS INT) > 1 ORDER BY i
WITH q AS (SELECT i, s FROM t WHERE i = 2) SELECT count(*) FROM q WHERE s > 5
SELECT i IN (1, 'x') FROM t WHERE i = 1
SELECT id, lag(st, 1, struct(0, 'z')) OVER (ORDER BY id) FROM n ORDER BY id
SELECT id, aggregate(arr, struct(0 AS s, 0 AS c), (a, v) -> struct(a.s + coalesce(v, 0), a.c + 1)) FROM n ORDER BY id
SELECT region AS r, count(*) AS c, c + 1 FROM o JOIN p USING (region) GROUP BY region ORDER BY r
SELECT i IN ('x', 1) FROM t WHERE i = 1
SELECT i, (SELECT max(id) FROM o WHERE region = s) FROM t ORDER BY i
SELECT id, transform(arr, a -> (a, id)) FROM n ORDER BY id
SELECT i, sum(i) OVER (ORDER BY d RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t ORDER BY i
SELECT i FROM t WHERE s IN ('a', NULL) IS NULL ORDER BY 1
SELECT id, st['x'], sa[0].k, sa.v, sa[0]['v'] FROM n WHERE size(sa) > 0 ORDER BY id
SELECT sa['k'] FROM n ORDER BY sa['k']
SELECT sa[0]['v'] FROM n WHERE id = 1
