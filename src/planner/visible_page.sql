-- planner/visible_page.sql: lists, a page at a time (spec 5).

-- Returns ids, not rows: the tables belong to the application, are made later,
-- and have columns that the extension does not know.  Each id has a cursor,
-- from which the next page begins.
CREATE FUNCTION workflow_perms.visible_workflows(order_by text, page_size integer DEFAULT 20, after jsonb DEFAULT NULL)
	RETURNS TABLE (workflow_id text, cursor jsonb)
	LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 20
	AS 'MODULE_PATHNAME', 'wp_visible_workflows_page';
COMMENT ON FUNCTION workflow_perms.visible_workflows(text, integer, jsonb) IS
	'A page of the workflows that the session''s principal may see: the result of filtering workflow_perms.workflows with can_view(), ORDER BY and LIMIT. order_by: a column of workflow_perms.workflows, which may be one of your own, then ASC or DESC, then NULLS FIRST or NULLS LAST, as in ORDER BY. Rows with equal values are ordered by workflow_id, in the same direction. page_size: 1 to 1000 rows. after: NULL for the first page, then the cursor of the last row so far, with the same order_by; that row may have changed or disappeared since. Returns ids, because the table''s columns are yours: join it for the rest. The result is in this order; if you join it, add WITH ORDINALITY and order by that. The cursor holds the row''s id and its value in the order. It is not secret and grants nothing. Within one snapshot, pages neither lose nor repeat a row. Between snapshots, a row that moved may be on both pages or on neither, as with any keyset. Fast with indexes on (account_id, column, workflow_id) and (account_id, workspace_id, column, workflow_id), correct without. Needs SELECT on the column. Empty without a principal. Raises 42601 for an invalid order_by, 42703 for a column that does not exist, 42883 for a column whose type has no order, 42501 for a column that the caller may not read, 2201W for another page_size, 22023 for an after that is not a cursor of this order, and the errors of the column''s type for an invalid value. Spec 5.';
