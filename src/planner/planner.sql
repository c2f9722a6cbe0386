-- planner/planner.sql: what can_... is taken apart into for the planner, and the support
-- functions that do it. An index cannot serve a function that is asked row by row.
--
-- These stand in plans, which run as whoever asks: so everybody may execute them.
-- About the session's principal they tell what that principal may ask for anyway
-- (what it may do to a workflow of these columns, whether it is one's own); what tells
-- more takes an argument of type internal, which only the planner can give. Those that
-- take a principal read nothing else.

CREATE FUNCTION workflow_perms._can_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_can_support';
COMMENT ON FUNCTION workflow_perms._can_support(internal) IS 'Internal: planner support of can_...: takes it apart into _allowed() and the arms that indexes serve.';
DO $support$
DECLARE
	supported text;
BEGIN
	FOREACH supported IN ARRAY ARRAY['_allowed', '_among', '_in_account', '_is_main', '_no_condition', '_condition_holds', '_may_hold', 'principal_created'] LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%I(internal) RETURNS internal'
			' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS ''MODULE_PATHNAME'', ''wp_arm_support''',
			pg_catalog.replace(supported, 'principal', '') || '_support');
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(internal) IS %L',
			pg_catalog.replace(supported, 'principal', '') || '_support', 'Internal: planner support of ' || supported || '().');
	END LOOP;
END
$support$;
ALTER FUNCTION workflow_perms.principal_created(text, text, text, text) SUPPORT workflow_perms._created_support;

