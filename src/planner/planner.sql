-- planner/planner.sql: the functions that can_... is taken apart into for the
-- planner, and their support functions.  An index cannot serve a function that
-- is called row by row.
--
-- These functions stand in plans, which run as the current role, so PUBLIC may
-- execute them.  For the session's principal they reveal only what that
-- principal may ask anyway: what it may do to a workflow with these columns,
-- and whether the account is its own.  A function that reveals more takes an
-- argument of type internal, which only the planner can give.  Functions that
-- take a principal read nothing else.

CREATE FUNCTION workflow_perms._can_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_can_support';
COMMENT ON FUNCTION workflow_perms._can_support(internal) IS 'Internal: planner support of can_...: rewrites it into _allowed() and the arms, which indexes can serve.';
DO $support$
DECLARE
	supported text;
BEGIN
	FOREACH supported IN ARRAY ARRAY['_allowed', '_among', '_in_account', '_owned', '_is_main', '_no_condition', '_condition_holds', '_may_hold', 'principal_created',
		'_view_in', '_edit_in', '_view_run', '_view_run_detail', '_is_bound_user', '_of_bound_run'] LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%I(internal) RETURNS internal'
			' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS ''MODULE_PATHNAME'', ''wp_arm_support''',
			pg_catalog.replace(supported, 'principal', '') || '_support');
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(internal) IS %L',
			pg_catalog.replace(supported, 'principal', '') || '_support', 'Internal: planner support of ' || supported || '().');
	END LOOP;
END
$support$;
ALTER FUNCTION workflow_perms.principal_created(text, text, text, text) SUPPORT workflow_perms._created_support;

-- The decision costs more than any one arm and less than all arms of a plan
-- together.  So in a filter it comes before them.
CREATE FUNCTION workflow_perms._allowed(action text, "any", "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_allowed';
CREATE FUNCTION workflow_perms._allowed(workflow_perms.principal, action text, "any", "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_allowed';
COMMENT ON FUNCTION workflow_perms._allowed(text, "any", "any", "any", "any", "any", "any", "any", "any") IS
	'Internal, in plans: may the session''s principal do this to the workflow with these columns: account_id, workflow_id, workspace_id, visibility, status, condition, hidden, owner_id? The answer is that of can_... . Spec 4, 6.2.';
COMMENT ON FUNCTION workflow_perms._allowed(workflow_perms.principal, text, "any", "any", "any", "any", "any", "any", "any", "any") IS
	'Internal, in plans: the same for the given principal.';

-- The arms.  Each returns true for any arguments.  Its meaning is the index
-- condition, and the estimate, of its support function.  An index condition
-- comes before a table's policies only if the function is LEAKPROOF. But a
-- LEAKPROOF function is evaluated on hidden rows, together with expressions
-- that a query puts beside it.  So no other function of ours is LEAKPROOF,
-- however high its cost.  A cost of more than ten operators keeps a plain
-- condition behind the policies.  It does not do so if PostgreSQL derives
-- another condition from an equality, or in a security_barrier view.
DO $arms$
DECLARE
	arm record;
BEGIN
	FOR arm IN SELECT * FROM (VALUES
		('_among', 'candidates text, id anyelement', 2, true,
			'the id is in the set that the label names: workflows that the session''s principal''s own lists name (''view named''), all workflows that it may view or edit (''view verdict'') or see runs of (''view history''), workspaces where it may do this to any workflow (''view any''), or to main workflows (''view main'').'),
		('_in_account', 'id anyelement', 1, true, 'the id is the account of the session''s principal.'),
		('_owned', 'owner_id anyelement', 1, true, 'the id is that of the session''s principal, a member or service.'),
		('_is_main', 'visibility anyelement', 1, false, 'the visibility, a workflow_visibility or text, is main.'),
		('_no_condition', 'unconditional_account text', 1, true,
			'_unconditional_account(), the account of a workflow without a condition, equals _bound_account().'),
		-- No user can call a function with an argument of type internal, but
		-- the planner can write such a call.
		('_condition_holds', 'internal, condition_hash bigint', 2, false,
			'the hash is in _matching(): it belongs to a condition of the account''s workflows that holds for the session''s principal.'),
		('_condition_holds', 'internal, condition_digest uuid', 2, false,
			'the digest is in _matching(): it belongs to a condition in the index that holds for the session''s principal.'),
		-- Used if neither says which conditions hold: by an index on the
		-- conditions.
		('_may_hold', 'condition workflow_perms.metadata_condition', 1, true,
			'the condition may hold for the session''s principal, which conditions bind.'),
		('_is_bound_user', 'id anyelement', 1, false, 'the id is the session''s principal, which is no member or service.'),
		('_of_bound_run', 'run_id anyelement', 2, false,
			'the id is that of a run that is for the session''s principal or was started by it, which is no member or service.')
	) AS arms (name, takes, cost, has_twin, means) LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%1$s(%2$s)'
			' RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST %3$s'
			' SUPPORT workflow_perms.%1$s_support AS ''MODULE_PATHNAME'', ''wp_arm''', arm.name, arm.takes, arm.cost);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%s(%s) IS %L',
			arm.name, arm.takes, 'Internal, in plans: true. As an index condition: ' || arm.means);
		CONTINUE WHEN NOT arm.has_twin;
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%1$s(workflow_perms.principal, %2$s)'
			' RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2'
			' SUPPORT workflow_perms.%1$s_support AS ''MODULE_PATHNAME'', ''wp_arm''', arm.name, arm.takes);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%s(workflow_perms.principal, %s) IS %L',
			arm.name, arm.takes, 'Internal, in plans: the same for the given principal.');
	END LOOP;
