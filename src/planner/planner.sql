-- planner/planner.sql: decisions in the planner (design 3.5): what can_... is taken
-- apart into, and the support functions that do it.
--
-- These stand in plans, which run as whoever asks: so everybody may execute them.
-- About the session's principal they tell what that principal may ask for anyway
-- (what it may do to a workflow of these columns, whether it is one's own); what tells
-- more takes an argument of type internal, which only the planner can give. Those that
-- take a principal read nothing else.

CREATE FUNCTION workflow_perms._can_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_can_support';
CREATE FUNCTION workflow_perms._among_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_among_support';
CREATE FUNCTION workflow_perms._in_account_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_in_account_support';
CREATE FUNCTION workflow_perms._is_main_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_is_main_support';
CREATE FUNCTION workflow_perms._condition_holds_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_condition_holds_support';
COMMENT ON FUNCTION workflow_perms._condition_holds_support(internal) IS 'Internal: planner support of _condition_holds().';
CREATE FUNCTION workflow_perms._no_condition_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_no_condition_support';
COMMENT ON FUNCTION workflow_perms._no_condition_support(internal) IS 'Internal: planner support of _no_condition().';
CREATE FUNCTION workflow_perms._may_hold_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_may_hold_support';
COMMENT ON FUNCTION workflow_perms._may_hold_support(internal) IS 'Internal: planner support of _may_hold().';
CREATE FUNCTION workflow_perms._allowed_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_allowed_support';
CREATE FUNCTION workflow_perms._created_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_created_support';
ALTER FUNCTION workflow_perms.principal_created(text, text, text, text) SUPPORT workflow_perms._created_support;
COMMENT ON FUNCTION workflow_perms._created_support(internal) IS 'Internal: planner support of principal_created().';
COMMENT ON FUNCTION workflow_perms._can_support(internal) IS 'Internal: planner support of can_...: takes it apart into _allowed() and the arms that indexes serve.';
COMMENT ON FUNCTION workflow_perms._among_support(internal) IS 'Internal: planner support of _among().';
COMMENT ON FUNCTION workflow_perms._in_account_support(internal) IS 'Internal: planner support of _in_account().';
COMMENT ON FUNCTION workflow_perms._is_main_support(internal) IS 'Internal: planner support of _is_main().';
COMMENT ON FUNCTION workflow_perms._allowed_support(internal) IS 'Internal: planner support of _allowed().';

-- The decision, dearer than no arm: in a filter it is asked first.
CREATE FUNCTION workflow_perms._allowed(action text, "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_allowed';
CREATE FUNCTION workflow_perms._allowed(workflow_perms.principal, action text, "any", "any", "any", "any", "any", "any", "any")
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 3
	SUPPORT workflow_perms._allowed_support
	AS 'MODULE_PATHNAME', 'wp_principal_allowed';
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
CREATE FUNCTION workflow_perms._among(candidates text, id anyelement)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._among_support
	AS 'MODULE_PATHNAME', 'wp_arm';
CREATE FUNCTION workflow_perms._among(workflow_perms.principal, candidates text, id anyelement)
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._among_support
	AS 'MODULE_PATHNAME', 'wp_arm';
COMMENT ON FUNCTION workflow_perms._among(text, anyelement) IS
	'Internal, in plans: true. As an index condition: the id is among the workflows that name the session''s principal (''view named''), among the workspaces where it may do this to workflows in general (''view any''), or to main ones (''view main'').';
COMMENT ON FUNCTION workflow_perms._among(workflow_perms.principal, text, anyelement) IS 'Internal, in plans: the same of the principal given.';

CREATE FUNCTION workflow_perms._in_account(id anyelement)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 1
	SUPPORT workflow_perms._in_account_support
	AS 'MODULE_PATHNAME', 'wp_arm';
CREATE FUNCTION workflow_perms._in_account(workflow_perms.principal, id anyelement)
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._in_account_support
	AS 'MODULE_PATHNAME', 'wp_arm';
COMMENT ON FUNCTION workflow_perms._in_account(anyelement) IS 'Internal, in plans: true. As an index condition: the id is that of the account of the session''s principal.';
COMMENT ON FUNCTION workflow_perms._in_account(workflow_perms.principal, anyelement) IS 'Internal, in plans: the same of the principal given.';

CREATE FUNCTION workflow_perms._is_main(visibility anyelement)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 1
	SUPPORT workflow_perms._is_main_support
	AS 'MODULE_PATHNAME', 'wp_arm';
COMMENT ON FUNCTION workflow_perms._is_main(anyelement) IS 'Internal, in plans: true. As an index condition: the visibility, a workflow_visibility or text, is main.';

-- Nobody can call what takes an argument of type internal, but the planner can write
-- such a call.
CREATE FUNCTION workflow_perms._condition_holds(internal, condition_hash bigint)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._condition_holds_support
	AS 'MODULE_PATHNAME', 'wp_arm';
-- How many of an account's workflows have no condition only an index on this knows.
CREATE FUNCTION workflow_perms._unconditional_account(account_id text, condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
	AS 'MODULE_PATHNAME', 'wp_unconditional_account';
CREATE FUNCTION workflow_perms._bound_account() RETURNS text
	LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_bound_account';
COMMENT ON FUNCTION workflow_perms._bound_account() IS 'Internal, in plans: the account of the session''s principal, if that is neither a member nor a service; NULL for those, whom conditions do not bind.';
CREATE FUNCTION workflow_perms._no_condition(unconditional_account text)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 1
	SUPPORT workflow_perms._no_condition_support
	AS 'MODULE_PATHNAME', 'wp_arm';
CREATE FUNCTION workflow_perms._bound_account(workflow_perms.principal) RETURNS text
	LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2
	AS 'MODULE_PATHNAME', 'wp_principal_bound_account';
COMMENT ON FUNCTION workflow_perms._bound_account(workflow_perms.principal) IS 'Internal, in plans: the same of the principal given.';
CREATE FUNCTION workflow_perms._no_condition(workflow_perms.principal, unconditional_account text)
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._no_condition_support
	AS 'MODULE_PATHNAME', 'wp_arm';
COMMENT ON FUNCTION workflow_perms._no_condition(workflow_perms.principal, text) IS 'Internal, in plans: the same of the principal given.';
-- Where no registry says which conditions hold, an index on the conditions themselves.
CREATE FUNCTION workflow_perms._may_hold(condition workflow_perms.metadata_condition)
	RETURNS boolean LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 1
	SUPPORT workflow_perms._may_hold_support
	AS 'MODULE_PATHNAME', 'wp_arm';
CREATE FUNCTION workflow_perms._may_hold(workflow_perms.principal, condition workflow_perms.metadata_condition)
	RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE LEAKPROOF COST 2
	SUPPORT workflow_perms._may_hold_support
	AS 'MODULE_PATHNAME', 'wp_arm';
COMMENT ON FUNCTION workflow_perms._may_hold(workflow_perms.metadata_condition) IS 'Internal, in plans: true. As a condition on an index of metadata_condition_ops: the condition may hold for the session''s principal, one whom conditions bind.';
COMMENT ON FUNCTION workflow_perms._may_hold(workflow_perms.principal, workflow_perms.metadata_condition) IS 'Internal, in plans: the same of the principal given.';
CREATE FUNCTION workflow_perms._bound_metadata(internal) RETURNS jsonb
	LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_bound_metadata';
CREATE FUNCTION workflow_perms._bound_metadata(workflow_perms.principal) RETURNS jsonb
	LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2
	AS 'MODULE_PATHNAME', 'wp_principal_bound_metadata';
COMMENT ON FUNCTION workflow_perms._bound_metadata(internal) IS 'Internal, in plans: the metadata of the session''s principal, if that is one whom conditions bind; else NULL.';
COMMENT ON FUNCTION workflow_perms._bound_metadata(workflow_perms.principal) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._unconditional_account(text, workflow_perms.metadata_condition) IS 'Internal, for an index: the account, where there is no condition; NULL where there is one.';
COMMENT ON FUNCTION workflow_perms._no_condition(text) IS 'Internal, in plans: true. As an index condition: the account of what has no condition, _unconditional_account(), is _bound_account().';
CREATE FUNCTION workflow_perms._matching(internal)
	RETURNS bigint[] LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'wp_matching';
COMMENT ON FUNCTION workflow_perms._condition_holds(internal, bigint) IS 'Internal, in plans: true. As an index condition: the hash is that of a condition of the account''s workflows that holds for the session''s principal, _matching().';
COMMENT ON FUNCTION workflow_perms._matching(internal) IS 'Internal, in plans: the hashes of the conditions that hold for the session''s principal; none for one whom conditions do not bind.';

-- Stable, so that estimates have it computed, and nothing else before the execution: who
-- is called with it knows whether the planner asks, which takes arrays value by value.
CREATE FUNCTION workflow_perms._at_execution(internal) RETURNS internal
	LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
	AS 'MODULE_PATHNAME', 'wp_at_execution';
COMMENT ON FUNCTION workflow_perms._at_execution(internal) IS 'Internal, in plans: the argument of _candidates() and _matching() that nobody but the planner can give.';

-- What the arms are compared with in an index: for ids that are text, uuid, bigint.
-- Those of the session's principal tell ids of workspaces that it may not see, where
-- there might be workflows that it may: so they, too, are called by plans alone.
DO $arrays$
DECLARE
	made record;
BEGIN
	FOR made IN VALUES ('', 'text'), ('_uuid', 'uuid'), ('_bigint', 'bigint') LOOP
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms._candidates%s(internal, candidates text) RETURNS %s[]'
			' LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS ''MODULE_PATHNAME'', %L',
			made.column1, made.column2, 'wp_candidates_' || made.column2);
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms._candidates%s(workflow_perms.principal, candidates text) RETURNS %s[]'
			' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS ''MODULE_PATHNAME'', %L',
			made.column1, made.column2, 'wp_principal_candidates_' || made.column2);
		EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms._account%s(workflow_perms.principal) RETURNS %s'
			' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2 AS ''MODULE_PATHNAME'', %L',
			made.column1, made.column2, 'wp_given_account_' || made.column2);
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms._candidates%s(internal, text) IS %L',
			made.column1, 'Internal, in plans: the ids that _among() means of the session''s principal, those that are of type ' || made.column2 || '.');
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms._candidates%s(workflow_perms.principal, text) IS %L',
			made.column1, 'Internal, in plans: the same of the principal given.');
		EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms._account%s(workflow_perms.principal) IS %L',
			made.column1, 'Internal, in plans: the account of the principal given as ' || made.column2 || '; NULL where it is none.');
	END LOOP;
END
$arrays$;

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