-- The decision costs more than any arm and less than the arms of a plan together: in a
-- filter it comes before them.
CREATE FUNCTION workflow_perms._allowed(action text, "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_allowed';
CREATE FUNCTION workflow_perms._allowed(workflow_perms.principal, action text, "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_allowed';
COMMENT ON FUNCTION workflow_perms._allowed(text, "any", "any", "any", "any", "any", "any", "any") IS
	'Internal, in plans: may the session''s principal do this to the workflow of these columns: account_id, workflow_id, workspace_id, visibility, status, condition, hidden? As can_... says. Spec 4, 6.2.';
COMMENT ON FUNCTION workflow_perms._allowed(workflow_perms.principal, text, "any", "any", "any", "any", "any", "any", "any") IS
	'Internal, in plans: the same of the principal given.';

-- The arms. Each is true of whatever it is given: what it means is the index condition
-- that its support function makes of it, and its estimate. An index condition comes
-- before the policies of a table only where the function is LEAKPROOF; and a LEAKPROOF
-- function is evaluated on hidden rows, with whatever a query puts beside it. So no
-- other function of ours is LEAKPROOF, however dear it is: a cost over ten operators
-- keeps it behind the policies in a plain condition, but not where PostgreSQL derives
-- another condition from an equality, nor in a security_barrier view.
DO $arms$
DECLARE
	arm record;
BEGIN
	FOR arm IN SELECT * FROM (VALUES
		('_among', 'candidates text, id anyelement', 2, true,
			'the id is among the workflows that name the session''s principal (''view named''), among the workspaces where it may do this to workflows in general (''view any''), or to main ones (''view main'').'),
		('_in_account', 'id anyelement', 1, true, 'the id is that of the account of the session''s principal.'),
		('_is_main', 'visibility anyelement', 1, false, 'the visibility, a workflow_visibility or text, is main.'),
		('_no_condition', 'unconditional_account text', 1, true,
			'the account of what has no condition, _unconditional_account(), is _bound_account().'),
		-- Nobody can call what takes an argument of type internal, but the planner can write such a call.
		('_condition_holds', 'internal, condition_hash bigint', 2, false,
			'the hash is that of a condition of the account''s workflows that holds for the session''s principal, _matching().'),
		-- Where no registry says which conditions hold, by an index on the conditions themselves.
		('_may_hold', 'condition workflow_perms.metadata_condition', 1, true,
			'the condition may hold for the session''s principal, one whom conditions bind.')
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
			arm.name, arm.takes, 'Internal, in plans: the same of the principal given.');
	END LOOP;
END
$arms$;

-- How many of an account's workflows have no condition only an index on this knows.
CREATE FUNCTION workflow_perms._unconditional_account(account_id text, condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
	AS 'MODULE_PATHNAME', 'wp_unconditional_account';
COMMENT ON FUNCTION workflow_perms._unconditional_account(text, workflow_perms.metadata_condition) IS 'Internal, for an index: the account, where there is no condition; NULL where there is one.';

-- What the arms are compared with in an index. Those of the session's principal tell ids
-- of workspaces that it may not see, where there might be workflows that it may: so they,
-- too, are called by plans alone.
DO $values$
DECLARE
	made record;
BEGIN
	FOR made IN SELECT * FROM (VALUES
		('_bound_account', '', 'text', 'STABLE', 5, 'wp_bound_account',
			'the account of the session''s principal, if that is neither a member nor a service; NULL for those, whom conditions do not bind.'),
		('_bound_account', 'workflow_perms.principal', 'text', 'IMMUTABLE', 2, 'wp_bound_account', 'the same of the principal given.'),
		('_bound_metadata', 'internal', 'jsonb', 'STABLE', 5, 'wp_bound_metadata',
			'the metadata of the session''s principal, if that is one whom conditions bind; else NULL.'),
		('_bound_metadata', 'workflow_perms.principal', 'jsonb', 'IMMUTABLE', 2, 'wp_bound_metadata', 'the same of the principal given.'),
		('_matching', 'internal', 'bigint[]', 'STABLE', 100, 'wp_matching',
			'the hashes of the conditions that hold for the session''s principal; none for one whom conditions do not bind.'),
		-- Stable, so that estimates have it computed, and nothing else before the execution: who
		-- is called with it knows whether the planner asks, which takes arrays value by value.
		('_at_execution', 'internal', 'internal', 'STABLE', 1, 'wp_at_execution',
			'the argument of _candidates() and _matching() that nobody but the planner can give.')
		UNION ALL
		-- For ids that are text, uuid, bigint.
		SELECT function || suffix, takes, type || returned, volatility, cost, symbol, pg_catalog.format(means, type)
		FROM (VALUES ('', 'text'), ('_uuid', 'uuid'), ('_bigint', 'bigint')) AS ids (suffix, type),
			(VALUES
				('_candidates', 'internal, candidates text', '[]', 'STABLE', 100, 'wp_arm_candidates',
					'the ids that _among() means of the session''s principal, those that are of type %s.'),
				('_candidates', 'workflow_perms.principal, candidates text', '[]', 'IMMUTABLE', 100, 'wp_arm_candidates', 'the same of the principal given.'),
				('_account', 'workflow_perms.principal', '', 'IMMUTABLE', 2, 'wp_arm_account',
					'the account of the principal given as %s; NULL where it is none.')
			) AS functions (function, takes, returned, volatility, cost, symbol, means)
	) AS all_made (name, takes, returned, volatility, cost, symbol, means) LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%s(%s) RETURNS %s LANGUAGE c %s CALLED ON NULL INPUT PARALLEL SAFE COST %s'
			' AS ''MODULE_PATHNAME'', %L', made.name, made.takes, made.returned, made.volatility, made.cost, made.symbol);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%s(%s) IS %L', made.name, made.takes, 'Internal, in plans: ' || made.means);
	END LOOP;
END
$values$;

-- Columns cannot make a decision raise; a row that lacks some can, and an id makes
-- it read.
DO $support$
DECLARE
	decision pg_catalog.regprocedure;
BEGIN
	FOR decision IN
		SELECT p.oid FROM pg_catalog.pg_proc p
			WHERE p.pronamespace = 'workflow_perms'::pg_catalog.regnamespace
				AND p.proname IN ('can_view', 'can_view_draft', 'can_edit', 'can_publish', 'can_delete',
					'can_manage_members', 'can_enable', 'can_run')
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s SUPPORT workflow_perms._can_support', decision);
	END LOOP;
END
$support$;