END
$arms$;

-- The decisions on rows that belong to a workflow (query/decisions.sql,
-- query/run_access.sql) as they stand in plans.
DO $below$
DECLARE
	decision record;
BEGIN
	FOR decision IN SELECT * FROM (VALUES
		('_view_in', 'text, text', 'can_view_in', 'wp_can_view_in'),
		('_edit_in', 'text, text', 'can_edit_in', 'wp_can_edit_in'),
		('_view_run', 'text, text, text, text', 'can_view_run', 'wp_can_view_run_columns'),
		('_view_run_detail', 'text, text, text, text, text, text, workflow_perms.step_access, text', 'can_view_run_detail', 'wp_can_view_run_detail_columns')
	) AS decisions (name, takes, decides, symbol) LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%1$s(%2$s)'
			' RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 4'
			' SUPPORT workflow_perms.%1$s_support AS ''MODULE_PATHNAME'', %3$L', decision.name, decision.takes, decision.symbol);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%s(%s) IS %L', decision.name, decision.takes,
			pg_catalog.format('Internal, in plans: the decision of %s().', decision.decides));
	END LOOP;
END
$below$;

-- Only an index on this knows how many workflows of an account have no
-- condition.
CREATE FUNCTION workflow_perms._unconditional_account(account_id text, condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
	AS 'MODULE_PATHNAME', 'wp_unconditional_account';
COMMENT ON FUNCTION workflow_perms._unconditional_account(text, workflow_perms.metadata_condition) IS 'Internal, for an index: the account if there is no condition, otherwise NULL.';

-- The values that an index compares the arms' columns with.  Those of the
-- session's principal reveal ids of workspaces that it may not see but in which
-- it may see workflows.  So only plans can call them.
DO $values$
DECLARE
	made record;
BEGIN
	FOR made IN SELECT * FROM (VALUES
		('_bound_account', '', 'text', 'STABLE', 5, 'wp_bound_account',
			'the account of the session''s principal; NULL for members and services, because conditions do not bind them.'),
		('_bound_account', 'workflow_perms.principal', 'text', 'IMMUTABLE', 2, 'wp_bound_account', 'the same for the given principal.'),
		('_bound_metadata', 'internal', 'jsonb', 'STABLE', 5, 'wp_bound_metadata',
			'the metadata of the session''s principal; NULL if conditions do not bind it.'),
		('_bound_metadata', 'workflow_perms.principal', 'jsonb', 'IMMUTABLE', 2, 'wp_bound_metadata', 'the same for the given principal.'),
		('_matching', 'internal', 'bigint[]', 'STABLE', 100, 'wp_matching',
			'the hashes of the conditions that hold for the session''s principal; empty if conditions do not bind it.'),
		('_matching', 'internal, regclass', 'uuid[]', 'STABLE', 1000, 'wp_matching_in',
			'the digests of the conditions in this index, on account and condition_digest(), that hold for the session''s principal; empty if conditions do not bind it.'),
		('_bound_user', '', 'text', 'STABLE', 5, 'wp_bound_user',
			'the user that the session''s principal is; NULL for members and services, and for an anonymous principal.'),
		('_bound_runs', 'internal', 'text[]', 'STABLE', 1000, 'wp_bound_runs',
			'the ids of the runs that are for the session''s principal or were started by it; none for members and services.'),
		-- STABLE: estimates compute it, and nothing else does before execution.
		-- So the function that gets it knows whether the planner asks, which
		-- looks at arrays value by value.
		('_at_execution', 'internal', 'internal', 'STABLE', 1, 'wp_at_execution',
			'the argument of _candidates() and _matching() that only the planner can give.')
		UNION ALL
		-- For ids of type text, uuid and bigint.
		SELECT function || suffix, takes, type || returned, volatility, cost, symbol, pg_catalog.format(means, type)
		FROM (VALUES ('', 'text'), ('_uuid', 'uuid'), ('_bigint', 'bigint')) AS ids (suffix, type),
			(VALUES
				('_candidates', 'internal, candidates text', '[]', 'STABLE', 100, 'wp_arm_candidates',
					'the ids that _among() looks for, for the session''s principal: those that are of type %s.'),
				('_candidates', 'workflow_perms.principal, candidates text', '[]', 'IMMUTABLE', 100, 'wp_arm_candidates', 'the same for the given principal.'),
				('_account', 'workflow_perms.principal', '', 'IMMUTABLE', 2, 'wp_arm_account',
					'the account of the given principal as %s; NULL if it is not of that type.'),
				('_team_user', '', '', 'STABLE', 5, 'wp_arm_team_user',
					'the id of the session''s principal as %s; NULL if it is not of that type, and for connected and anonymous principals.'),
				('_team_user', 'workflow_perms.principal', '', 'IMMUTABLE', 2, 'wp_arm_team_user', 'the same for the given principal.')
			) AS functions (function, takes, returned, volatility, cost, symbol, means)
	) AS all_made (name, takes, returned, volatility, cost, symbol, means) LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%s(%s) RETURNS %s LANGUAGE c %s CALLED ON NULL INPUT PARALLEL SAFE COST %s'
			' AS ''MODULE_PATHNAME'', %L', made.name, made.takes, made.returned, made.volatility, made.cost, made.symbol);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%s(%s) IS %L', made.name, made.takes, 'Internal, in plans: ' || made.means);
	END LOOP;
