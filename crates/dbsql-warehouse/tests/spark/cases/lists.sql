# Arrays, maps, structs, lambdas, generators, and the syntax of queries.
SELECT size(array(1, 2, 3)) AS v
SELECT size(array(3, NULL, 1)) AS v
SELECT size(array()) AS v
SELECT size(array('b', 'a')) AS v
SELECT size(CAST(NULL AS ARRAY<INT>)) AS v
SELECT size(NULL) AS v
SELECT size(array(1.5, 2.25)) AS v
SELECT size(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT size(array(array(1), array(2, 3))) AS v
SELECT size(array(DATE'2024-02-29', NULL)) AS v
SELECT size(map('a', 1)) AS v
SELECT size('x') AS v
SELECT cardinality(array(1, 2, 3)) AS v
SELECT cardinality(array(3, NULL, 1)) AS v
SELECT cardinality(array()) AS v
SELECT cardinality(array('b', 'a')) AS v
SELECT cardinality(CAST(NULL AS ARRAY<INT>)) AS v
SELECT cardinality(NULL) AS v
SELECT cardinality(array(1.5, 2.25)) AS v
SELECT cardinality(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT cardinality(array(array(1), array(2, 3))) AS v
SELECT cardinality(array(DATE'2024-02-29', NULL)) AS v
SELECT cardinality(map('a', 1)) AS v
SELECT cardinality('x') AS v
SELECT array_size(array(1, 2, 3)) AS v
SELECT array_size(array(3, NULL, 1)) AS v
SELECT array_size(array()) AS v
SELECT array_size(array('b', 'a')) AS v
SELECT array_size(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_size(NULL) AS v
SELECT array_size(array(1.5, 2.25)) AS v
SELECT array_size(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_size(array(array(1), array(2, 3))) AS v
SELECT array_size(array(DATE'2024-02-29', NULL)) AS v
SELECT array_size(map('a', 1)) AS v
SELECT array_size('x') AS v
SELECT array_max(array(1, 2, 3)) AS v
SELECT array_max(array(3, NULL, 1)) AS v
SELECT array_max(array()) AS v
SELECT array_max(array('b', 'a')) AS v
SELECT array_max(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_max(NULL) AS v
SELECT array_max(array(1.5, 2.25)) AS v
SELECT array_max(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_max(array(array(1), array(2, 3))) AS v
SELECT array_max(array(DATE'2024-02-29', NULL)) AS v
SELECT array_max(map('a', 1)) AS v
SELECT array_max('x') AS v
SELECT array_min(array(1, 2, 3)) AS v
SELECT array_min(array(3, NULL, 1)) AS v
SELECT array_min(array()) AS v
SELECT array_min(array('b', 'a')) AS v
SELECT array_min(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_min(NULL) AS v
SELECT array_min(array(1.5, 2.25)) AS v
SELECT array_min(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_min(array(array(1), array(2, 3))) AS v
SELECT array_min(array(DATE'2024-02-29', NULL)) AS v
SELECT array_min(map('a', 1)) AS v
SELECT array_min('x') AS v
SELECT array_distinct(array(1, 2, 3)) AS v
SELECT array_distinct(array(3, NULL, 1)) AS v
SELECT array_distinct(array()) AS v
SELECT array_distinct(array('b', 'a')) AS v
SELECT array_distinct(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_distinct(NULL) AS v
SELECT array_distinct(array(1.5, 2.25)) AS v
SELECT array_distinct(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_distinct(array(array(1), array(2, 3))) AS v
SELECT array_distinct(array(DATE'2024-02-29', NULL)) AS v
SELECT array_distinct(map('a', 1)) AS v
SELECT array_distinct('x') AS v
SELECT array_compact(array(1, 2, 3)) AS v
SELECT array_compact(array(3, NULL, 1)) AS v
SELECT array_compact(array()) AS v
SELECT array_compact(array('b', 'a')) AS v
SELECT array_compact(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_compact(NULL) AS v
SELECT array_compact(array(1.5, 2.25)) AS v
SELECT array_compact(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_compact(array(array(1), array(2, 3))) AS v
SELECT array_compact(array(DATE'2024-02-29', NULL)) AS v
SELECT array_compact(map('a', 1)) AS v
SELECT array_compact('x') AS v
SELECT flatten(array(1, 2, 3)) AS v
SELECT flatten(array(3, NULL, 1)) AS v
SELECT flatten(array()) AS v
SELECT flatten(array('b', 'a')) AS v
SELECT flatten(CAST(NULL AS ARRAY<INT>)) AS v
SELECT flatten(NULL) AS v
SELECT flatten(array(1.5, 2.25)) AS v
SELECT flatten(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT flatten(array(array(1), array(2, 3))) AS v
SELECT flatten(array(DATE'2024-02-29', NULL)) AS v
SELECT flatten(map('a', 1)) AS v
SELECT flatten('x') AS v
SELECT sort_array(array(1, 2, 3)) AS v
SELECT sort_array(array(3, NULL, 1)) AS v
SELECT sort_array(array()) AS v
SELECT sort_array(array('b', 'a')) AS v
SELECT sort_array(CAST(NULL AS ARRAY<INT>)) AS v
SELECT sort_array(NULL) AS v
SELECT sort_array(array(1.5, 2.25)) AS v
SELECT sort_array(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT sort_array(array(array(1), array(2, 3))) AS v
SELECT sort_array(array(DATE'2024-02-29', NULL)) AS v
SELECT sort_array(map('a', 1)) AS v
SELECT sort_array('x') AS v
SELECT array_sort(array(1, 2, 3)) AS v
SELECT array_sort(array(3, NULL, 1)) AS v
SELECT array_sort(array()) AS v
SELECT array_sort(array('b', 'a')) AS v
SELECT array_sort(CAST(NULL AS ARRAY<INT>)) AS v
SELECT array_sort(NULL) AS v
SELECT array_sort(array(1.5, 2.25)) AS v
SELECT array_sort(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT array_sort(array(array(1), array(2, 3))) AS v
SELECT array_sort(array(DATE'2024-02-29', NULL)) AS v
SELECT array_sort(map('a', 1)) AS v
SELECT array_sort('x') AS v
SELECT reverse(array(1, 2, 3)) AS v
SELECT reverse(array(3, NULL, 1)) AS v
SELECT reverse(array()) AS v
SELECT reverse(array('b', 'a')) AS v
SELECT reverse(CAST(NULL AS ARRAY<INT>)) AS v
SELECT reverse(NULL) AS v
SELECT reverse(array(1.5, 2.25)) AS v
SELECT reverse(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT reverse(array(array(1), array(2, 3))) AS v
SELECT reverse(array(DATE'2024-02-29', NULL)) AS v
SELECT reverse(map('a', 1)) AS v
SELECT reverse('x') AS v
SELECT concat(array(1, 2, 3)) AS v
SELECT concat(array(3, NULL, 1)) AS v
SELECT concat(array()) AS v
SELECT concat(array('b', 'a')) AS v
SELECT concat(CAST(NULL AS ARRAY<INT>)) AS v
SELECT concat(NULL) AS v
SELECT concat(array(1.5, 2.25)) AS v
SELECT concat(array(2.5D, CAST('NaN' AS DOUBLE))) AS v
SELECT concat(array(array(1), array(2, 3))) AS v
SELECT concat(array(DATE'2024-02-29', NULL)) AS v
SELECT concat(map('a', 1)) AS v
SELECT concat('x') AS v
SELECT array(1, 2L) AS v
SELECT array(1, 1.5) AS v
SELECT array(1, 'a') AS v
SELECT array('1', 2.5D) AS v
SELECT array(1, true) AS v
SELECT array(DATE'2024-01-01', TIMESTAMP'2024-01-01 00:00:00') AS v
SELECT array(NULL) AS v
SELECT array(NULL, 1) AS v
SELECT array(1Y, 300S) AS v
SELECT array(1.10, 2.345) AS v
SELECT array(map('a', 1)) AS v
SELECT array(struct(1, 'a'), struct(2L, 'b')) AS v
SELECT array(array(1), array('a')) AS v
SELECT array(1, array(1)) AS v
SELECT array(1.5F, 2) AS v
SELECT array(named_struct('a', 1), named_struct('b', 1)) AS v
SELECT map() AS v
SELECT map('a', 1, 'b', 2L) AS v
SELECT map(1, 'a', 2.5, 'b') AS v
SELECT map(1) AS v
SELECT map(NULL, 1) AS v
SELECT map('a', 1, 'a', 2) AS v
SELECT map(array(1), 2) AS v
SELECT map(map(1, 2), 3) AS v
SELECT map('a', NULL) AS v
SELECT map(0.0D, 1, -0.0D, 2) AS v
SELECT map(1, 'x', '2', 'y') AS v
SELECT struct(1, 'a') AS v
SELECT struct(1 AS x, 'a' AS Y) AS v
SELECT named_struct('a', 1, 'B', NULL) AS v
SELECT named_struct('a', 1).A AS v
SELECT struct(1, 2).col2 AS v
SELECT struct(1, 2).col3 AS v
SELECT named_struct('a', struct(5 AS b)).a.b AS v
SELECT named_struct('a') AS v
SELECT named_struct(1, 2) AS v
SELECT array(struct(1 AS a), struct(2 AS a)).a AS v
SELECT named_struct('a', 1, 'a', 2).a AS v
SELECT map('k', 1).k AS v
SELECT CAST(NULL AS STRUCT<a: INT>).a AS v
SELECT array(1, 2)[0] AS v
SELECT array(1, 2)[1L] AS v
SELECT array(1, 2)[2] AS v
SELECT array(1, 2)[-1] AS v
SELECT array()[0] AS v
SELECT CAST(NULL AS ARRAY<INT>)[0] AS v
SELECT array(1, NULL)[1] AS v
SELECT array(1, 2)['0'] AS v
SELECT array(1, 2)[1.0] AS v
SELECT map('a', 1)['a'] AS v
SELECT map('a', 1)['b'] AS v
SELECT map('a', 1)[NULL] AS v
SELECT map(1, 'x')[1L] AS v
SELECT map(1L, 'x')[1] AS v
SELECT map(1, 'x')['1'] AS v
SELECT map('1', 'x')[1] AS v
SELECT map(1.5, 'x')[1] AS v
SELECT map(array(1), 'x')[array(1)] AS v
SELECT map()[1] AS v
SELECT array(array(1, 2))[0][1] AS v
SELECT element_at(array(1, 2, 3), 1) AS v
SELECT element_at(array(1, 2, 3), -1) AS v
SELECT element_at(array(1, 2, 3), 0) AS v
SELECT element_at(array(1, 2, 3), 4) AS v
SELECT element_at(array(1, 2, 3), -4) AS v
SELECT element_at(array(1, NULL), 2) AS v
SELECT element_at(array(), 1) AS v
SELECT element_at(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT element_at(array(1), NULL) AS v
SELECT element_at(array(1), 1L) AS v
SELECT element_at(array(1), '1') AS v
SELECT element_at(array(1), 1Y) AS v
SELECT element_at(map('a', 1), 'a') AS v
SELECT element_at(map('a', 1), 'z') AS v
SELECT element_at(map(1, 'a'), 1L) AS v
SELECT element_at(map(1L, 'a'), 1) AS v
SELECT element_at(map('1', 'a'), 1) AS v
SELECT element_at(map('a', 1), NULL) AS v
SELECT element_at(NULL, 1) AS v
SELECT element_at(map(1, 'a'), 1.5) AS v
SELECT try_element_at(array(1, 2, 3), 1) AS v
SELECT try_element_at(array(1, 2, 3), -1) AS v
SELECT try_element_at(array(1, 2, 3), 0) AS v
SELECT try_element_at(array(1, 2, 3), 4) AS v
SELECT try_element_at(array(1, 2, 3), -4) AS v
SELECT try_element_at(array(1, NULL), 2) AS v
SELECT try_element_at(array(), 1) AS v
SELECT try_element_at(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT try_element_at(array(1), NULL) AS v
SELECT try_element_at(array(1), 1L) AS v
SELECT try_element_at(array(1), '1') AS v
SELECT try_element_at(array(1), 1Y) AS v
SELECT try_element_at(map('a', 1), 'a') AS v
SELECT try_element_at(map('a', 1), 'z') AS v
SELECT try_element_at(map(1, 'a'), 1L) AS v
SELECT try_element_at(map(1L, 'a'), 1) AS v
SELECT try_element_at(map('1', 'a'), 1) AS v
SELECT try_element_at(map('a', 1), NULL) AS v
SELECT try_element_at(NULL, 1) AS v
SELECT try_element_at(map(1, 'a'), 1.5) AS v
SELECT get(array(1, 2, 3), 1) AS v
SELECT get(array(1, 2, 3), -1) AS v
SELECT get(array(1, 2, 3), 0) AS v
SELECT get(array(1, 2, 3), 4) AS v
SELECT get(array(1, 2, 3), -4) AS v
SELECT get(array(1, NULL), 2) AS v
SELECT get(array(), 1) AS v
SELECT get(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT get(array(1), NULL) AS v
SELECT get(array(1), CAST(NULL AS INT)) AS v
SELECT get(array(1), 1L) AS v
SELECT get(array(1), '1') AS v
SELECT get(array(1), 1Y) AS v
SELECT slice(array(1, 2, 3), 2, 2) AS v
SELECT slice(array(1, 2, 3), -2, 1) AS v
SELECT slice(array(1, 2, 3), 2, 10) AS v
SELECT slice(array(1, 2, 3), 5, 1) AS v
SELECT slice(array(1, 2, 3), -5, 2) AS v
SELECT slice(array(1, 2, 3), 0, 1) AS v
SELECT slice(array(1, 2, 3), 1, -1) AS v
SELECT slice(array(1, 2, 3), 1, 0) AS v
SELECT slice(array(1, 2, 3), NULL, 1) AS v
SELECT slice(NULL, 1, 1) AS v
SELECT slice(array(), 1, 1) AS v
SELECT slice(array(1), '1', 1) AS v
SELECT slice(array(1), 1L, 1) AS v
SELECT slice(array(1, 2), 1) AS v
SELECT array_contains(array(1, 2), 2) AS v
SELECT array_contains(array(1, 2), 5) AS v
SELECT array_contains(array(1, NULL), 5) AS v
SELECT array_contains(array(1, NULL), 1) AS v
SELECT array_contains(array(1, NULL), CAST(NULL AS INT)) AS v
SELECT array_contains(array(1), NULL) AS v
SELECT array_contains(array(), 1) AS v
SELECT array_contains(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT array_contains(NULL, 1) AS v
SELECT array_contains(array(1), 2L) AS v
SELECT array_contains(array(1L), 2) AS v
SELECT array_contains(array(1), 1.5) AS v
SELECT array_contains(array(1.5), 1) AS v
SELECT array_contains(array(1.5), 2.25) AS v
SELECT array_contains(array('a'), 'a') AS v
SELECT array_contains(array('1'), 1) AS v
SELECT array_contains(array(1), '1') AS v
SELECT array_contains(array(CAST('NaN' AS DOUBLE)), CAST('NaN' AS DOUBLE)) AS v
SELECT array_contains(array(0.0D), -0.0D) AS v
SELECT array_contains(array(array(1)), array(1)) AS v
SELECT array_contains(array(map(1, 2)), map(1, 2)) AS v
SELECT array_contains(array(DATE'2024-01-01'), DATE'2024-01-01') AS v
SELECT array_contains('a', 'a') AS v
SELECT array_contains(array(1)) AS v
SELECT array_contains(array(1.5F), 1) AS v
SELECT array_contains(array(struct(1)), struct(1)) AS v
SELECT array_contains(array(true), 1) AS v
SELECT array_position(array(1, 2), 2) AS v
SELECT array_position(array(1, 2), 5) AS v
SELECT array_position(array(1, NULL), 5) AS v
SELECT array_position(array(1, NULL), 1) AS v
SELECT array_position(array(1, NULL), CAST(NULL AS INT)) AS v
SELECT array_position(array(1), NULL) AS v
SELECT array_position(array(), 1) AS v
SELECT array_position(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT array_position(NULL, 1) AS v
SELECT array_position(array(1), 2L) AS v
SELECT array_position(array(1L), 2) AS v
SELECT array_position(array(1), 1.5) AS v
SELECT array_position(array(1.5), 1) AS v
SELECT array_position(array(1.5), 2.25) AS v
SELECT array_position(array('a'), 'a') AS v
SELECT array_position(array('1'), 1) AS v
SELECT array_position(array(1), '1') AS v
SELECT array_position(array(CAST('NaN' AS DOUBLE)), CAST('NaN' AS DOUBLE)) AS v
SELECT array_position(array(0.0D), -0.0D) AS v
SELECT array_position(array(array(1)), array(1)) AS v
SELECT array_position(array(map(1, 2)), map(1, 2)) AS v
SELECT array_position(array(DATE'2024-01-01'), DATE'2024-01-01') AS v
SELECT array_position('a', 'a') AS v
SELECT array_position(array(1)) AS v
SELECT array_position(array(1.5F), 1) AS v
SELECT array_position(array(struct(1)), struct(1)) AS v
SELECT array_position(array(true), 1) AS v
SELECT array_remove(array(1, 2), 2) AS v
SELECT array_remove(array(1, 2), 5) AS v
SELECT array_remove(array(1, NULL), 5) AS v
SELECT array_remove(array(1, NULL), 1) AS v
SELECT array_remove(array(1, NULL), CAST(NULL AS INT)) AS v
SELECT array_remove(array(1), NULL) AS v
SELECT array_remove(array(), 1) AS v
SELECT array_remove(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT array_remove(NULL, 1) AS v
SELECT array_remove(array(1), 2L) AS v
SELECT array_remove(array(1L), 2) AS v
SELECT array_remove(array(1), 1.5) AS v
SELECT array_remove(array(1.5), 1) AS v
SELECT array_remove(array(1.5), 2.25) AS v
SELECT array_remove(array('a'), 'a') AS v
SELECT array_remove(array('1'), 1) AS v
SELECT array_remove(array(1), '1') AS v
SELECT array_remove(array(CAST('NaN' AS DOUBLE)), CAST('NaN' AS DOUBLE)) AS v
SELECT array_remove(array(0.0D), -0.0D) AS v
SELECT array_remove(array(array(1)), array(1)) AS v
SELECT array_remove(array(map(1, 2)), map(1, 2)) AS v
SELECT array_remove(array(DATE'2024-01-01'), DATE'2024-01-01') AS v
SELECT array_remove('a', 'a') AS v
SELECT array_remove(array(1)) AS v
SELECT array_remove(array(1.5F), 1) AS v
SELECT array_remove(array(struct(1)), struct(1)) AS v
SELECT array_remove(array(true), 1) AS v
SELECT array_append(array(1, 2), 2) AS v
SELECT array_append(array(1, 2), 5) AS v
SELECT array_append(array(1, NULL), 5) AS v
SELECT array_append(array(1, NULL), 1) AS v
SELECT array_append(array(1, NULL), CAST(NULL AS INT)) AS v
SELECT array_append(array(1), NULL) AS v
SELECT array_append(array(), 1) AS v
SELECT array_append(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT array_append(NULL, 1) AS v
SELECT array_append(array(1), 2L) AS v
SELECT array_append(array(1L), 2) AS v
SELECT array_append(array(1), 1.5) AS v
SELECT array_append(array(1.5), 1) AS v
SELECT array_append(array(1.5), 2.25) AS v
SELECT array_append(array('a'), 'a') AS v
SELECT array_append(array('1'), 1) AS v
SELECT array_append(array(1), '1') AS v
SELECT array_append(array(CAST('NaN' AS DOUBLE)), CAST('NaN' AS DOUBLE)) AS v
SELECT array_append(array(0.0D), -0.0D) AS v
SELECT array_append(array(array(1)), array(1)) AS v
SELECT array_append(array(map(1, 2)), map(1, 2)) AS v
SELECT array_append(array(DATE'2024-01-01'), DATE'2024-01-01') AS v
SELECT array_append('a', 'a') AS v
SELECT array_append(array(1)) AS v
SELECT array_append(array(1.5F), 1) AS v
SELECT array_append(array(struct(1)), struct(1)) AS v
SELECT array_append(array(true), 1) AS v
SELECT array_prepend(array(1, 2), 2) AS v
SELECT array_prepend(array(1, 2), 5) AS v
SELECT array_prepend(array(1, NULL), 5) AS v
SELECT array_prepend(array(1, NULL), 1) AS v
SELECT array_prepend(array(1, NULL), CAST(NULL AS INT)) AS v
SELECT array_prepend(array(1), NULL) AS v
SELECT array_prepend(array(), 1) AS v
SELECT array_prepend(CAST(NULL AS ARRAY<INT>), 1) AS v
SELECT array_prepend(NULL, 1) AS v
SELECT array_prepend(array(1), 2L) AS v
SELECT array_prepend(array(1L), 2) AS v
SELECT array_prepend(array(1), 1.5) AS v
SELECT array_prepend(array(1.5), 1) AS v
SELECT array_prepend(array(1.5), 2.25) AS v
SELECT array_prepend(array('a'), 'a') AS v
SELECT array_prepend(array('1'), 1) AS v
SELECT array_prepend(array(1), '1') AS v
SELECT array_prepend(array(CAST('NaN' AS DOUBLE)), CAST('NaN' AS DOUBLE)) AS v
SELECT array_prepend(array(0.0D), -0.0D) AS v
SELECT array_prepend(array(array(1)), array(1)) AS v
SELECT array_prepend(array(map(1, 2)), map(1, 2)) AS v
SELECT array_prepend(array(DATE'2024-01-01'), DATE'2024-01-01') AS v
SELECT array_prepend('a', 'a') AS v
SELECT array_prepend(array(1)) AS v
SELECT array_prepend(array(1.5F), 1) AS v
SELECT array_prepend(array(struct(1)), struct(1)) AS v
SELECT array_prepend(array(true), 1) AS v
SELECT array_union(array(1, 2, 2), array(2, 3)) AS v
SELECT array_union(array(1, NULL), array(NULL, 2)) AS v
SELECT array_union(array(1, NULL), array(3)) AS v
SELECT array_union(array(), array(1)) AS v
SELECT array_union(array(), array()) AS v
SELECT array_union(array(1), array()) AS v
SELECT array_union(array(NULL), array()) AS v
SELECT array_union(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT array_union(array(1), NULL) AS v
SELECT array_union(array(1), array(1L)) AS v
SELECT array_union(array(1), array('1')) AS v
SELECT array_union(array(1), array(1.5)) AS v
SELECT array_union(array('a', 'b'), array('b')) AS v
SELECT array_union(array(CAST('NaN' AS DOUBLE)), array(CAST('NaN' AS DOUBLE), 1D)) AS v
SELECT array_union(array(0.0D), array(-0.0D)) AS v
SELECT array_union(array(array(1)), array(array(1), array(2))) AS v
SELECT array_union(array(map(1, 2)), array(map(1, 2))) AS v
SELECT array_union(array(1), 1) AS v
SELECT array_intersect(array(1, 2, 2), array(2, 3)) AS v
SELECT array_intersect(array(1, NULL), array(NULL, 2)) AS v
SELECT array_intersect(array(1, NULL), array(3)) AS v
SELECT array_intersect(array(), array(1)) AS v
SELECT array_intersect(array(), array()) AS v
SELECT array_intersect(array(1), array()) AS v
SELECT array_intersect(array(NULL), array()) AS v
SELECT array_intersect(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT array_intersect(array(1), NULL) AS v
SELECT array_intersect(array(1), array(1L)) AS v
SELECT array_intersect(array(1), array('1')) AS v
SELECT array_intersect(array(1), array(1.5)) AS v
SELECT array_intersect(array('a', 'b'), array('b')) AS v
SELECT array_intersect(array(CAST('NaN' AS DOUBLE)), array(CAST('NaN' AS DOUBLE), 1D)) AS v
SELECT array_intersect(array(0.0D), array(-0.0D)) AS v
SELECT array_intersect(array(array(1)), array(array(1), array(2))) AS v
SELECT array_intersect(array(map(1, 2)), array(map(1, 2))) AS v
SELECT array_intersect(array(1), 1) AS v
SELECT array_except(array(1, 2, 2), array(2, 3)) AS v
SELECT array_except(array(1, NULL), array(NULL, 2)) AS v
SELECT array_except(array(1, NULL), array(3)) AS v
SELECT array_except(array(), array(1)) AS v
SELECT array_except(array(), array()) AS v
SELECT array_except(array(1), array()) AS v
SELECT array_except(array(NULL), array()) AS v
SELECT array_except(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT array_except(array(1), NULL) AS v
SELECT array_except(array(1), array(1L)) AS v
SELECT array_except(array(1), array('1')) AS v
SELECT array_except(array(1), array(1.5)) AS v
SELECT array_except(array('a', 'b'), array('b')) AS v
SELECT array_except(array(CAST('NaN' AS DOUBLE)), array(CAST('NaN' AS DOUBLE), 1D)) AS v
SELECT array_except(array(0.0D), array(-0.0D)) AS v
SELECT array_except(array(array(1)), array(array(1), array(2))) AS v
SELECT array_except(array(map(1, 2)), array(map(1, 2))) AS v
SELECT array_except(array(1), 1) AS v
SELECT arrays_overlap(array(1, 2, 2), array(2, 3)) AS v
SELECT arrays_overlap(array(1, NULL), array(NULL, 2)) AS v
SELECT arrays_overlap(array(1, NULL), array(3)) AS v
SELECT arrays_overlap(array(), array(1)) AS v
SELECT arrays_overlap(array(), array()) AS v
SELECT arrays_overlap(array(1), array()) AS v
SELECT arrays_overlap(array(NULL), array()) AS v
SELECT arrays_overlap(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT arrays_overlap(array(1), NULL) AS v
SELECT arrays_overlap(array(1), array(1L)) AS v
SELECT arrays_overlap(array(1), array('1')) AS v
SELECT arrays_overlap(array(1), array(1.5)) AS v
SELECT arrays_overlap(array('a', 'b'), array('b')) AS v
SELECT arrays_overlap(array(CAST('NaN' AS DOUBLE)), array(CAST('NaN' AS DOUBLE), 1D)) AS v
SELECT arrays_overlap(array(0.0D), array(-0.0D)) AS v
SELECT arrays_overlap(array(array(1)), array(array(1), array(2))) AS v
SELECT arrays_overlap(array(map(1, 2)), array(map(1, 2))) AS v
SELECT arrays_overlap(array(1), 1) AS v
SELECT concat(array(1, 2, 2), array(2, 3)) AS v
SELECT concat(array(1, NULL), array(NULL, 2)) AS v
SELECT concat(array(1, NULL), array(3)) AS v
SELECT concat(array(), array(1)) AS v
SELECT concat(array(), array()) AS v
SELECT concat(array(1), array()) AS v
SELECT concat(array(NULL), array()) AS v
SELECT concat(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT concat(array(1), NULL) AS v
SELECT concat(array(1), array(1L)) AS v
SELECT concat(array(1), array('1')) AS v
SELECT concat(array(1), array(1.5)) AS v
SELECT concat(array('a', 'b'), array('b')) AS v
SELECT concat(array(CAST('NaN' AS DOUBLE)), array(CAST('NaN' AS DOUBLE), 1D)) AS v
SELECT concat(array(0.0D), array(-0.0D)) AS v
SELECT concat(array(array(1)), array(array(1), array(2))) AS v
SELECT concat(array(map(1, 2)), array(map(1, 2))) AS v
SELECT concat(array(1), 1) AS v
SELECT array_insert(array(1, 2, 3), 1, 9) AS v
SELECT array_insert(array(1, 2, 3), 4, 9) AS v
SELECT array_insert(array(1, 2, 3), 6, 9) AS v
SELECT array_insert(array(1, 2, 3), -1, 9) AS v
SELECT array_insert(array(1, 2, 3), -2, 9) AS v
SELECT array_insert(array(1, 2, 3), -4, 9) AS v
SELECT array_insert(array(1, 2, 3), -5, 9) AS v
SELECT array_insert(array(1, 2, 3), -7, 9) AS v
SELECT array_insert(array(1, 2, 3), 0, 9) AS v
SELECT array_insert(array(), 1, 9) AS v
SELECT array_insert(array(1), 1, NULL) AS v
SELECT array_insert(array(1), NULL, 5) AS v
SELECT array_insert(NULL, 1, 5) AS v
SELECT array_insert(array(1), 1, 2L) AS v
SELECT array_insert(array(1), 1, 'a') AS v
SELECT array_insert(array(1), '1', 2) AS v
SELECT array_insert(array(1), 1) AS v
SELECT array_repeat('a', 2) AS v
SELECT array_repeat(1, 0) AS v
SELECT array_repeat(1, -1) AS v
SELECT array_repeat(NULL, 2) AS v
SELECT array_repeat(1, NULL) AS v
SELECT array_repeat(array(1), 2) AS v
SELECT array_repeat(1, '2') AS v
SELECT array_repeat(1, 2L) AS v
SELECT array_repeat(1, 1.5) AS v
SELECT array_repeat(1) AS v
SELECT array_join(array('a', 'b'), ',') AS v
SELECT array_join(array('a', NULL, 'b'), ',') AS v
SELECT array_join(array('a', NULL), ',', 'x') AS v
SELECT array_join(array('a', NULL), ',', NULL) AS v
SELECT array_join(array(), ',') AS v
SELECT array_join(array(1, 2), ',') AS v
SELECT array_join(array('a'), NULL) AS v
SELECT array_join(NULL, ',') AS v
SELECT array_join(array(1.5, NULL), '', 'n') AS v
SELECT array_join(array(array(1)), ',') AS v
SELECT array_join(array('a', 'b'), 1) AS v
SELECT array_join(array('a')) AS v
SELECT array_join(array(true, false), '-') AS v
SELECT sort_array(array(3, 1, NULL), false) AS v
SELECT sort_array(array(3, 1, NULL), true) AS v
SELECT sort_array(array('b', 'a'), false) AS v
SELECT sort_array(array(1), NULL) AS v
SELECT sort_array(array(1), CAST(NULL AS BOOLEAN)) AS v
SELECT sort_array(array(1), 1) AS v
SELECT sort_array(array(map(1, 2)), true) AS v
SELECT sort_array(array(struct(2), struct(1))) AS v
SELECT sort_array(array(array(2), array(1, 5), array(1))) AS v
SELECT sort_array(array(1.5D, CAST('NaN' AS DOUBLE), NULL, -1D), false) AS v
SELECT arrays_zip(array(1, 2), array('a')) AS v
SELECT arrays_zip(array(1, 2), array('a'))
SELECT arrays_zip(array(1)) AS v
SELECT arrays_zip(array(1))
SELECT arrays_zip(array(), array(1)) AS v
SELECT arrays_zip(array(), array(1))
SELECT arrays_zip(CAST(NULL AS ARRAY<INT>), array(1)) AS v
SELECT arrays_zip(array(1), NULL) AS v
SELECT arrays_zip(array(1), NULL)
SELECT arrays_zip(array(1), 2) AS v
SELECT arrays_zip(array(1), 2)
SELECT arrays_zip(array(1), array(2), array(3, 4)) AS v
SELECT arrays_zip(array(1), array(2), array(3, 4))
SELECT arrays_zip(a, B) FROM (SELECT array(1) AS a, array(2) AS b)
SELECT struct(id, V, id + 1) FROM s ORDER BY id
SELECT struct(s.id) AS x FROM s ORDER BY id
SELECT sequence(1, 5) AS v
SELECT sequence(5, 1) AS v
SELECT sequence(1, 10, 3) AS v
SELECT sequence(10, 1, -4) AS v
SELECT sequence(1, 1) AS v
SELECT sequence(1, 5, 0) AS v
SELECT sequence(1, 5, -1) AS v
SELECT sequence(1, 1, 0) AS v
SELECT sequence(5, 1, 1) AS v
SELECT sequence(1L, 3) AS v
SELECT sequence(1, 3L) AS v
SELECT sequence(1Y, 3Y) AS v
SELECT sequence(1, NULL) AS v
SELECT sequence(NULL, 1) AS v
SELECT sequence('1', '3') AS v
SELECT sequence(1.5, 3) AS v
SELECT sequence(9223372036854775806L, 9223372036854775807L) AS v
SELECT sequence(-2, 2) AS v
SELECT sequence(1) AS v
SELECT map_keys(map('a', 1, 'b', 2)) AS v
SELECT map_keys(map()) AS v
SELECT map_keys(CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_keys(NULL) AS v
SELECT map_keys(map(1, NULL)) AS v
SELECT map_keys(array(1)) AS v
SELECT map_keys(map(array(1), map(1, 2))) AS v
SELECT map_values(map('a', 1, 'b', 2)) AS v
SELECT map_values(map()) AS v
SELECT map_values(CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_values(NULL) AS v
SELECT map_values(map(1, NULL)) AS v
SELECT map_values(array(1)) AS v
SELECT map_values(map(array(1), map(1, 2))) AS v
SELECT map_entries(map('a', 1, 'b', 2)) AS v
SELECT map_entries(map()) AS v
SELECT map_entries(CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_entries(NULL) AS v
SELECT map_entries(map(1, NULL)) AS v
SELECT map_entries(array(1)) AS v
SELECT map_entries(map(array(1), map(1, 2))) AS v
SELECT map_concat(map('a', 1, 'b', 2)) AS v
SELECT map_concat(map()) AS v
SELECT map_concat(CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_concat(NULL) AS v
SELECT map_concat(map(1, NULL)) AS v
SELECT map_concat(array(1)) AS v
SELECT map_concat(map(array(1), map(1, 2))) AS v
SELECT map_from_entries(map('a', 1, 'b', 2)) AS v
SELECT map_from_entries(map()) AS v
SELECT map_from_entries(CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_from_entries(NULL) AS v
SELECT map_from_entries(map(1, NULL)) AS v
SELECT map_from_entries(array(1)) AS v
SELECT map_from_entries(map(array(1), map(1, 2))) AS v
SELECT map_from_arrays(array('a', 'b'), array(1, 2)) AS v
SELECT map_from_arrays(array('a'), array(NULL)) AS v
SELECT map_from_arrays(array(NULL), array(1)) AS v
SELECT map_from_arrays(array('a', 'a'), array(1, 2)) AS v
SELECT map_from_arrays(array(), array()) AS v
SELECT map_from_arrays(array(1), array()) AS v
SELECT map_from_arrays(NULL, array(1)) AS v
SELECT map_from_arrays(array(1)) AS v
SELECT map_from_arrays(array(1), 1) AS v
SELECT map_from_arrays(array(map(1, 2)), array(1)) AS v
SELECT map_from_entries(array(struct(1, 'a'), struct(2, 'b'))) AS v
SELECT map_from_entries(array(struct(1, 'a'), NULL)) AS v
SELECT map_from_entries(array(struct(NULL, 'a'))) AS v
SELECT map_from_entries(array(struct(1, 'a'), struct(1, 'b'))) AS v
SELECT map_from_entries(array()) AS v
SELECT map_from_entries(array(struct(1, 2, 3))) AS v
SELECT map_concat(map('a', 1), map('b', 2)) AS v
SELECT map_concat(map('a', 1), map('a', 2)) AS v
SELECT map_concat(map(1, 'x'), map(2L, 'y')) AS v
SELECT map_concat(map('a', 1), NULL) AS v
SELECT map_concat(map('a', 1), CAST(NULL AS MAP<STRING, INT>)) AS v
SELECT map_concat(map('a', 1), map(1, 2)) AS v
SELECT map_concat(map('a', 1), 1) AS v
SELECT map_concat() AS v
SELECT map_contains_key(map('a', 1), 'a') AS v
SELECT map_contains_key(map('a', 1), 'b') AS v
SELECT map_contains_key(map(1, 2), 1L) AS v
SELECT map_contains_key(map('1', 2), 1) AS v
SELECT map_contains_key(map('a', 1), NULL) AS v
SELECT map_contains_key(map('a', 1), CAST(NULL AS STRING)) AS v
SELECT map_contains_key(NULL, 1) AS v
SELECT map_contains_key(array(1), 1) AS v
SELECT map_contains_key(map('a', 1)) AS v
SELECT str_to_map('a:1,b:2') AS v
SELECT str_to_map('a:1,b:2', ',') AS v
SELECT str_to_map('a=1;b', ';', '=') AS v
SELECT str_to_map('') AS v
SELECT str_to_map('a') AS v
SELECT str_to_map('a:1,a:2') AS v
SELECT str_to_map(NULL) AS v
SELECT str_to_map('a:1', NULL) AS v
SELECT str_to_map('a:1:2,b:') AS v
SELECT str_to_map('a1b2', '[0-9]', '=') AS v
SELECT str_to_map('a:1||b:2', '||') AS v
SELECT str_to_map('a.1', ',', '.') AS v
SELECT str_to_map(',') AS v
SELECT str_to_map(1) AS v
SELECT transform(array(1, 2, 3), x -> x + 1) AS v
SELECT transform(array(1, 2), (x, i) -> x * i) AS v
SELECT transform(array(), x -> x) AS v
SELECT transform(CAST(NULL AS ARRAY<INT>), x -> x) AS v
SELECT transform(array('a', NULL), x -> upper(x)) AS v
SELECT transform(array(1), (x, i, j) -> x) AS v
SELECT transform(array(array(1, 2), array(3)), a -> transform(a, x -> x * 10)) AS v
SELECT transform(array(1, 2), x -> transform(array(10, 20), y -> x + y)) AS v
SELECT transform(map(1, 2), x -> x) AS v
SELECT transform(array(1), 1) AS v
SELECT transform(array(1, 2), x -> named_struct('a', x)) AS v
SELECT transform(array(1), x -> NULL) AS v
SELECT transform(array(struct(1 AS a), struct(2 AS a)), s -> s.a + 1) AS v
SELECT transform(array(1, 0), x -> 1 / x) AS v
SELECT transform(NULL, x -> x) AS v
SELECT transform(array(1, 2), X -> x) AS v
SELECT filter(array(1, 2, 3), x -> x % 2 = 1) AS v
SELECT filter(array(1, NULL, 3), x -> x > 1) AS v
SELECT filter(array(0, 2, 3), (x, i) -> x > i) AS v
SELECT filter(array(1), x -> 1) AS v
SELECT filter(array(1), x -> NULL) AS v
SELECT filter(array(), x -> x > 0) AS v
SELECT filter(CAST(NULL AS ARRAY<INT>), x -> true) AS v
SELECT filter(map(1, 2), x -> true) AS v
SELECT exists(array(1, 2), x -> x = 2) AS v
SELECT exists(array(1, NULL), x -> x = 2) AS v
SELECT exists(array(), x -> true) AS v
SELECT exists(array(1, 0), x -> 1 / x > 0) AS v
SELECT exists(CAST(NULL AS ARRAY<INT>), x -> true) AS v
SELECT exists(array(1), x -> 'a') AS v
SELECT exists(array(1), (x, i) -> true) AS v
SELECT any_match(array(1), x -> true) AS v
SELECT forall(array(1, 2), x -> x > 0) AS v
SELECT forall(array(1, NULL), x -> x > 0) AS v
SELECT forall(array(-1, NULL), x -> x > 0) AS v
SELECT forall(array(), x -> false) AS v
SELECT forall(CAST(NULL AS ARRAY<INT>), x -> true) AS v
SELECT aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x, acc -> acc * 10) AS v
SELECT reduce(array(1, 2, 3), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1.5, 2.5), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1, 2), 0L, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1L), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1, NULL, 3), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(), 7, (acc, x) -> acc) AS v
SELECT aggregate(CAST(NULL AS ARRAY<INT>), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array('a', 'b'), '', (acc, x) -> concat(acc, x)) AS v
SELECT aggregate(array(1, 2), named_struct('s', 0, 'c', 0), (acc, x) -> named_struct('s', acc.s + x, 'c', acc.c + 1), acc -> acc.s / acc.c) AS v
SELECT aggregate(array(2147483647, 1), 0, (acc, x) -> acc + x) AS v
SELECT aggregate(array(1), CAST(NULL AS INT), (acc, x) -> coalesce(acc, 0) + x) AS v
SELECT aggregate(array(1), 0) AS v
SELECT aggregate(array(1), 0, acc -> acc) AS v
SELECT zip_with(array(1, 2), array(3, 4), (x, y) -> x + y) AS v
SELECT zip_with(array(1, 2), array(3), (x, y) -> coalesce(y, 0) + x) AS v
SELECT zip_with(array(1, 2), array('a'), (x, y) -> struct(x, y)) AS v
SELECT zip_with(NULL, array(1), (x, y) -> x) AS v
SELECT zip_with(CAST(NULL AS ARRAY<INT>), array(1), (x, y) -> x) AS v
SELECT zip_with(array(), array(), (x, y) -> x) AS v
SELECT zip_with(array(1), array(1), x -> x) AS v
SELECT map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1) AS v
SELECT map_filter(map(), (k, v) -> true) AS v
SELECT map_filter(map('a', 1), (k, v) -> 1) AS v
SELECT map_filter(CAST(NULL AS MAP<STRING, INT>), (k, v) -> true) AS v
SELECT map_filter(map('a', NULL), (k, v) -> v > 1) AS v
SELECT transform_keys(map('a', 1), (k, v) -> upper(k)) AS v
SELECT transform_keys(map('a', 1, 'b', 2), (k, v) -> v) AS v
SELECT transform_keys(map('a', 1, 'b', 2), (k, v) -> 1) AS v
SELECT transform_keys(map('a', 1), (k, v) -> NULL) AS v
SELECT transform_keys(map(1, 2), (k, v) -> k + v) AS v
SELECT transform_values(map('a', 1), (k, v) -> v + 1) AS v
SELECT transform_values(map('a', 1), (k, v) -> concat(k, v)) AS v
SELECT transform_values(map('a', NULL), (k, v) -> v) AS v
SELECT transform_values(map('a', 1), v -> v) AS v
SELECT transform_values(map(), (k, v) -> v) AS v
SELECT map_zip_with(map('a', 1), map('a', 2, 'b', 3), (k, x, y) -> struct(x, y)) AS v
SELECT map_zip_with(map(1, 1), map(2L, 2), (k, x, y) -> coalesce(x, y)) AS v
SELECT map_zip_with(map('a', 1), map(1, 1), (k, x, y) -> x) AS v
SELECT map_zip_with(NULL, map(1, 1), (k, x, y) -> x) AS v
SELECT array_sort(array(3, 1, 2), (a, b) -> b - a) AS v
SELECT array_sort(array('bb', 'a', 'ccc'), (l, r) -> length(l) - length(r)) AS v
SELECT array_sort(array('bb', 'a', 'cc'), (l, r) -> CASE WHEN length(l) < length(r) THEN -1 WHEN length(l) > length(r) THEN 1 ELSE 0 END) AS v
SELECT array_sort(array(2, 1), (a, b) -> NULL) AS v
SELECT array_sort(array(2, 1), (a, b) -> CAST(NULL AS INT)) AS v
SELECT array_sort(array(2, 1), (a, b) -> true) AS v
SELECT array_sort(array(2, 1), (a, b) -> 1L) AS v
SELECT array_sort(array(), (a, b) -> a - b) AS v
SELECT array_sort(array(2, 1), a -> a) AS v
SELECT id, transform(array(1, 2), x -> x + v) AS v FROM s ORDER BY id
SELECT id, filter(sequence(1, id), x -> x < v) AS v FROM s ORDER BY id
SELECT id, aggregate(sequence(1, id), 0, (a, x) -> a + x * v) AS r FROM s ORDER BY id
SELECT id, exists(array(1, 2), x -> x = id) AS r FROM s ORDER BY id
SELECT id, transform(array(1, 2), v -> v + id) AS r FROM s ORDER BY id
SELECT g, transform(sort_array(collect_list(v)), x -> x * 2) AS r FROM s GROUP BY g ORDER BY g
SELECT transform(array(1), x -> x + 1)
SELECT transform(array(1), (x, i) -> x + i)
SELECT filter(array(1), X -> X > 0)
SELECT aggregate(array(1), 0, (a, x) -> a + x)
SELECT array(1, 2)
SELECT array(1, 2)[0]
SELECT map('a', 1)
SELECT map('a', 1)['a']
SELECT named_struct('a', 1)
SELECT named_struct('a', 1).a
SELECT struct(1 AS a, 2)
SELECT size(array())
SELECT element_at(array(1), 1)
SELECT slice(array(1), 1, 1)
SELECT array_sort(array(2, 1))
SELECT sort_array(array(2, 1))
SELECT array_contains(array(1), 1)
SELECT sequence(1, 2)
SELECT array()
SELECT map()
SELECT map_filter(map(1, 2), (k, v) -> k > 0)
SELECT array_join(array('a'), ',')
SELECT array(array(1))[0][0]
SELECT array_size(array(1))
SELECT cardinality(array(1))
SELECT explode(array(1, 2))
SELECT explode(array(1, 2)) AS x
SELECT explode(array(1, 2)) x, 'a' AS y
SELECT explode(map('a', 1, 'b', 2))
SELECT explode(map('a', 1)) AS (k, v)
SELECT explode(array())
SELECT explode_outer(array())
SELECT explode_outer(array(1, NULL)) AS x
SELECT explode(CAST(NULL AS ARRAY<INT>))
SELECT explode_outer(CAST(NULL AS ARRAY<INT>))
SELECT explode(NULL)
SELECT explode(1)
SELECT posexplode(array('a', 'b'))
SELECT posexplode(array('a', 'b')) AS (p, c)
SELECT posexplode(map('a', 1))
SELECT posexplode_outer(array())
SELECT posexplode_outer(CAST(NULL AS MAP<STRING, INT>))
SELECT inline(array(struct(1 AS a, 'x' AS B), struct(2, 'y')))
SELECT inline(array(struct(1, 2), NULL))
SELECT inline_outer(CAST(NULL AS ARRAY<STRUCT<a: INT, b: STRING>>))
SELECT inline(array(1))
SELECT stack(2, 1, 'a', 2, 'b')
SELECT stack(2, 1, 2, 3)
SELECT stack(2, 1, 2, 3) AS (x, y)
SELECT stack(0, 1)
SELECT stack(1, 1, 'a')
SELECT stack(2, 1, 'a')
SELECT id, explode(array(v, v * 10)) AS e FROM s ORDER BY id, e
SELECT *, explode(array(1)) AS e FROM s ORDER BY id
SELECT s.*, explode(array(1)) AS e FROM s ORDER BY id
SELECT explode(array(1)) AS e, * FROM s ORDER BY id
SELECT explode(array(1)) + 1
SELECT explode(array(1)), explode(array(2))
SELECT 1 FROM s WHERE explode(array(true))
SELECT explode(array(1), 2)
SELECT g, explode(collect_list(v)) AS e FROM s GROUP BY g ORDER BY g, e
SELECT explode(array(1, 2)) AS e FROM s WHERE id = 1
SELECT DISTINCT explode(array(1, 1)) AS e
SELECT explode(array(3, 1, 2)) AS e ORDER BY e DESC LIMIT 2
SELECT e + 1 AS r FROM (SELECT explode(array(1, 2)) AS e)
SELECT id, e FROM s LATERAL VIEW explode(array(v, 10)) t AS e ORDER BY id, e
SELECT id, t.e FROM s LATERAL VIEW explode(array(v, 10)) t AS e WHERE e > 2 ORDER BY id, e
SELECT id, col FROM s LATERAL VIEW explode(array(v)) t ORDER BY id
SELECT id, k, w FROM s LATERAL VIEW explode(map('a', v)) t AS k, w ORDER BY id
SELECT id, e FROM s LATERAL VIEW OUTER explode(array()) t AS e ORDER BY id
SELECT id, e FROM s LATERAL VIEW explode(array()) t AS e ORDER BY id
SELECT id, p, e FROM s LATERAL VIEW posexplode(array('x', 'y')) t AS p, e ORDER BY id, p
SELECT id, e, f FROM s LATERAL VIEW explode(array(1, 2)) t1 AS e LATERAL VIEW explode(array(e, e * 10)) t2 AS f ORDER BY id, e, f
SELECT * FROM s LATERAL VIEW explode(array(1)) t AS E ORDER BY id
SELECT t.* FROM s LATERAL VIEW inline(array(struct(1 AS a, 2 AS b))) t ORDER BY id
SELECT count(*) AS c FROM s LATERAL VIEW explode(array(1, 2)) t AS e
SELECT e, count(*) AS c FROM s LATERAL VIEW explode(array(1, v)) t AS e GROUP BY e ORDER BY e
SELECT id, e FROM s LATERAL VIEW explode(array(1)) t AS e, f ORDER BY id
SELECT id, e FROM s LATERAL VIEW upper('a') t AS e
SELECT id, x FROM s, LATERAL explode(array(v, 7)) AS t(x) ORDER BY id, x
SELECT id, col FROM s, LATERAL explode(array(v)) ORDER BY id
SELECT id, x FROM s JOIN LATERAL explode(array(v)) AS t(x) ORDER BY id
SELECT id, x FROM s LEFT JOIN LATERAL explode(array()) AS t(x) ORDER BY id
SELECT * FROM explode(array(1, 2))
SELECT * FROM explode(array(1, 2)) AS t(x)
SELECT * FROM posexplode(array('a'))
SELECT * FROM inline(array(struct(1 AS a)))
SELECT * FROM stack(2, 1, 2)
SELECT x FROM VALUES (array(1, 2)), (array(3)) AS t(a) LATERAL VIEW explode(a) u AS x ORDER BY x
SELECT v AS a, a + 1 AS b FROM s ORDER BY a
SELECT v AS id, id + 10 AS b FROM s ORDER BY b
SELECT 1 AS a, a + 1 AS b, b * 2 AS c
SELECT sum(v) AS t, t * 2 AS u FROM s
SELECT 1 AS a, a AS a
SELECT a + 1, 1 AS a
SELECT v AS a FROM s WHERE a > 1
SELECT g, count(*) AS c FROM s GROUP BY ALL ORDER BY ALL
SELECT g, v + 1 AS w, count(*) AS c FROM s GROUP BY ALL ORDER BY w
SELECT g AS k, count(*) FROM s GROUP BY k ORDER BY k
SELECT upper(g) AS g, count(*) AS c FROM s GROUP BY 1 ORDER BY 1
SELECT g, id FROM s ORDER BY ALL DESC
SELECT x.* FROM (SELECT named_struct('A', 1, 'b', 2) AS x)
SELECT t.x.* FROM (SELECT named_struct('A', 1, 'b', 2) AS x) t
SELECT x.a FROM (SELECT named_struct('A', 1, 'b', 2) AS x)
SELECT X.A FROM (SELECT named_struct('A', 1, 'b', 2) AS x)
SELECT * EXCEPT (v, id) FROM s ORDER BY g, 1
SELECT * EXCEPT (nope) FROM s
SELECT s.* EXCEPT (v) FROM s ORDER BY id
SELECT a.id FROM s a LEFT SEMI JOIN s b ON a.id = b.id + 1 ORDER BY id
SELECT a.id FROM s a SEMI JOIN s b ON a.id = b.id + 1 ORDER BY id
SELECT a.id FROM s a LEFT ANTI JOIN s b ON a.id = b.id + 1 ORDER BY id
SELECT a.id FROM s a ANTI JOIN s b ON a.id = b.id + 1 ORDER BY id
SELECT * FROM s NATURAL JOIN (SELECT 1 AS id, 'q' AS z)
SELECT * FROM s JOIN (SELECT 1 AS id, 'q' AS z) USING (id)
SELECT * FROM s LEFT JOIN (SELECT 1 AS ID, 'q' AS z) USING (id) ORDER BY id
SELECT * FROM s RIGHT JOIN (SELECT 9 AS id, 'q' AS z) USING (id) ORDER BY id
SELECT * FROM s FULL JOIN (SELECT 9 AS id, 'q' AS z) USING (id) ORDER BY id
SELECT a.id, b.z FROM s a LEFT JOIN (SELECT 'q' AS z) b ORDER BY id
SELECT count(*) AS c FROM s a JOIN s b
SELECT a.id, b.id FROM s a INNER JOIN s b ON a.id = b.v ORDER BY 1
SELECT * FROM s a JOIN s b ON a.id = b.id ORDER BY a.id
SELECT id FROM s a JOIN s b ON a.id = b.id
SELECT a.id FROM s a FULL OUTER JOIN s b ON a.id = b.id + 1 ORDER BY a.id
SELECT * FROM VALUES (1, 'a'), (2, 'b')
SELECT * FROM VALUES (1, 'a') AS t(x, Y)
SELECT col1 FROM VALUES (1)
SELECT * FROM VALUES 1, 2
SELECT * FROM VALUES (1), (2L)
SELECT * FROM VALUES (1), ('a')
SELECT * FROM VALUES (NULL), (1)
SELECT * FROM VALUES (1, 2), (3)
VALUES (1, 'a'), (2, 'b')
VALUES 1, 2
TABLE s ORDER BY id
FROM s SELECT id ORDER BY id
FROM s SELECT g, sum(v) AS t GROUP BY g ORDER BY g
SELECT id FROM s SORT BY id
SELECT id FROM s DISTRIBUTE BY id ORDER BY id
SELECT id FROM s CLUSTER BY id
SELECT 1 AS a UNION SELECT 2 ORDER BY a
SELECT 1 AS a UNION ALL SELECT 1
SELECT 1 AS A UNION ALL SELECT 2L
SELECT 1 UNION ALL SELECT 1.5
SELECT 1 UNION ALL SELECT 'a'
SELECT '1' AS x UNION ALL SELECT 2
SELECT NULL UNION ALL SELECT 1
SELECT 1, 2 UNION SELECT 1
SELECT DATE'2024-01-01' AS d UNION ALL SELECT TIMESTAMP'2024-01-01 01:00:00'
SELECT array(1) AS a UNION ALL SELECT array(2L)
SELECT id FROM s EXCEPT SELECT 1 ORDER BY id
SELECT id FROM s MINUS SELECT 1 ORDER BY id
SELECT g FROM s EXCEPT ALL SELECT 'a'
SELECT id FROM s INTERSECT SELECT 2
SELECT g FROM s INTERSECT ALL SELECT 'a'
SELECT 1 INTERSECT SELECT 1L
SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 1
SELECT 1 AS x UNION ALL SELECT 2 AS y ORDER BY x
SELECT 1 AS x UNION ALL SELECT 2 AS y ORDER BY y
SELECT true UNION ALL SELECT 1
SELECT 1.5 AS v UNION ALL SELECT 2.25
SELECT CAST(1 AS DECIMAL(10, 2)) AS v UNION ALL SELECT 1L
SELECT id FROM s WHERE (id, g) IN ((1, 'a'), (3, 'b')) ORDER BY id
SELECT id FROM s WHERE (id, g) IN (SELECT 1, 'a')
SELECT id FROM s WHERE (id, g) NOT IN (SELECT 1, 'a') ORDER BY id
SELECT id FROM s a WHERE EXISTS (SELECT 1 FROM s b WHERE b.id = a.id + 1) ORDER BY id
SELECT id FROM s a WHERE NOT EXISTS (SELECT 1 FROM s b WHERE b.id = a.id + 1) ORDER BY id
SELECT id FROM s a WHERE id IN (SELECT b.id + 1 FROM s b WHERE b.g = a.g) ORDER BY id
SELECT id FROM s WHERE id NOT IN (SELECT NULL)
SELECT id, (SELECT max(b.id) FROM s b WHERE b.g = s.g) AS m FROM s ORDER BY id
SELECT (SELECT id FROM s)
SELECT (SELECT id FROM s WHERE id = 9) AS v
SELECT (SELECT 1, 2) AS v
SELECT id FROM s WHERE id = (SELECT max(id) FROM s)
SELECT id IN (SELECT 1) AS v FROM s ORDER BY id
SELECT 1 IN (1, 2L) AS v
SELECT 1 IN ('1', 2) AS v
SELECT 1 IN (NULL, 1) AS v
SELECT 2 IN (NULL, 1) AS v
SELECT 1 IN (1.0, 2) AS v
SELECT 'a' IN (1) AS v
SELECT (1, 'a') = (1, 'a') AS v
SELECT (1, 2) AS v
SELECT CASE WHEN true THEN 1 ELSE 2L END AS v
SELECT CASE WHEN true THEN 1 ELSE 'a' END AS v
SELECT CASE WHEN true THEN 1 ELSE 1.5 END AS v
SELECT CASE WHEN false THEN 1 END AS v
SELECT CASE 1 WHEN 1L THEN 'x' END AS v
SELECT CASE WHEN 1 THEN 2 END AS v
SELECT CASE WHEN true THEN DATE'2024-01-01' ELSE TIMESTAMP'2024-01-01 00:00:00' END AS v
SELECT CASE WHEN true THEN array(1) ELSE array(2L) END AS v
SELECT CASE WHEN true THEN 1 ELSE true END AS v
SELECT CASE 'a' WHEN 1 THEN 2 END AS v
SELECT coalesce(NULL, 1, 2L) AS v
SELECT coalesce('1', 2.5D) AS v
SELECT coalesce(NULL, NULL) AS v
SELECT coalesce(1, true) AS v
SELECT if(true, 1, 1.5) AS v
SELECT if(NULL, 1, 2) AS v
SELECT if(1, 1, 2) AS v
SELECT nullif(1, '1') AS v
SELECT * FROM (SELECT 1 AS FooBar)
SELECT foobar FROM (SELECT 1 AS FooBar)
SELECT FOOBAR FROM (SELECT 1 AS FooBar)
WITH T AS (SELECT 1 AS FooBar) SELECT * FROM t
WITH t AS (SELECT 1 AS FooBar), u AS (SELECT * FROM t) SELECT * FROM u
WITH t(X) AS (SELECT 1) SELECT * FROM t
SELECT t.* FROM (SELECT 1 AS FooBar, 2 AS `Baz Q`) t
SELECT * FROM (SELECT 1 AS `A b`)
SELECT `A b` FROM (SELECT 1 AS `a B`)
SELECT * FROM (SELECT 1 AS A UNION ALL SELECT 2 AS b)
SELECT * FROM (SELECT ID FROM s WHERE id = 1)
SELECT * FROM (SELECT id AS Id, G FROM s) ORDER BY id
SELECT 1 AS a, 2 AS A
SELECT * FROM (SELECT 1 AS a, 2 AS A)
SELECT a FROM (SELECT 1 AS a, 2 AS A)
SELECT sum(v) FROM s
SELECT * FROM (SELECT sum(v) FROM s)
SELECT * FROM (SELECT 1 + 1)
SELECT `(1 + 1)` FROM (SELECT 1 + 1)
SELECT 2 BETWEEN 1 AND 3L AS v
SELECT '2' BETWEEN 1 AND 3 AS v
SELECT 5 NOT BETWEEN 1 AND 3 AS v
SELECT NULL BETWEEN 1 AND 3 AS v
SELECT 2 BETWEEN NULL AND 1 AS v
SELECT id FROM s ORDER BY id LIMIT ALL
SELECT id FROM s ORDER BY id LIMIT 2 OFFSET 1
SELECT id FROM s ORDER BY id OFFSET 2
SELECT id FROM s ORDER BY id LIMIT 0
SELECT id FROM s ORDER BY id LIMIT 1 + 1
SELECT id FROM s LIMIT -1
SELECT id FROM s LIMIT NULL
SELECT id FROM s LIMIT 'a'
SELECT id, sum(v) OVER w AS t FROM s WINDOW w AS (ORDER BY id) ORDER BY id
SELECT id, sum(v) OVER (w) AS t FROM s WINDOW w AS (PARTITION BY g) ORDER BY id
SELECT g, sum(v) AS t FROM s GROUP BY g WITH ROLLUP ORDER BY g
SELECT g, sum(v) AS t FROM s GROUP BY ROLLUP(g) ORDER BY g
SELECT g, id, sum(v) AS t FROM s GROUP BY CUBE(g, id) ORDER BY g, id
SELECT g, sum(v) AS t FROM s GROUP BY GROUPING SETS ((g), ()) ORDER BY g
SELECT id FROM s GROUP BY g
SELECT g FROM s HAVING true
SELECT g FROM s GROUP BY g HAVING sum(v) > 2 ORDER BY g
SELECT count(*) AS c FROM s HAVING c > 1
SELECT g FROM s GROUP BY g ORDER BY sum(v) DESC
SELECT nope FROM s
SELECT s.nope FROM s
SELECT nope.id FROM s
SELECT id FROM nope
SELECT nope(1)
SELECT DISTINCT g FROM s ORDER BY g
SELECT DISTINCT g FROM s ORDER BY id
SELECT ALL g FROM s ORDER BY g
SELECT id FROM s ORDER BY v DESC NULLS LAST
SELECT x FROM VALUES (1), (NULL), (2) AS t(x) ORDER BY x
SELECT x FROM VALUES (1), (NULL), (2) AS t(x) ORDER BY x DESC
SELECT x FROM VALUES (1), (NULL), (2) AS t(x) ORDER BY x DESC NULLS FIRST
SELECT x FROM VALUES ('b'), ('B'), ('a') AS t(x) ORDER BY x
SELECT x FROM VALUES (1D), (CAST('NaN' AS DOUBLE)), (-1D) AS t(x) ORDER BY x DESC
SELECT * FROM s PIVOT (sum(v) FOR g IN ('a', 'b')) ORDER BY id
SELECT * FROM (SELECT g, v FROM s) PIVOT (sum(v) AS t FOR g IN ('a' AS x, 'b' AS y))
SELECT * FROM (SELECT 1 AS a, 2 AS b) UNPIVOT (val FOR name IN (a, b))
SELECT * FROM (SELECT g, v FROM s) PIVOT (sum(v), count(*) AS c FOR g IN ('a'))
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t
SELECT id FROM s TABLESAMPLE (100 PERCENT) ORDER BY id
SELECT /*+ BROADCAST(s) */ id FROM s ORDER BY id
SELECT id id2 FROM s ORDER BY id2
SELECT s.id, t.y FROM s, LATERAL (SELECT s.v * 2 AS y) t ORDER BY 1
SELECT count(DISTINCT g, v) AS c FROM s
SELECT shuffle(array(1)) AS v
SELECT a.x.y FROM (SELECT named_struct('x', named_struct('y', 5)) AS a)
SELECT max(struct(v, id)).id AS r FROM s
SELECT map_keys(m)[0] AS r FROM (SELECT map('k', 1) AS m)
SELECT m['k'] FROM (SELECT map('k', 1) AS m)
SELECT m.k FROM (SELECT map('k', 1) AS m)
SELECT a[0] FROM (SELECT array(5) AS a)
SELECT a[id] FROM (SELECT array(5, 6) AS a, 1 AS id)
SELECT struct(1, 2) = struct(1, 2L) AS v
SELECT array(1) = array(1L) AS v
SELECT array(1, 2) < array(1, 3) AS v
SELECT map(1, 2) = map(1, 2) AS v
SELECT array(1) <=> NULL AS v
SELECT x FROM VALUES (array(2)), (array(1, 5)), (NULL) AS t(x) ORDER BY x
SELECT x, count(*) AS c FROM VALUES (array(1)), (array(1)) AS t(x) GROUP BY x
SELECT CAST(struct(1, 'a') AS STRING) AS v
SELECT CAST(array(1, NULL) AS STRING) AS v
SELECT CAST(map('a', NULL) AS STRING) AS v
SELECT CAST(array('1', '2') AS ARRAY<INT>) AS v
SELECT CAST(array(1) AS ARRAY<STRING>) AS v
SELECT CAST(struct(1) AS STRUCT<a: BIGINT>) AS v
SELECT typeof(array(1, 2L)) AS v
SELECT typeof(map('a', 1.5)) AS v
SELECT typeof(struct(1 AS A)) AS v
