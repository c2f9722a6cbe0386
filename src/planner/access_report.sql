-- planner/access_report.sql: the access report of an account (spec 5).
CREATE FUNCTION workflow_perms.who_can(action text, OUT workflow_id text, OUT user_id text, OUT reason text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000000 ROWS 10000
	AS 'MODULE_PATHNAME', 'wp_who_can_all';
COMMENT ON FUNCTION workflow_perms.who_can(text) IS
	'The access report: the rows of who_can(action, workflow_id) for every workflow that the session''s principal may view and ask about; in the order of the users'' ids. Others are left out, so without a right it is empty. Each user is loaded once, and costs what a list of the workflows on which it may do this costs. Raises 22023 for another action. Spec 5.';