END
$values$;

-- Attaches the support functions to the decisions, which exist already
-- (query/decisions.sql, query/run_access.sql).
CREATE FUNCTION workflow_perms._below_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_below_support';
COMMENT ON FUNCTION workflow_perms._below_support(internal) IS 'Internal: planner support of can_view_in(), can_edit_in(), can_view_run() and can_view_run_detail(): adds arms, which indexes can serve.';
ALTER FUNCTION workflow_perms.can_view_in(text, text) SUPPORT workflow_perms._below_support;
ALTER FUNCTION workflow_perms.can_edit_in(text, text) SUPPORT workflow_perms._below_support;
ALTER FUNCTION workflow_perms.can_view_run(text, text, text, text) SUPPORT workflow_perms._below_support;
ALTER FUNCTION workflow_perms.can_view_run_detail(text, text, text, text, text, text, workflow_perms.step_access, text)
	SUPPORT workflow_perms._below_support;
DO $support$
DECLARE
	decision pg_catalog.regprocedure;
BEGIN
	FOR decision IN
		SELECT p.oid FROM pg_catalog.pg_proc p
			WHERE p.pronamespace = 'workflow_perms'::pg_catalog.regnamespace
				AND p.proname IN ('can_view', 'can_view_name', 'can_view_draft', 'can_edit', 'can_operate', 'can_publish',
					'can_delete', 'can_manage_members', 'can_enable', 'can_run')
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s SUPPORT workflow_perms._can_support', decision);
	END LOOP;
END
$support$;
