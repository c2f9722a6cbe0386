-- workflow_perms--0.1--0.2.sql: the functions, operators and comments of 0.2 in a
-- database that has those of 0.1. Made by test/upgrade/script, which compares the two
-- install scripts; not to be edited. The tables, which are no members of the extension, are brought
-- up to date by upgrade_model().
--
-- CREATE OR REPLACE below is for functions that are members of the extension: since the first
-- 15, PostgreSQL refuses to replace in an extension script what is not.
\echo Use "ALTER EXTENSION workflow_perms UPDATE TO '0.2'" to load this file. \quit
SET LOCAL search_path = pg_catalog, pg_temp;

-- New.
CREATE FUNCTION workflow_perms._matches_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_matches_support$function$;

CREATE FUNCTION workflow_perms._can_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_can_support$function$;

CREATE FUNCTION workflow_perms._among_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_among_support$function$;

CREATE FUNCTION workflow_perms._in_account_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_in_account_support$function$;

CREATE FUNCTION workflow_perms._is_main_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_is_main_support$function$;

CREATE FUNCTION workflow_perms._condition_holds_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_condition_holds_support$function$;

CREATE FUNCTION workflow_perms._no_condition_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_no_condition_support$function$;

CREATE FUNCTION workflow_perms._may_hold_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_may_hold_support$function$;

CREATE FUNCTION workflow_perms._allowed_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_allowed_support$function$;

CREATE FUNCTION workflow_perms._created_support(internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_created_support$function$;

CREATE FUNCTION workflow_perms.condition_hash(condition workflow_perms.metadata_condition)
 RETURNS bigint
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF
AS 'MODULE_PATHNAME', $function$condition_hash$function$;

CREATE FUNCTION workflow_perms._condition_restrict(internal, oid, internal, integer)
 RETURNS double precision
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_condition_restrict$function$;

CREATE FUNCTION workflow_perms._metadata_may_match(metadata jsonb, condition workflow_perms.metadata_condition)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF COST 2
AS 'MODULE_PATHNAME', $function$wp_metadata_may_match$function$;

CREATE FUNCTION workflow_perms._gin_metadata_extract_value(jsonb, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_metadata_extract_value$function$;

CREATE FUNCTION workflow_perms._gin_metadata_extract_query(jsonb, internal, smallint, internal, internal, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_metadata_extract_query$function$;

CREATE FUNCTION workflow_perms._gin_metadata_compare_partial(bigint, bigint, smallint, internal)
 RETURNS integer
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_metadata_compare_partial$function$;

CREATE FUNCTION workflow_perms._gin_metadata_triconsistent(internal, smallint, jsonb, integer, internal, internal, internal)
 RETURNS "char"
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_metadata_triconsistent$function$;

CREATE FUNCTION workflow_perms._gin_condition_extract_value(workflow_perms.metadata_condition, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_condition_extract_value$function$;

CREATE FUNCTION workflow_perms._gin_condition_extract_query(workflow_perms.metadata_condition, internal, smallint, internal, internal, internal, internal)
 RETURNS internal
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_condition_extract_query$function$;

CREATE FUNCTION workflow_perms._gin_condition_triconsistent(internal, smallint, workflow_perms.metadata_condition, integer, internal, internal, internal)
 RETURNS "char"
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT
AS 'MODULE_PATHNAME', $function$wp_gin_condition_triconsistent$function$;

CREATE FUNCTION workflow_perms._condition_may_match(condition workflow_perms.metadata_condition, metadata jsonb)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF COST 2
AS 'MODULE_PATHNAME', $function$wp_condition_may_match$function$;

CREATE FUNCTION workflow_perms.visible_workflows(order_by text, page_size integer DEFAULT 20, after jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(workflow_id text, cursor jsonb)
 LANGUAGE c
 STABLE PARALLEL SAFE COST 1000 ROWS 20
AS 'MODULE_PATHNAME', $function$wp_visible_workflows_page$function$;

CREATE FUNCTION workflow_perms.principal_makes_board(account_id text, board_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_principal_makes_board$function$;

CREATE FUNCTION workflow_perms.principal_makes_workspace(account_id text, workspace_id text, kind workflow_perms.workspace_kind)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_principal_makes_workspace$function$;

CREATE FUNCTION workflow_perms.explain_access(action text, object text[], OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
 RETURNS SETOF record
 LANGUAGE c
 STABLE PARALLEL SAFE COST 1000 ROWS 8
AS 'MODULE_PATHNAME', $function$wp_explain_access_ids$function$;

CREATE FUNCTION workflow_perms.explain_access(action text, object text[], user_id text, OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
 RETURNS SETOF record
 LANGUAGE c
 STABLE PARALLEL SAFE COST 2000 ROWS 8
AS 'MODULE_PATHNAME', $function$wp_explain_access_ids$function$;

CREATE FUNCTION workflow_perms.users_matching(condition workflow_perms.metadata_condition)
 RETURNS SETOF text
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT COST 10000
AS 'MODULE_PATHNAME', $function$wp_users_matching$function$;

CREATE FUNCTION workflow_perms._matching_hashes()
 RETURNS bigint[]
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT COST 10000
AS 'MODULE_PATHNAME', $function$wp_matching_hashes$function$;

CREATE FUNCTION workflow_perms._matching_hashes(principal workflow_perms.principal)
 RETURNS bigint[]
 LANGUAGE c
 STABLE PARALLEL SAFE STRICT COST 10000
AS 'MODULE_PATHNAME', $function$wp_matching_hashes$function$;

CREATE FUNCTION workflow_perms._allowed(action text, "any", "any", "any", "any", "any", "any", "any")
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 3 SUPPORT workflow_perms._allowed_support
AS 'MODULE_PATHNAME', $function$wp_allowed$function$;

CREATE FUNCTION workflow_perms._allowed(workflow_perms.principal, action text, "any", "any", "any", "any", "any", "any", "any")
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 3 SUPPORT workflow_perms._allowed_support
AS 'MODULE_PATHNAME', $function$wp_principal_allowed$function$;

CREATE FUNCTION workflow_perms._among(candidates text, id anyelement)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._among_support
AS 'MODULE_PATHNAME', $function$wp_among$function$;

CREATE FUNCTION workflow_perms._among(workflow_perms.principal, candidates text, id anyelement)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._among_support
AS 'MODULE_PATHNAME', $function$wp_principal_among$function$;

CREATE FUNCTION workflow_perms._in_account(id anyelement)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF SUPPORT workflow_perms._in_account_support
AS 'MODULE_PATHNAME', $function$wp_in_account$function$;

CREATE FUNCTION workflow_perms._in_account(workflow_perms.principal, id anyelement)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._in_account_support
AS 'MODULE_PATHNAME', $function$wp_principal_in_account$function$;

CREATE FUNCTION workflow_perms._is_main(visibility anyelement)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF SUPPORT workflow_perms._is_main_support
AS 'MODULE_PATHNAME', $function$wp_is_main$function$;

CREATE FUNCTION workflow_perms._condition_holds(internal, condition_hash bigint)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._condition_holds_support
AS 'MODULE_PATHNAME', $function$wp_condition_holds_arm$function$;

CREATE FUNCTION workflow_perms._unconditional_account(account_id text, condition workflow_perms.metadata_condition)
 RETURNS text
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF
AS 'MODULE_PATHNAME', $function$wp_unconditional_account$function$;

CREATE FUNCTION workflow_perms._bound_account()
 RETURNS text
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', $function$wp_bound_account$function$;

CREATE FUNCTION workflow_perms._no_condition(unconditional_account text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF SUPPORT workflow_perms._no_condition_support
AS 'MODULE_PATHNAME', $function$wp_no_condition$function$;

CREATE FUNCTION workflow_perms._bound_account(workflow_perms.principal)
 RETURNS text
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', $function$wp_principal_bound_account$function$;

CREATE FUNCTION workflow_perms._no_condition(workflow_perms.principal, unconditional_account text)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._no_condition_support
AS 'MODULE_PATHNAME', $function$wp_principal_no_condition$function$;

CREATE FUNCTION workflow_perms._may_hold(condition workflow_perms.metadata_condition)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF SUPPORT workflow_perms._may_hold_support
AS 'MODULE_PATHNAME', $function$wp_may_hold$function$;

CREATE FUNCTION workflow_perms._may_hold(workflow_perms.principal, condition workflow_perms.metadata_condition)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._may_hold_support
AS 'MODULE_PATHNAME', $function$wp_principal_may_hold$function$;

CREATE FUNCTION workflow_perms._bound_metadata(internal)
 RETURNS jsonb
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', $function$wp_bound_metadata$function$;

CREATE FUNCTION workflow_perms._bound_metadata(workflow_perms.principal)
 RETURNS jsonb
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', $function$wp_principal_bound_metadata$function$;

CREATE FUNCTION workflow_perms._matching(internal)
 RETURNS bigint[]
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_matching$function$;

CREATE FUNCTION workflow_perms._at_execution(internal)
 RETURNS internal
 LANGUAGE c
 STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', $function$wp_at_execution$function$;

CREATE FUNCTION workflow_perms._candidates(internal, candidates text)
 RETURNS text[]
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_candidates_text$function$;

CREATE FUNCTION workflow_perms._candidates(workflow_perms.principal, candidates text)
 RETURNS text[]
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_principal_candidates_text$function$;

CREATE FUNCTION workflow_perms._account(workflow_perms.principal)
 RETURNS text
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', $function$wp_given_account_text$function$;

CREATE FUNCTION workflow_perms._candidates_uuid(internal, candidates text)
 RETURNS uuid[]
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_candidates_uuid$function$;

CREATE FUNCTION workflow_perms._candidates_uuid(workflow_perms.principal, candidates text)
 RETURNS uuid[]
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_principal_candidates_uuid$function$;

CREATE FUNCTION workflow_perms._account_uuid(workflow_perms.principal)
 RETURNS uuid
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', $function$wp_given_account_uuid$function$;

CREATE FUNCTION workflow_perms._candidates_bigint(internal, candidates text)
 RETURNS bigint[]
 LANGUAGE c
 STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_candidates_bigint$function$;

CREATE FUNCTION workflow_perms._candidates_bigint(workflow_perms.principal, candidates text)
 RETURNS bigint[]
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', $function$wp_principal_candidates_bigint$function$;

CREATE FUNCTION workflow_perms._account_bigint(workflow_perms.principal)
 RETURNS bigint
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 2
AS 'MODULE_PATHNAME', $function$wp_given_account_bigint$function$;

CREATE FUNCTION workflow_perms._require(holds boolean, rule text, message text, hint text)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', $function$wp_require_sql$function$;

CREATE FUNCTION workflow_perms._raise(state text, message text, hint text, detail text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE c
 STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', $function$wp_raise_sql$function$;

CREATE FUNCTION workflow_perms._register_condition()
 RETURNS trigger
 LANGUAGE c
 STRICT
AS 'MODULE_PATHNAME', $function$wp_register_condition$function$;

CREATE FUNCTION workflow_perms._stamp_condition()
 RETURNS trigger
 LANGUAGE c
 STRICT
AS 'MODULE_PATHNAME', $function$wp_stamp_condition$function$;

CREATE FUNCTION workflow_perms.register_conditions()
 RETURNS bigint
 LANGUAGE c
 STRICT
AS 'MODULE_PATHNAME', $function$wp_call_as_owner$function$;

CREATE FUNCTION workflow_perms.forget_unused_conditions()
 RETURNS bigint
 LANGUAGE c
 STRICT
AS 'MODULE_PATHNAME', $function$wp_call_as_owner$function$;

CREATE OPERATOR workflow_perms.@~ (FUNCTION = workflow_perms._metadata_may_match, LEFTARG = jsonb, RIGHTARG = workflow_perms.metadata_condition, COMMUTATOR = OPERATOR(workflow_perms.~@), RESTRICT = workflow_perms._condition_restrict, JOIN = matchingjoinsel);

CREATE OPERATOR workflow_perms.~@ (FUNCTION = workflow_perms._condition_may_match, LEFTARG = workflow_perms.metadata_condition, RIGHTARG = jsonb, COMMUTATOR = OPERATOR(workflow_perms.@~), RESTRICT = workflow_perms._condition_restrict, JOIN = matchingjoinsel);

CREATE OPERATOR CLASS workflow_perms.metadata_ops FOR TYPE jsonb USING gin AS OPERATOR 1 workflow_perms.~(jsonb,workflow_perms.metadata_condition), OPERATOR 2 workflow_perms.@~(jsonb,workflow_perms.metadata_condition), FUNCTION 2 workflow_perms._gin_metadata_extract_value(jsonb,internal,internal), FUNCTION 3 workflow_perms._gin_metadata_extract_query(jsonb,internal,smallint,internal,internal,internal,internal), FUNCTION 5 workflow_perms._gin_metadata_compare_partial(bigint,bigint,smallint,internal), FUNCTION 6 workflow_perms._gin_metadata_triconsistent(internal,smallint,jsonb,integer,internal,internal,internal), STORAGE bigint;

CREATE OPERATOR CLASS workflow_perms.metadata_condition_ops DEFAULT FOR TYPE workflow_perms.metadata_condition USING gin AS OPERATOR 1 workflow_perms.~(workflow_perms.metadata_condition,jsonb), OPERATOR 2 workflow_perms.~@(workflow_perms.metadata_condition,jsonb), FUNCTION 2 workflow_perms._gin_condition_extract_value(workflow_perms.metadata_condition,internal,internal), FUNCTION 3 workflow_perms._gin_condition_extract_query(workflow_perms.metadata_condition,internal,smallint,internal,internal,internal,internal), FUNCTION 6 workflow_perms._gin_condition_triconsistent(internal,smallint,workflow_perms.metadata_condition,integer,internal,internal,internal), STORAGE bigint;

CREATE FUNCTION workflow_perms._explain_checks()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	checked record;
BEGIN
	FOR checked IN
		SELECT c.conrelid::regclass AS relation, c.conname AS name, pg_get_expr(c.conbin, c.conrelid) AS rule,
			format(s.message, a.attname) AS message, s.hint
		FROM pg_constraint c
		LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		LEFT JOIN (VALUES
			('has_1_to_255_bytes', '%s must have 1 to 255 bytes', 'Ids and names are any text of that length; what is longer can be hashed.'),
			('has_at_most_255_bytes', '%s must have at most 255 bytes', 'What is longer can be hashed.'),
			('creator_roles_is_a_plain_list', '%s must be a list of account roles, without NULL', 'Such as {admin,member}.'),
			('member_has_account_role', 'a member needs an account_role', 'One of admin, member, viewer and guest.'),
			('connected_has_no_account_role', 'a connected user has no account_role', 'Leave account_role out.'),
			('metadata_is_an_object', '%s must be a JSON object', 'Such as {"plan": "pro"}.'),
			('role_is_no_alias', 'NotAuthenticatedUser is another spelling of the role NonAuthenticatedUser', 'Name that one.'),
			('is_no_system_role', '%s must not be a system role', 'AuthenticatedUser and NonAuthenticatedUser are named by execution rules only.'),
			('grantee_is_user_or_role', 'a grantee is a user or a role: exactly one of user_id and role', 'For both write two rows.'),
			('owner_is_a_user', 'an owner is a user, not a role', 'Leave is_owner false where a role is named.'),
			('version_is_positive', '%s must be positive', 'Versions count from 1.'),
			('column_has_a_board', 'a step that names a column names its board', 'Give board_id too.')
		) AS s (suffix, message, hint) ON c.conname LIKE '%\_' || s.suffix
		WHERE c.contype = 'c' AND c.connamespace = 'workflow_perms'::regnamespace
			AND c.conrelid::regclass = ANY (SELECT to_regclass('workflow_perms.' || t) FROM unnest(workflow_perms._model_tables()) AS t)
		ORDER BY c.conrelid, c.conname
	LOOP
		-- A check nobody has words for: NULL here is an error.
		EXECUTE format('ALTER TABLE %1$s DROP CONSTRAINT %2$I,'
			' ADD CONSTRAINT %2$I CHECK (workflow_perms._require(%3$s, %2$L, %4$L, %5$L))',
			checked.relation, checked.name, checked.rule, checked.message, checked.hint);
	END LOOP;
END
$function$;

CREATE FUNCTION workflow_perms._name_capability(code text, action text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE COST 1
BEGIN ATOMIC
 SELECT
         CASE code
             WHEN 'no_capability'::text THEN ((code || ':'::text) ||
             CASE action
                 WHEN 'view'::text THEN 'workflows.view'::text
                 WHEN 'publish'::text THEN 'workflows.view, workflows.modify and workflows.deploy'::text
                 WHEN 'create'::text THEN 'workflows.create'::text
                 WHEN 'manage_rules'::text THEN 'workflows.deploy'::text
                 WHEN 'replay'::text THEN 'task_history.view and task_history.replay'::text
                 ELSE 'workflows.view and workflows.modify'::text
             END)
             ELSE code
         END AS code;
END;

CREATE FUNCTION workflow_perms._require_grantee(account text, subject text, named_role text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE COST 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	IF subject IS NOT NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.users u WHERE u.account_id = account AND u.user_id = subject)
	THEN
		RAISE EXCEPTION 'user "%" does not exist in account "%"', subject, account
			USING ERRCODE = 'foreign_key_violation', HINT = 'Name a user of the row''s own account.';
	END IF;
	IF named_role IS NOT NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.roles r
		WHERE r.account_id = account AND r.role = CASE named_role WHEN 'NotAuthenticatedUser' THEN 'NonAuthenticatedUser' ELSE named_role END)
	THEN
		RAISE EXCEPTION 'role "%" does not exist in account "%"', named_role, account
			USING ERRCODE = 'foreign_key_violation', HINT = 'Name a role of the row''s own account, a row of workflow_perms.roles.';
	END IF;
END
$function$;

CREATE FUNCTION workflow_perms._has_active_owner(object_kind text, account text, object text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE COST 50
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (SELECT FROM workflow_perms.%I m'
			' JOIN workflow_perms.users u USING (account_id, user_id)'
			' WHERE m.account_id = $1 AND m.%I = $2'
			' AND m.is_owner AND u.active AND (m.expires_at IS NULL OR m.expires_at > now()))',
			object_kind || '_members', object_kind || '_id')
		INTO result USING account, object;
	RETURN result;
END
$function$;

CREATE FUNCTION workflow_perms._own_what_one_makes()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	object_kind CONSTANT text := TG_ARGV[1];
BEGIN
	IF workflow_perms.principal_is_team(NEW.account_id) THEN
		EXECUTE format('INSERT INTO workflow_perms.%I (account_id, %I, user_id, is_owner) VALUES ($1, $2, $3, true)',
				object_kind || '_members', object_kind || '_id')
			USING NEW.account_id, to_jsonb(NEW) ->> (object_kind || '_id'), workflow_perms.principal_user();
	END IF;
	RETURN NULL;
END
$function$;

CREATE FUNCTION workflow_perms._member_refusal(object_kind text, operation text, account text, object text, owns boolean, member text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	RETURN CASE
		WHEN owns THEN NULL
		-- Where nobody active owns it, an account admin makes somebody its owner.
		WHEN operation = 'INSERT' AND workflow_perms.principal_has_account_role(account, 'admin')
			AND NOT workflow_perms._has_active_owner(object_kind, account, object) THEN NULL
		-- Anybody leaves.
		WHEN operation = 'DELETE' AND workflow_perms.principal_is(account, member) THEN NULL
		ELSE 'not_owner'
	END;
END
$function$;

CREATE FUNCTION workflow_perms._hold_workflow(verdict text, workflow_id text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
	IF verdict = 'allowed' THEN
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id = workflow_perms.principal_account() AND w.workflow_id = _hold_workflow.workflow_id
			FOR KEY SHARE;
		IF NOT FOUND THEN
			RETURN 'not_found';
		END IF;
	END IF;
	RETURN verdict;
END
$function$;

CREATE FUNCTION workflow_perms._merge_metadata(user_id text, metadata jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 COST 1000
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	subject CONSTANT text := _merge_metadata.user_id;
	patch CONSTANT jsonb := _merge_metadata.metadata;
	result jsonb;
BEGIN
	IF jsonb_typeof(patch) IS DISTINCT FROM 'object' THEN
		PERFORM workflow_perms._raise('22023', 'argument "metadata" of merge_metadata() must be a JSON object',
			'Give the keys that change: {"plan": "pro"}.',
			format('It is of type %s.', coalesce(jsonb_typeof(patch), 'null')));
	END IF;
	-- In one statement, so that of two merges at once neither is lost.
	UPDATE workflow_perms.users u SET metadata = workflow_perms._merge_json(u.metadata, patch)
		WHERE u.account_id = account AND u.user_id = subject
			AND u.metadata <> workflow_perms._merge_json(u.metadata, patch);
	SELECT u.metadata INTO result FROM workflow_perms.users u
		WHERE u.account_id = account AND u.user_id = subject;
	IF NOT FOUND THEN
		PERFORM workflow_perms._refuse('merge metadata of', 'user', subject,
			coalesce(workflow_perms._caller_refusal(account), 'not_found'));
	END IF;
	RETURN result;
END
$function$;

CREATE FUNCTION workflow_perms._keep_conditions()
 RETURNS trigger
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	IF TG_OP = 'DELETE' AND workflow_perms.in_effect() THEN
		RETURN OLD;
	ELSIF TG_LEVEL = 'ROW' AND current_setting('session_replication_role') = 'replica' THEN
		-- What the publisher forgets may be needed here.
		RETURN NULL;
	END IF;
	RAISE EXCEPTION 'registered conditions stay as they are'
		USING ERRCODE = 'restrict_violation',
			HINT = 'They go with their account. To be rid of those that no workflow has any more: SELECT workflow_perms.forget_unused_conditions();';
END
$function$;

CREATE FUNCTION workflow_perms.guard_conditions()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP), 'registered condition', '',
		coalesce(workflow_perms._caller_refusal(account), 'system'));
	RETURN NULL;
END
$function$;

CREATE FUNCTION workflow_perms._create_registry()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	-- After the row: what is in it then stays in it. And after the foreign keys.
	CREATE TRIGGER register_condition AFTER INSERT ON workflow_perms.workflows FOR EACH ROW
		WHEN (NEW.condition IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._register_condition();
	CREATE TRIGGER register_condition_again AFTER UPDATE ON workflow_perms.workflows FOR EACH ROW
		WHEN (NEW.condition IS NOT NULL AND (OLD.condition IS NULL OR NEW.account_id <> OLD.account_id
			OR NEW.condition OPERATOR(workflow_perms.<>) OLD.condition))
		EXECUTE FUNCTION workflow_perms._register_condition();
	CREATE TRIGGER stamp_condition BEFORE INSERT ON workflow_perms.conditions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._stamp_condition();
	CREATE TRIGGER keep_conditions BEFORE UPDATE OR DELETE ON workflow_perms.conditions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_conditions();
	CREATE TRIGGER keep_all_conditions BEFORE TRUNCATE ON workflow_perms.conditions FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms._keep_conditions();
	ALTER TABLE workflow_perms.workflows
		ENABLE ALWAYS TRIGGER register_condition, ENABLE ALWAYS TRIGGER register_condition_again;
	ALTER TABLE workflow_perms.conditions
		ENABLE ALWAYS TRIGGER stamp_condition, ENABLE ALWAYS TRIGGER keep_conditions, ENABLE ALWAYS TRIGGER keep_all_conditions;

	PERFORM workflow_perms._create_policy_set('conditions', 'false', 'false');
END
$function$;

CREATE FUNCTION workflow_perms._register_conditions()
 RETURNS bigint
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	registered bigint;
BEGIN
	INSERT INTO workflow_perms.conditions (account_id, condition, added)
		SELECT DISTINCT w.account_id, w.condition, '0'::xid8
		FROM workflow_perms.workflows w
		WHERE w.condition IS NOT NULL;
	GET DIAGNOSTICS registered = ROW_COUNT;
	RETURN registered;
END
$function$;

CREATE FUNCTION workflow_perms._forget_unused_conditions()
 RETURNS bigint
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	forgotten bigint;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'forget_unused_conditions() must run at READ COMMITTED'
			USING ERRCODE = 'active_sql_transaction', HINT = 'At other levels it could not see what was committed while it waited.';
	END IF;
	LOCK TABLE workflow_perms.workflows IN SHARE ROW EXCLUSIVE MODE;
	DELETE FROM workflow_perms.conditions c
		WHERE NOT EXISTS (SELECT FROM workflow_perms.workflows w
			WHERE w.account_id = c.account_id AND workflow_perms.condition_hash(w.condition) = c.hash);
	GET DIAGNOSTICS forgotten = ROW_COUNT;
	RETURN forgotten;
END
$function$;

CREATE FUNCTION workflow_perms._protect("table" regclass, account_column name, workflow_column name)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	relation regclass;
	narrow boolean;
BEGIN
	IF "table" IS NULL OR account_column IS NULL OR workflow_column IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'no argument of protect() may be null',
			'Name a table and, where they are not account_id and workflow_id, its two columns.');
	END IF;
	IF to_regclass('workflow_perms.workflows') IS NULL THEN
		PERFORM workflow_perms._raise('55000', 'the tables of workflow_perms do not exist in this database',
			'A superuser makes them, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').');
	END IF;
	PERFORM workflow_perms._check_protectable("table");
	-- What is checked from here on stays as it is.
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', "table");
	PERFORM workflow_perms._check_protectable("table");
	PERFORM workflow_perms._check_id_column("table", account_column);
	PERFORM workflow_perms._check_id_column("table", workflow_column);
	IF account_column = workflow_column THEN
		PERFORM workflow_perms._raise('22023', format('the account and the workflow cannot be the same column "%s"', account_column),
			'Name two columns.');
	END IF;
	PERFORM workflow_perms._check_policies("table");

	FOR relation IN SELECT * FROM workflow_perms._table_family("table") LOOP
		SELECT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid IN (relation, "table") AND p.polpermissive
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(p.polrelid) o))
			INTO narrow;
		IF narrow AND relation = "table" THEN
			RAISE NOTICE '% has permissive policies of its own: they still say which rows are there, and are narrowed', relation;
		END IF;
		PERFORM workflow_perms._create_protection(relation, account_column, workflow_column, narrow);
	END LOOP;
	PERFORM workflow_perms._create_key_index("table", account_column, workflow_column);
END
$function$;

CREATE FUNCTION workflow_perms._unprotect("table" regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	relation regclass;
	index regclass;
	was_off boolean;
	any_found boolean := false;
BEGIN
	IF "table" IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'the argument of unprotect() must not be null',
			'Name a table that protect() was called for.');
	END IF;
	PERFORM workflow_perms._check_protectable("table");
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', "table");
	PERFORM workflow_perms._check_protectable("table");
	FOR relation IN SELECT * FROM workflow_perms._table_family("table") LOOP
		SELECT bool_or(p.row_security_was_off) INTO was_off FROM workflow_perms._protection(relation) p;
		CONTINUE WHEN was_off IS NULL;
		any_found := true;
		PERFORM workflow_perms._drop_protection(relation);
		IF was_off AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = relation) THEN
			RAISE NOTICE '% stays under row security, for policies that it got after it was protected', relation;
		ELSIF was_off THEN
			EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', relation);
		END IF;
		FOR index IN
			SELECT i.indexrelid FROM pg_index i
				WHERE i.indrelid = relation AND obj_description(i.indexrelid, 'pg_class') = 'Made by workflow_perms.protect().'
		LOOP
			EXECUTE format('DROP INDEX %s', index);
		END LOOP;
	END LOOP;
	IF NOT any_found THEN
		RAISE NOTICE '% is not protected', "table";
	END IF;
END
$function$;

CREATE FUNCTION workflow_perms._users_of(used_class oid, used_id oid, OUT class oid, OUT id oid)
 RETURNS SETOF record
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT COST 50 ROWS 2
BEGIN ATOMIC
 SELECT 'pg_class'::regclass AS regclass,
     w.ev_class
    FROM (pg_depend d
      JOIN pg_rewrite w ON ((w.oid = d.objid)))
   WHERE ((d.refclassid = _users_of.used_class) AND (d.refobjid = _users_of.used_id) AND (d.deptype = 'n'::"char") AND (d.classid = ('pg_rewrite'::regclass)::oid) AND ((_users_of.used_class <> ('pg_class'::regclass)::oid) OR (_users_of.used_id <> w.ev_class)))
 UNION
  SELECT d.classid,
     p.oid
    FROM (pg_depend d
      JOIN pg_proc p ON ((p.oid = d.objid)))
   WHERE ((d.refclassid = _users_of.used_class) AND (d.refobjid = _users_of.used_id) AND (d.deptype = 'n'::"char") AND (d.classid = ('pg_proc'::regclass)::oid) AND (p.prosqlbody IS NOT NULL));
END;

CREATE FUNCTION workflow_perms._drift_of_readers()
 RETURNS TABLE(finding text, object text, detail text, mend text)
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT COST 2000 ROWS 5
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	RETURN QUERY
		-- The model's tables, and those with policies that ask the extension, protect()'s or others.
		WITH RECURSIVE guarded (id) AS (
			SELECT m::oid FROM workflow_perms._model_relations() m
			UNION
			SELECT p.polrelid
			FROM pg_policy p
				JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
				JOIN pg_proc f ON f.oid = d.refobjid
			WHERE f.pronamespace = 'workflow_perms'::regnamespace
		), uses (class, id, used_class, used_id) AS (
			SELECT u.class, u.id, 'pg_class'::regclass::oid, g.id
			FROM guarded g, LATERAL workflow_perms._users_of('pg_class'::regclass, g.id) u
			UNION
			SELECT u.class, u.id, s.class, s.id FROM uses s, LATERAL workflow_perms._users_of(s.class, s.id) u
		), users (class, id, words, owner, acl, kind) AS (
			-- Its kind says as whom it works: as its owner a view does where it names a table
			-- itself, what is 'inside' and 'stored' with all that is asked below; or as who asks.
			SELECT s.class, s.id, c.oid::regclass::text, c.relowner,
				(SELECT array_agg(e) FROM (SELECT unnest(c.relacl) UNION ALL SELECT unnest(t.attacl) FROM pg_attribute t WHERE t.attrelid = c.oid) AS x (e)),
				CASE WHEN c.relkind = 'm' THEN 'stored'
					WHEN EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
						THEN 'asker'
					ELSE 'view' END
			FROM (SELECT DISTINCT u.class, u.id FROM uses u) s JOIN pg_class c ON s.class = 'pg_class'::regclass AND c.oid = s.id
			WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't'
			UNION ALL
			SELECT s.class, s.id, p.oid::regprocedure::text, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
				CASE WHEN p.prosecdef THEN 'inside' ELSE 'asker' END
			FROM (SELECT DISTINCT u.class, u.id FROM uses u) s JOIN pg_proc p ON s.class = 'pg_proc'::regclass AND p.oid = s.id
		), reach (class, id, used_class, used_id) AS (
			-- What each uses as its owner.  Functions in a view are its asker's to call.
			SELECT s.class, s.id, s.used_class, s.used_id
			FROM uses s JOIN users u USING (class, id)
			WHERE u.kind IN ('inside', 'stored') OR (u.kind = 'view' AND s.used_class = 'pg_class'::regclass)
			UNION
			SELECT r.class, r.id, s.used_class, s.used_id
			FROM reach r
				JOIN users u ON u.class = r.class AND u.id = r.id AND u.kind IN ('inside', 'stored')
				JOIN users below ON below.class = r.used_class AND below.id = r.used_id AND below.kind = 'asker'
				JOIN uses s ON s.class = below.class AND s.id = below.id
		), doors (class, id, door_class, door_id) AS (
			-- through which one gets at it: itself, and what uses it as an owner
			SELECT u.class, u.id, u.class, u.id FROM users u WHERE u.kind <> 'asker'
			UNION
			SELECT d.class, d.id, r.class, r.id FROM doors d JOIN reach r ON r.used_class = d.door_class AND r.used_id = d.door_id
		)
		SELECT CASE WHEN u.kind = 'inside' THEN 'function_bypasses_row_security' ELSE 'view_bypasses_row_security' END, u.words,
			format('It reads %s as %I, whom row security does not bind, and is open to %s.', t.words, pg_get_userbyid(u.owner), opened.words),
			CASE u.kind WHEN 'view' THEN format('ALTER VIEW %s SET (security_invoker = true);', u.words)
				WHEN 'inside' THEN format('ALTER ROUTINE %s SECURITY INVOKER;', u.words)
				ELSE opened.shut END
		FROM users u JOIN pg_roles o ON o.oid = u.owner,
			LATERAL (
				SELECT string_agg(DISTINCT c.oid::regclass::text COLLATE "C", ', ')
				FROM reach r JOIN guarded g ON g.id = r.used_id JOIN pg_class c ON c.oid = g.id
				WHERE r.class = u.class AND r.id = u.id AND r.used_class = 'pg_class'::regclass
					AND (o.rolsuper OR o.rolbypassrls OR (NOT c.relforcerowsecurity AND pg_has_role(o.oid, c.relowner, 'USAGE')))
			) AS t (words),
			LATERAL (
				SELECT string_agg(DISTINCT g.who || CASE WHEN (door.class, door.id) = (u.class, u.id) THEN '' ELSE ' through ' || door.words END COLLATE "C", ', '),
					string_agg(DISTINCT format('REVOKE ALL ON %s%s FROM %s CASCADE;',
						CASE door.kind WHEN 'inside' THEN 'ROUTINE ' ELSE '' END, door.words, g.who) COLLATE "C", ' ')
				FROM doors d JOIN users door ON door.class = d.door_class AND door.id = d.door_id,
					LATERAL aclexplode(door.acl) a,
					LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
				WHERE d.class = u.class AND d.id = u.id AND a.grantee <> door.owner
					AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE')
					AND NOT EXISTS (SELECT FROM pg_roles b WHERE b.oid = a.grantee AND (b.rolsuper OR b.rolbypassrls))
			) AS opened (words, shut)
		-- run_history decides by itself
		WHERE u.kind <> 'asker' AND t.words IS NOT NULL AND opened.words IS NOT NULL AND u.id IS DISTINCT FROM to_regclass('workflow_perms.run_history');
END
$function$;

CREATE FUNCTION workflow_perms._drift_of_version()
 RETURNS TABLE(finding text, object text, detail text, mend text)
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	RETURN QUERY
		SELECT 'model_of_another_version', m::text,
			format('The extension is %s; of the tables is said: %s', e.extversion, coalesce(c.words, 'nothing, as in 0.1.')),
			'SELECT workflow_perms.upgrade_model();'
		FROM pg_extension e, workflow_perms._model_relations() m,
			LATERAL (SELECT (SELECT obj_description(p.oid, 'pg_policy') FROM pg_policy p WHERE p.polrelid = m AND p.polname = 'accounts_select')) AS c (words)
		WHERE e.extname = 'workflow_perms' AND m = to_regclass('workflow_perms.accounts')
			AND c.words IS DISTINCT FROM workflow_perms._model_mark();
END
$function$;

CREATE FUNCTION workflow_perms._create_model(application regrole, engine regrole)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	PERFORM workflow_perms._check_model_arguments(application, engine);
	PERFORM workflow_perms._create_model_owner();
	PERFORM workflow_perms._create_tables();
	PERFORM workflow_perms._explain_checks();
	PERFORM workflow_perms._create_indexes();
	PERFORM workflow_perms._comment_tables();
	PERFORM workflow_perms._create_triggers();
	PERFORM workflow_perms._create_draft_triggers();
	PERFORM workflow_perms._secure_tables();
	PERFORM workflow_perms._create_policies();
	PERFORM workflow_perms._create_engine_policies(engine);
	PERFORM workflow_perms._create_history();
	PERFORM workflow_perms._create_audit();
	PERFORM workflow_perms._create_registry();
	PERFORM workflow_perms._create_grants(application, engine);
	PERFORM workflow_perms._mark_model();
END
$function$;

CREATE FUNCTION workflow_perms._model_objects()
 RETURNS TABLE(step integer, place bigint, relation text, object text, definition text, make text, unmake text)
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT COST 10000
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	WITH relations AS (
		SELECT c.*, c.oid::regclass::text AS name, CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'TABLE ' END AS word
		FROM pg_class c
		WHERE c.relnamespace = 'workflow_perms'::regnamespace
			AND CASE WHEN c.relkind IN ('r', 'p') THEN c.relname = ANY (workflow_perms._model_tables())
				ELSE c.relkind = 'v' AND c.relname = 'run_history' END
	), columns AS (
		SELECT r.name, r.relkind, a.*, pg_get_expr(d.adbin, d.adrelid) AS value, quote_ident(a.attname) AS column_name,
			format_type(a.atttypid, a.atttypmod)
				|| CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END AS type
		FROM relations r
			JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
			JOIN pg_type t ON t.oid = a.atttypid
			LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
	), privileges AS (
		SELECT 80 AS step, r.oid::bigint AS place, r.name, r.name AS object, a.privilege_type, '' AS columns, a.grantee, a.is_grantable
			FROM relations r, aclexplode(r.relacl) a
			WHERE a.grantee <> r.relowner
		UNION ALL
		SELECT 81, c.attrelid::bigint, c.name, format('%s.%s', c.name, c.column_name), a.privilege_type, format(' (%s)', c.column_name), a.grantee, a.is_grantable
			FROM columns c JOIN relations r ON r.oid = c.attrelid, aclexplode(c.attacl) a
			WHERE a.grantee <> r.relowner
		UNION ALL
		SELECT 82, p.oid::bigint, 'FUNCTION ' || p.oid::regprocedure, p.oid::regprocedure::text, a.privilege_type, '', a.grantee, a.is_grantable
			FROM pg_proc p, aclexplode(p.proacl) a
			WHERE p.pronamespace = 'workflow_perms'::regnamespace AND a.grantee NOT IN (0, p.proowner)
	), objects AS (
		SELECT 10 AS step, r.oid::bigint AS place, r.name, 'table' AS object, '' AS definition,
				format('CREATE TABLE %s ()', r.name) AS make, NULL AS unmake
			FROM relations r WHERE r.relkind <> 'v'
		UNION ALL
		SELECT 20, c.attnum, c.name, 'column ' || c.column_name,
				concat_ws(' ', c.type, nullif(c.attidentity, ''), nullif(c.attgenerated, ''), CASE WHEN c.attgenerated <> '' THEN c.value END),
				format('ADD COLUMN %s %s', c.column_name, c.type) || CASE
					WHEN c.attidentity = 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
					WHEN c.attidentity = 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY'
					WHEN c.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', c.value)
					WHEN c.value IS NOT NULL THEN ' DEFAULT ' || c.value
					ELSE '' END, NULL
			FROM columns c WHERE c.relkind <> 'v'
		UNION ALL
		SELECT 21, c.attnum, c.name, 'not null ' || c.column_name, '', format('ALTER COLUMN %s SET NOT NULL', c.column_name), NULL
			FROM columns c WHERE c.attnotnull AND c.relkind <> 'v'
		UNION ALL
		SELECT CASE c.contype WHEN 'f' THEN 31 ELSE 30 END, row_number() OVER (ORDER BY c.conname), r.name, 'constraint ' || c.conname,
				pg_get_constraintdef(c.oid), format('ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)),
				format('DROP CONSTRAINT IF EXISTS %I', c.conname)
			FROM relations r JOIN pg_constraint c ON c.conrelid = r.oid WHERE c.contype NOT IN ('n', 't')
		UNION ALL
		SELECT 40, i.indexrelid::bigint, r.name, 'index ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid),
				pg_get_indexdef(i.indexrelid), format('DROP INDEX %s', i.indexrelid::regclass)
			FROM relations r JOIN pg_index i ON i.indrelid = r.oid
			WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = r.oid)
		UNION ALL
		SELECT 41, s.oid::bigint, r.name, format('statistics workflow_perms.%I', s.stxname), pg_get_statisticsobjdef(s.oid),
				pg_get_statisticsobjdef(s.oid), format('DROP STATISTICS workflow_perms.%I', s.stxname)
			FROM relations r JOIN pg_statistic_ext s ON s.stxrelid = r.oid
			WHERE s.stxnamespace = 'workflow_perms'::regnamespace
		UNION ALL
		SELECT 42, s.oid::bigint, r.name, format('owner of statistics workflow_perms.%I', s.stxname), pg_get_userbyid(s.stxowner)::text,
				format('ALTER STATISTICS workflow_perms.%I OWNER TO %I', s.stxname, pg_get_userbyid(s.stxowner)), NULL
			FROM relations r JOIN pg_statistic_ext s ON s.stxrelid = r.oid
			WHERE s.stxnamespace = 'workflow_perms'::regnamespace
		UNION ALL
		SELECT 45, 1, r.name, 'replica identity', r.relreplident::text,
				format('ALTER TABLE %s REPLICA IDENTITY %s', r.name, CASE r.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
					ELSE 'USING INDEX ' || (SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
						WHERE i.indrelid = r.oid AND i.indisreplident) END), NULL
			FROM relations r WHERE r.relkind <> 'v' AND r.relreplident <> 'd'
		UNION ALL
		-- Another value than ours is the application's wish.
		SELECT 46, 1, r.name, 'storage parameter ' || o.option_name, '', format('ALTER TABLE %s SET (%s = %s)', r.name, o.option_name, o.option_value), NULL
			FROM relations r, pg_options_to_table(r.reloptions) o WHERE r.relkind <> 'v'
		UNION ALL
		SELECT 50, 1, r.name, 'view', v.words, v.words, NULL
			FROM relations r, LATERAL (SELECT format('CREATE OR REPLACE VIEW %s%s AS %s', r.name,
				coalesce(' WITH (' || array_to_string(r.reloptions, ', ') || ')', ''), pg_get_viewdef(r.oid))) AS v (words)
			WHERE r.relkind = 'v'
		UNION ALL
		SELECT 55, r.oid::bigint, r.name, 'owner', pg_get_userbyid(r.relowner)::text,
				format('ALTER %s%s OWNER TO %I', r.word, r.name, pg_get_userbyid(r.relowner)), NULL
			FROM relations r
		UNION ALL
		SELECT 56, r.oid::bigint, r.name, 'row security', '', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', r.name), NULL
			FROM relations r WHERE r.relrowsecurity
		UNION ALL
		SELECT 60, t.oid::bigint, r.name, format('trigger %I', t.tgname), pg_get_triggerdef(t.oid), pg_get_triggerdef(t.oid),
				format('DROP TRIGGER %I ON %s', t.tgname, r.name)
			FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE NOT t.tgisinternal AND p.pronamespace = 'workflow_perms'::regnamespace
		UNION ALL
		SELECT 61, t.oid::bigint, r.name, format('firing of trigger %I', t.tgname), t.tgenabled::text,
				format('ALTER TABLE %s %s TRIGGER %I', r.name, CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS'
					WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'DISABLE' END, t.tgname), NULL
			FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE NOT t.tgisinternal AND t.tgenabled <> 'O' AND p.pronamespace = 'workflow_perms'::regnamespace
		UNION ALL
		SELECT 65, p.oid::bigint, r.name, format('policy %I', p.polname), w.words, w.words, format('DROP POLICY %I ON %s', p.polname, r.name)
			FROM relations r JOIN pg_policy p ON p.polrelid = r.oid,
				LATERAL (SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, r.name,
					CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
					CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
					(SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(o)::text) END, ', ' ORDER BY o) FROM unnest(p.polroles) o))
					|| coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
					|| coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) AS w (words)
		UNION ALL
		SELECT 70, c.place, c.name, 'comment on ' || c.what, c.words, format('COMMENT ON %s IS %L', c.what, c.words), NULL
			FROM (
				SELECT 0 AS place, r.name, r.word || r.name AS what, obj_description(r.oid, 'pg_class') AS words FROM relations r
				UNION ALL
				SELECT c.attnum, c.name, format('COLUMN %s.%s', c.name, c.column_name), col_description(c.attrelid, c.attnum) FROM columns c
				UNION ALL
				SELECT 2000, r.name, format('POLICY %I ON %s', p.polname, r.name), obj_description(p.oid, 'pg_policy')
					FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
			) AS c
			WHERE c.words IS NOT NULL
		UNION ALL
		SELECT p.step, p.place, p.name, format('%s on %s to %s', p.privilege_type, p.object, g.who), p.is_grantable::text,
				format('GRANT %s%s ON %s TO %s', p.privilege_type, p.columns, p.name, g.who)
					|| CASE WHEN p.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, NULL
			FROM privileges p,
				LATERAL (SELECT CASE p.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(p.grantee)::text) END) AS g (who)
	)
	SELECT o.step, row_number() OVER (ORDER BY o.step, o.place, o.object), o.name, o.object, o.definition, o.make, o.unmake
	FROM objects o
$function$;

CREATE FUNCTION workflow_perms._model_mark()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT COST 10
BEGIN ATOMIC
 SELECT (('Made by workflow_perms '::text || e.extversion) || '.'::text)
    FROM pg_extension e
   WHERE (e.extname = 'workflow_perms'::name);
END;

CREATE FUNCTION workflow_perms._mark_model()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	EXECUTE format('COMMENT ON POLICY accounts_select ON workflow_perms.accounts IS %L', workflow_perms._model_mark());
END
$function$;

CREATE FUNCTION workflow_perms._wanted_model(application regrole, engine regrole)
 RETURNS TABLE(step integer, place bigint, relation text, object text, definition text, make text, unmake text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	put_aside text;
	wanted jsonb;
BEGIN
	BEGIN
		CREATE SCHEMA workflow_perms_put_aside;
		FOR put_aside IN
			SELECT format('ALTER %s %s SET SCHEMA workflow_perms_put_aside', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass)
				FROM pg_class c
				WHERE c.relnamespace = 'workflow_perms'::regnamespace
					AND (c.relkind IN ('r', 'p') AND c.relname = ANY (workflow_perms._model_tables()) OR c.relkind = 'v' AND c.relname = 'run_history')
			UNION ALL
			SELECT format('ALTER STATISTICS workflow_perms.%I SET SCHEMA workflow_perms_put_aside', s.stxname)
				FROM pg_statistic_ext s WHERE s.stxnamespace = 'workflow_perms'::regnamespace
		LOOP
			EXECUTE put_aside;
		END LOOP;
		PERFORM workflow_perms.create_model(application, engine);
		SELECT jsonb_agg(o) INTO wanted FROM workflow_perms._model_objects() o;
		RAISE EXCEPTION 'what create_model() makes is known' USING ERRCODE = 'WP000';
	EXCEPTION
		WHEN SQLSTATE 'WP000' THEN NULL;
	END;
	RETURN QUERY SELECT w.* FROM jsonb_to_recordset(wanted) AS w (step integer, place bigint, relation text, object text, definition text, make text, unmake text);
END
$function$;

CREATE FUNCTION workflow_perms._check_upgradable()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	IF workflow_perms._creating_extension() THEN
		RAISE EXCEPTION 'upgrade_model() cannot be run inside an extension script'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = 'New tables would become members of the extension, and dumps would lose their rows.',
				HINT = 'Run it after ALTER EXTENSION workflow_perms UPDATE, in a statement of its own.';
	END IF;
	IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
		RAISE EXCEPTION 'permission denied to upgrade the model'
			USING ERRCODE = 'insufficient_privilege', HINT = 'Only a superuser may run upgrade_model().';
	END IF;
	IF to_regclass('workflow_perms.workflows') IS NULL OR to_regclass('workflow_perms.accounts') IS NULL THEN
		RAISE EXCEPTION 'there is no model to upgrade in this database'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'A superuser makes one, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').';
	END IF;
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'upgrade_model() must run at READ COMMITTED'
			USING ERRCODE = 'active_sql_transaction', HINT = 'At other levels it could not see what was committed while it waited.';
	END IF;
END
$function$;

CREATE FUNCTION workflow_perms._model_roles(INOUT application regrole, INOUT engine regrole)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	found oid[];
BEGIN
	IF application IS NULL THEN
		SELECT array_agg(DISTINCT a.grantee) INTO found
			FROM pg_proc p, aclexplode(p.proacl) a
			WHERE p.oid = 'workflow_perms._set_enabled(text, text, text, boolean)'::regprocedure AND a.grantee NOT IN (0, p.proowner);
		application := CASE WHEN cardinality(found) = 1 THEN found[1] END;
	END IF;
	IF application IS NOT NULL AND engine IS NULL THEN
		SELECT p.polroles INTO found FROM pg_policy p
			WHERE p.polrelid = to_regclass('workflow_perms.runs') AND p.polname = 'runs_engine_insert';
		engine := CASE WHEN cardinality(found) = 1 THEN nullif(found[1], 0) END;
	END IF;
	IF application IS NULL OR engine IS NULL THEN
		RAISE EXCEPTION 'the % role of the model cannot be told', CASE WHEN application IS NULL THEN 'application' ELSE 'engine' END
			USING ERRCODE = 'undefined_object',
				DETAIL = format('What create_model() granted it is granted to %s roles.', coalesce(cardinality(found), 0)),
				HINT = 'Name both: SELECT workflow_perms.upgrade_model(application => ''role'', engine => ''role'').';
	END IF;
END
$function$;

CREATE FUNCTION workflow_perms._model_changes(wanted jsonb, new_objects text[])
 RETURNS TABLE(step integer, command text, made text[], withheld boolean)
 LANGUAGE sql
 STRICT ROWS 100
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	WITH change AS (
		SELECT w.*, h.object IS NOT NULL AS there, coalesce(h.unmake, '') AS unmaking,
			w.step >= 80 AND w.object NOT LIKE '% to workflow\_perms\_owner'
				AND w.relation || ' table' <> ALL (new_objects)
				AND NOT (w.step = 81 AND EXISTS (SELECT FROM unnest(new_objects) n
					WHERE w.object LIKE '% on ' || replace(n, ' column ', '.') || ' to %')) AS withheld
		FROM jsonb_to_recordset(wanted) AS w (step integer, place bigint, relation text, object text, definition text, make text, unmake text)
			LEFT JOIN workflow_perms._model_objects() h ON h.step = w.step AND h.relation = w.relation AND h.object = w.object
		WHERE h.definition IS DISTINCT FROM w.definition
	), referring AS (
		-- Foreign keys, the application's too, that stand in the way of a key which is
		-- made anew: as they were, unless they are to be changed themselves.
		SELECT fk.conrelid::regclass::text AS relation, fk.conname, pg_get_constraintdef(fk.oid) AS definition
		FROM change c
			JOIN pg_constraint k ON k.conrelid = to_regclass(c.relation) AND c.object = 'constraint ' || k.conname AND k.contype IN ('p', 'u')
			JOIN pg_constraint fk ON fk.confrelid = k.conrelid AND fk.conindid = k.conindid AND fk.contype = 'f' AND fk.conparentid = 0
		WHERE c.step = 30 AND c.there
	)
	SELECT 6, format('ALTER TABLE %s DROP CONSTRAINT %I', r.relation, r.conname), '{}'::text[], false FROM referring r
	UNION ALL
	SELECT 32, format('ALTER TABLE %s ADD CONSTRAINT %I %s', r.relation, r.conname, r.definition), '{}', false
		FROM referring r
		WHERE NOT EXISTS (SELECT FROM change c WHERE c.step = 31 AND c.relation = r.relation AND c.object = 'constraint ' || r.conname)
	UNION ALL
	SELECT c.step, format('ALTER TABLE %s %s', c.relation,
			string_agg(concat_ws(', ', nullif(c.unmaking, ''), c.make), ', ' ORDER BY c.place)),
			array_agg(c.relation || ' ' || c.object), false
		FROM change c WHERE c.step BETWEEN 20 AND 39
		GROUP BY c.step, c.relation
	UNION ALL
	SELECT c.step, concat_ws('; ', nullif(c.unmaking, ''), c.make), ARRAY[c.relation || ' ' || c.object], c.withheld
		FROM change c WHERE c.step NOT BETWEEN 20 AND 39
	UNION ALL
	-- Triggers that no longer are.
	SELECT 5, h.unmake, '{}', false
		FROM workflow_perms._model_objects() h
		WHERE h.step = 60 AND NOT EXISTS (
			SELECT FROM jsonb_to_recordset(wanted) AS w (step integer, relation text, object text)
			WHERE w.step = 60 AND w.relation = h.relation AND w.object = h.object)
	ORDER BY 1, 2
$function$;

CREATE FUNCTION workflow_perms.upgrade_model(application regrole DEFAULT NULL::regrole, engine regrole DEFAULT NULL::regrole)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	wanted jsonb;
	wrong record;
	change record;
	new_objects text[] := '{}';
	passes integer := 0;
	again boolean := true;
BEGIN
	PERFORM workflow_perms._check_upgradable();
	SELECT r.application, r.engine INTO application, engine FROM workflow_perms._model_roles(application, engine) r;
	EXECUTE (SELECT format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE',
			string_agg(format('workflow_perms.%I', t.name), ', ' ORDER BY t.place))
		FROM unnest(workflow_perms._model_tables()) WITH ORDINALITY t (name, place)
		WHERE to_regclass('workflow_perms.' || t.name) IS NOT NULL);
	SELECT jsonb_agg(w) INTO wanted FROM workflow_perms._wanted_model(application, engine) w;

	-- A column that is there is not made anew, for the rows are in it.
	SELECT h.relation, h.object, h.definition, w.definition AS wanted INTO wrong
		FROM workflow_perms._model_objects() h
			JOIN jsonb_to_recordset(wanted) AS w (step integer, relation text, object text, definition text) USING (step, relation, object)
		WHERE step = 20 AND h.definition <> w.definition
		ORDER BY h.place LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '% of % is %, and not %', wrong.object, wrong.relation, wrong.definition, wrong.wanted
			USING ERRCODE = 'datatype_mismatch', HINT = 'Alter the column, or give it another name if it is your own; then upgrade again.';
	END IF;

	WHILE again LOOP
		again := false;
		passes := passes + 1;
		FOR change IN SELECT * FROM workflow_perms._model_changes(wanted, new_objects) LOOP
			IF change.withheld THEN
				IF passes = 1 AND NOT change.made[1] LIKE ANY (SELECT replace(n, ' table', '') || ' %' FROM unnest(new_objects) n) THEN
					RAISE NOTICE 'not granted, as somebody may have revoked it: %', change.command;
				END IF;
				CONTINUE;
			ELSIF passes > 3 THEN
				RAISE EXCEPTION 'upgrade_model() could not make %', array_to_string(change.made, ', ')
					USING ERRCODE = 'internal_error', DETAIL = format('Its command was: %s', change.command);
			END IF;
			EXECUTE change.command;
			RETURN NEXT change.command;
			new_objects := new_objects || CASE WHEN change.step IN (10, 20) THEN change.made ELSE '{}' END;
			again := true;
		END LOOP;
	END LOOP;

	IF workflow_perms.register_conditions() > 0 THEN
		RETURN NEXT 'SELECT workflow_perms.register_conditions()';
	END IF;
END
$function$;

-- Changed.
CREATE OR REPLACE FUNCTION workflow_perms.metadata_matches(metadata jsonb, condition workflow_perms.metadata_condition)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF COST 2
AS 'MODULE_PATHNAME', $function$metadata_matches$function$;

CREATE OR REPLACE FUNCTION workflow_perms.condition_matches(condition workflow_perms.metadata_condition, metadata jsonb)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE STRICT LEAKPROOF COST 2
AS 'MODULE_PATHNAME', $function$condition_matches$function$;

CREATE OR REPLACE FUNCTION workflow_perms.matches(metadata jsonb, user_id text, condition workflow_perms.metadata_condition)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 2 SUPPORT workflow_perms._matches_support
AS 'MODULE_PATHNAME', $function$matches$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_view_draft(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_view_draft_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_edit(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_edit_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_publish(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_publish_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_delete(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_delete_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_manage_members(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_manage_members_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_enable(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_enable_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(principal workflow_perms.principal, workflow_id text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 200 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_principal_id$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(workflow record)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(principal workflow_perms.principal, workflow record)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_principal_row$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE LEAKPROOF COST 5 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.can_run(principal workflow_perms.principal, account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean)
 RETURNS boolean
 LANGUAGE c
 IMMUTABLE PARALLEL SAFE LEAKPROOF COST 10 SUPPORT workflow_perms._can_support
AS 'MODULE_PATHNAME', $function$wp_can_run_principal_columns$function$;

CREATE OR REPLACE FUNCTION workflow_perms.principal_created(account_id text, workflow_id text, workspace_id text, created_by text)
 RETURNS boolean
 LANGUAGE c
 STABLE PARALLEL SAFE COST 5 SUPPORT workflow_perms._created_support
AS 'MODULE_PATHNAME', $function$wp_principal_created$function$;

CREATE OR REPLACE FUNCTION workflow_perms._write_enablement()
 RETURNS trigger
 LANGUAGE c
 STRICT
AS 'MODULE_PATHNAME', $function$wp_write_enablement$function$;

CREATE OR REPLACE FUNCTION workflow_perms._refuse(action text, object_kind text, object_id text, code text)
 RETURNS void
 LANGUAGE c
 STABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', $function$wp_refuse_sql$function$;

CREATE OR REPLACE FUNCTION workflow_perms._gate_enabling(account text, workflow text, subject text)
 RETURNS text
 LANGUAGE c
 COST 200
AS 'MODULE_PATHNAME', $function$wp_gate_enabling$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_enabling()
 RETURNS trigger
 LANGUAGE c
AS 'MODULE_PATHNAME', $function$wp_check_enabling$function$;

CREATE OR REPLACE FUNCTION workflow_perms._set_enabled(workflow text, configuration text, subject text, enabled boolean)
 RETURNS void
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_set_enabled$function$;

CREATE OR REPLACE FUNCTION workflow_perms.enable(workflow_id text, configuration text DEFAULT ''::text)
 RETURNS void
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_enable$function$;

CREATE OR REPLACE FUNCTION workflow_perms.enable(workflow_id text, configuration text, user_id text)
 RETURNS void
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_enable$function$;

CREATE OR REPLACE FUNCTION workflow_perms.disable(workflow_id text, configuration text DEFAULT ''::text)
 RETURNS void
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_disable$function$;

CREATE OR REPLACE FUNCTION workflow_perms.disable(workflow_id text, configuration text, user_id text)
 RETURNS void
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_disable$function$;

CREATE OR REPLACE FUNCTION workflow_perms.merge_metadata(user_id text, metadata jsonb)
 RETURNS jsonb
 LANGUAGE c
 COST 1000
AS 'MODULE_PATHNAME', $function$wp_call_as_caller$function$;

CREATE OR REPLACE FUNCTION workflow_perms.protect("table" regclass, account_column name DEFAULT 'account_id'::name, workflow_column name DEFAULT 'workflow_id'::name)
 RETURNS void
 LANGUAGE c
 COST 100
AS 'MODULE_PATHNAME', $function$wp_call_as_caller$function$;

CREATE OR REPLACE FUNCTION workflow_perms.unprotect("table" regclass)
 RETURNS void
 LANGUAGE c
 COST 100
AS 'MODULE_PATHNAME', $function$wp_call_as_caller$function$;

CREATE OR REPLACE FUNCTION workflow_perms.create_model(application regrole, engine regrole)
 RETURNS void
 LANGUAGE c
 COST 100
AS 'MODULE_PATHNAME', $function$wp_call_as_caller$function$;

CREATE OR REPLACE FUNCTION workflow_perms._model_tables()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT COST 1
BEGIN ATOMIC
 SELECT ARRAY['accounts'::text, 'users'::text, 'roles'::text, 'role_capabilities'::text, 'role_includes'::text, 'workspaces'::text, 'role_grants'::text, 'workspace_members'::text, 'workflows'::text, 'workflow_members'::text, 'workflow_versions'::text, 'workflow_drafts'::text, 'boards'::text, 'board_members'::text, 'board_columns'::text, 'column_access'::text, 'workflow_steps'::text, 'execution_rules'::text, 'connections'::text, 'enablements'::text, 'runs'::text, 'run_steps'::text, 'audit_log'::text, 'conditions'::text] AS "array";
END;

CREATE OR REPLACE FUNCTION workflow_perms._create_tables()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	CREATE TABLE workflow_perms.accounts (
		account_id text COLLATE "C" NOT NULL,
		creator_roles workflow_perms.account_role[] NOT NULL DEFAULT '{admin,member}',
		guests_see_open_main boolean NOT NULL DEFAULT false,
		default_execution workflow_perms.execution_effect NOT NULL DEFAULT 'grant',
		CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
		CONSTRAINT accounts_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255),
		CONSTRAINT accounts_creator_roles_is_a_plain_list
			CHECK (coalesce(array_ndims(creator_roles), 1) = 1 AND array_position(creator_roles, NULL) IS NULL)
	);

	CREATE TABLE workflow_perms.users (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		kind workflow_perms.user_kind NOT NULL,
		account_role workflow_perms.account_role,
		metadata jsonb NOT NULL DEFAULT '{}',
		active boolean NOT NULL DEFAULT true,
		CONSTRAINT users_pkey PRIMARY KEY (account_id, user_id),
		CONSTRAINT users_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT users_user_id_has_1_to_255_bytes CHECK (octet_length(user_id) BETWEEN 1 AND 255),
		CONSTRAINT users_member_has_account_role CHECK (kind <> 'member' OR account_role IS NOT NULL),
		CONSTRAINT users_connected_has_no_account_role CHECK (kind <> 'connected' OR account_role IS NULL),
		CONSTRAINT users_metadata_is_an_object CHECK (jsonb_typeof(metadata) = 'object')
	);

	CREATE TABLE workflow_perms.roles (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		CONSTRAINT roles_pkey PRIMARY KEY (account_id, role),
		CONSTRAINT roles_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT roles_role_has_1_to_255_bytes CHECK (octet_length(role) BETWEEN 1 AND 255),
		-- the other spelling of a system role is no role beside it
		CONSTRAINT roles_role_is_no_alias CHECK (role <> 'NotAuthenticatedUser')
	);

	CREATE TABLE workflow_perms.role_capabilities (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		capability text COLLATE "C" NOT NULL,
		CONSTRAINT role_capabilities_pkey PRIMARY KEY (account_id, role, capability),
		CONSTRAINT role_capabilities_role_fkey FOREIGN KEY (account_id, role)
			REFERENCES workflow_perms.roles ON DELETE CASCADE,
		CONSTRAINT role_capabilities_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser')),
		CONSTRAINT role_capabilities_capability_has_1_to_255_bytes CHECK (octet_length(capability) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.role_includes (
		account_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		included_role text COLLATE "C" NOT NULL,
		CONSTRAINT role_includes_pkey PRIMARY KEY (account_id, role, included_role),
		CONSTRAINT role_includes_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT role_includes_role_fkey FOREIGN KEY (account_id, role)
			REFERENCES workflow_perms.roles ON DELETE CASCADE,
		CONSTRAINT role_includes_included_role_fkey FOREIGN KEY (account_id, included_role)
			REFERENCES workflow_perms.roles,
		CONSTRAINT role_includes_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser')),
		CONSTRAINT role_includes_included_role_is_no_system_role
			CHECK (included_role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workspaces (
		account_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		kind workflow_perms.workspace_kind NOT NULL,
		-- With the kind: an index-only scan reads all workspaces of an account.
		CONSTRAINT workspaces_pkey PRIMARY KEY (account_id, workspace_id) INCLUDE (kind),
		CONSTRAINT workspaces_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workspaces_workspace_id_has_1_to_255_bytes CHECK (octet_length(workspace_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.role_grants (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		role text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C",
		expires_at timestamptz,
		CONSTRAINT role_grants_key UNIQUE NULLS NOT DISTINCT (account_id, user_id, role, workspace_id),
		CONSTRAINT role_grants_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT role_grants_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT role_grants_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT role_grants_workspace_fkey FOREIGN KEY (account_id, workspace_id)
			REFERENCES workflow_perms.workspaces ON DELETE CASCADE,
		CONSTRAINT role_grants_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workspace_members (
		account_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C",
		role text COLLATE "C",
		is_owner boolean NOT NULL DEFAULT false,
		expires_at timestamptz,
		CONSTRAINT workspace_members_key UNIQUE NULLS NOT DISTINCT (account_id, workspace_id, user_id, role),
		CONSTRAINT workspace_members_account_fkey FOREIGN KEY (account_id)
			REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workspace_members_workspace_fkey FOREIGN KEY (account_id, workspace_id)
			REFERENCES workflow_perms.workspaces ON DELETE CASCADE,
		CONSTRAINT workspace_members_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT workspace_members_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT workspace_members_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
		CONSTRAINT workspace_members_owner_is_a_user CHECK (NOT is_owner OR user_id IS NOT NULL),
		CONSTRAINT workspace_members_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workflows (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		visibility workflow_perms.workflow_visibility NOT NULL DEFAULT 'private',
		status workflow_perms.workflow_status NOT NULL DEFAULT 'draft',
		condition workflow_perms.metadata_condition,
		hidden boolean NOT NULL DEFAULT false,
		default_enabled boolean NOT NULL DEFAULT false,
		created_by text COLLATE "C",
		run_as text COLLATE "C",
		live_version integer,
		CONSTRAINT workflows_pkey PRIMARY KEY (account_id, workflow_id),
		CONSTRAINT workflows_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflows_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		CONSTRAINT workflows_created_by_fkey FOREIGN KEY (account_id, created_by) REFERENCES workflow_perms.users,
		CONSTRAINT workflows_run_as_fkey FOREIGN KEY (account_id, run_as) REFERENCES workflow_perms.users,
		CONSTRAINT workflows_workflow_id_has_1_to_255_bytes CHECK (octet_length(workflow_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.workflow_members (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C",
		role text COLLATE "C",
		is_owner boolean NOT NULL DEFAULT false,
		expires_at timestamptz,
		CONSTRAINT workflow_members_key UNIQUE NULLS NOT DISTINCT (account_id, workflow_id, user_id, role),
		CONSTRAINT workflow_members_account_fkey FOREIGN KEY (account_id)
			REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflow_members_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_members_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT workflow_members_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT workflow_members_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
		CONSTRAINT workflow_members_owner_is_a_user CHECK (NOT is_owner OR user_id IS NOT NULL),
		CONSTRAINT workflow_members_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workflow_versions (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		version integer NOT NULL,
		definition jsonb NOT NULL,
		published_by text COLLATE "C",
		published_at timestamptz NOT NULL,
		CONSTRAINT workflow_versions_pkey PRIMARY KEY (account_id, workflow_id, version),
		CONSTRAINT workflow_versions_account_fkey FOREIGN KEY (account_id)
			REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflow_versions_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_versions_published_by_fkey FOREIGN KEY (account_id, published_by)
			REFERENCES workflow_perms.users,
		CONSTRAINT workflow_versions_version_is_positive CHECK (version > 0)
	);
	ALTER TABLE workflow_perms.workflows
		ADD CONSTRAINT workflows_live_version_fkey FOREIGN KEY (account_id, workflow_id, live_version)
			REFERENCES workflow_perms.workflow_versions;

	CREATE TABLE workflow_perms.workflow_drafts (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		definition jsonb NOT NULL,
		updated_at timestamptz NOT NULL,
		CONSTRAINT workflow_drafts_pkey PRIMARY KEY (account_id, workflow_id, user_id),
		CONSTRAINT workflow_drafts_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_drafts_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE
	);

	CREATE TABLE workflow_perms.boards (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		kind workflow_perms.board_kind NOT NULL,
		CONSTRAINT boards_pkey PRIMARY KEY (account_id, board_id),
		-- what steps refer to, so that a step's board lies in the step's workspace
		CONSTRAINT boards_workspace_key UNIQUE (account_id, board_id, workspace_id),
		CONSTRAINT boards_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT boards_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		CONSTRAINT boards_board_id_has_1_to_255_bytes CHECK (octet_length(board_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.board_members (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C",
		role text COLLATE "C",
		is_owner boolean NOT NULL DEFAULT false,
		expires_at timestamptz,
		CONSTRAINT board_members_key UNIQUE NULLS NOT DISTINCT (account_id, board_id, user_id, role),
		CONSTRAINT board_members_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT board_members_board_fkey FOREIGN KEY (account_id, board_id)
			REFERENCES workflow_perms.boards ON DELETE CASCADE,
		CONSTRAINT board_members_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT board_members_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT board_members_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
		CONSTRAINT board_members_owner_is_a_user CHECK (NOT is_owner OR user_id IS NOT NULL),
		CONSTRAINT board_members_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.board_columns (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		column_id text COLLATE "C" NOT NULL,
		view_restricted boolean NOT NULL DEFAULT false,
		edit_restricted boolean NOT NULL DEFAULT false,
		CONSTRAINT board_columns_pkey PRIMARY KEY (account_id, board_id, column_id),
		CONSTRAINT board_columns_board_fkey FOREIGN KEY (account_id, board_id)
			REFERENCES workflow_perms.boards ON DELETE CASCADE,
		CONSTRAINT board_columns_column_id_has_1_to_255_bytes CHECK (octet_length(column_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.column_access (
		account_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C" NOT NULL,
		column_id text COLLATE "C" NOT NULL,
		access workflow_perms.column_right NOT NULL,
		user_id text COLLATE "C",
		role text COLLATE "C",
		CONSTRAINT column_access_key UNIQUE NULLS NOT DISTINCT (account_id, board_id, column_id, access, user_id, role),
		CONSTRAINT column_access_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT column_access_column_fkey FOREIGN KEY (account_id, board_id, column_id)
			REFERENCES workflow_perms.board_columns ON DELETE CASCADE,
		CONSTRAINT column_access_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT column_access_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT column_access_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1),
		CONSTRAINT column_access_role_is_no_system_role CHECK (role NOT IN ('AuthenticatedUser', 'NonAuthenticatedUser'))
	);

	CREATE TABLE workflow_perms.workflow_steps (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		step_id text COLLATE "C" NOT NULL,
		workspace_id text COLLATE "C" NOT NULL,
		board_id text COLLATE "C",
		column_id text COLLATE "C",
		access workflow_perms.step_access NOT NULL,
		CONSTRAINT workflow_steps_pkey PRIMARY KEY (account_id, workflow_id, step_id),
		CONSTRAINT workflow_steps_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT workflow_steps_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT workflow_steps_workspace_fkey FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces,
		-- a board that moves to another workspace takes the steps' word for it along
		CONSTRAINT workflow_steps_board_fkey FOREIGN KEY (account_id, board_id, workspace_id)
			REFERENCES workflow_perms.boards (account_id, board_id, workspace_id) ON UPDATE CASCADE,
		CONSTRAINT workflow_steps_column_fkey FOREIGN KEY (account_id, board_id, column_id)
			REFERENCES workflow_perms.board_columns,
		CONSTRAINT workflow_steps_step_id_has_1_to_255_bytes CHECK (octet_length(step_id) BETWEEN 1 AND 255),
		CONSTRAINT workflow_steps_column_has_a_board CHECK (column_id IS NULL OR board_id IS NOT NULL)
	);

	CREATE TABLE workflow_perms.execution_rules (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C",
		user_id text COLLATE "C",
		role text COLLATE "C",
		effect workflow_perms.execution_effect NOT NULL,
		expires_at timestamptz,
		CONSTRAINT execution_rules_key UNIQUE NULLS NOT DISTINCT (account_id, workflow_id, user_id, role),
		CONSTRAINT execution_rules_account_fkey FOREIGN KEY (account_id) REFERENCES workflow_perms.accounts ON DELETE CASCADE,
		CONSTRAINT execution_rules_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT execution_rules_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT execution_rules_role_fkey FOREIGN KEY (account_id, role) REFERENCES workflow_perms.roles,
		CONSTRAINT execution_rules_grantee_is_user_or_role CHECK (num_nonnulls(user_id, role) = 1)
	);

	CREATE TABLE workflow_perms.connections (
		account_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		configuration text COLLATE "C" NOT NULL DEFAULT '',
		connected_at timestamptz NOT NULL,
		CONSTRAINT connections_pkey PRIMARY KEY (account_id, user_id, configuration),
		CONSTRAINT connections_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT connections_configuration_has_at_most_255_bytes CHECK (octet_length(configuration) <= 255)
	);

	-- Disabled by the thousand at once: where the page has room for the new versions (no
	-- indexed column changes), the indexes need not hear of it.
	CREATE TABLE workflow_perms.enablements (
		account_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		user_id text COLLATE "C" NOT NULL,
		configuration text COLLATE "C" NOT NULL DEFAULT '',
		enabled boolean NOT NULL,
		reason text COLLATE "C",
		changed_at timestamptz NOT NULL,
		CONSTRAINT enablements_pkey PRIMARY KEY (account_id, workflow_id, user_id, configuration),
		CONSTRAINT enablements_workflow_fkey FOREIGN KEY (account_id, workflow_id)
			REFERENCES workflow_perms.workflows ON DELETE CASCADE,
		CONSTRAINT enablements_user_fkey FOREIGN KEY (account_id, user_id)
			REFERENCES workflow_perms.users ON DELETE CASCADE,
		CONSTRAINT enablements_configuration_has_at_most_255_bytes CHECK (octet_length(configuration) <= 255)
	) WITH (fillfactor = 70);

	-- History: what it names may be gone, so no foreign keys; lengths are checked here.
	CREATE TABLE workflow_perms.runs (
		account_id text COLLATE "C" NOT NULL,
		run_id text COLLATE "C" NOT NULL,
		workflow_id text COLLATE "C" NOT NULL,
		version integer,
		started_by text COLLATE "C",
		for_user text COLLATE "C",
		run_as text COLLATE "C",
		status workflow_perms.run_status NOT NULL,
		started_at timestamptz NOT NULL,
		finished_at timestamptz,
		CONSTRAINT runs_pkey PRIMARY KEY (account_id, run_id),
		CONSTRAINT runs_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255),
		CONSTRAINT runs_run_id_has_1_to_255_bytes CHECK (octet_length(run_id) BETWEEN 1 AND 255),
		CONSTRAINT runs_workflow_id_has_1_to_255_bytes CHECK (octet_length(workflow_id) BETWEEN 1 AND 255),
		CONSTRAINT runs_started_by_has_1_to_255_bytes CHECK (octet_length(started_by) BETWEEN 1 AND 255),
		CONSTRAINT runs_for_user_has_1_to_255_bytes CHECK (octet_length(for_user) BETWEEN 1 AND 255),
		CONSTRAINT runs_run_as_has_1_to_255_bytes CHECK (octet_length(run_as) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.run_steps (
		account_id text COLLATE "C" NOT NULL,
		run_id text COLLATE "C" NOT NULL,
		step_no integer NOT NULL,
		step_id text COLLATE "C",
		workspace_id text COLLATE "C",
		board_id text COLLATE "C",
		column_id text COLLATE "C",
		access workflow_perms.step_access,
		status workflow_perms.run_status NOT NULL,
		details jsonb,
		error text COLLATE "C",
		reason text COLLATE "C",
		CONSTRAINT run_steps_pkey PRIMARY KEY (account_id, run_id, step_no),
		CONSTRAINT run_steps_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255),
		CONSTRAINT run_steps_run_id_has_1_to_255_bytes CHECK (octet_length(run_id) BETWEEN 1 AND 255),
		CONSTRAINT run_steps_step_id_has_1_to_255_bytes CHECK (octet_length(step_id) BETWEEN 1 AND 255),
		CONSTRAINT run_steps_workspace_id_has_1_to_255_bytes CHECK (octet_length(workspace_id) BETWEEN 1 AND 255),
		CONSTRAINT run_steps_board_id_has_1_to_255_bytes CHECK (octet_length(board_id) BETWEEN 1 AND 255),
		CONSTRAINT run_steps_column_id_has_1_to_255_bytes CHECK (octet_length(column_id) BETWEEN 1 AND 255)
	);

	CREATE TABLE workflow_perms.audit_log (
		account_id text COLLATE "C" NOT NULL,
		entry bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
		at timestamptz NOT NULL,
		principal text COLLATE "C",
		database_role text COLLATE "C" NOT NULL,
		action text COLLATE "C" NOT NULL,
		object text COLLATE "C" NOT NULL,
		before jsonb,
		after jsonb,
		CONSTRAINT audit_log_pkey PRIMARY KEY (account_id, entry),
		CONSTRAINT audit_log_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255)
	);

	-- The registry of conditions (registry.sql). The hash follows from the rest, so that
	-- it is the one of whatever server the rows are restored to or replicated to.
	CREATE TABLE workflow_perms.conditions (
		account_id text COLLATE "C" NOT NULL,
		entry uuid NOT NULL DEFAULT gen_random_uuid(),
		condition workflow_perms.metadata_condition NOT NULL,
		hash bigint NOT NULL GENERATED ALWAYS AS (workflow_perms.condition_hash(condition)) STORED,
		added xid8 NOT NULL,
		CONSTRAINT conditions_pkey PRIMARY KEY (account_id, entry),
		CONSTRAINT conditions_account_id_has_1_to_255_bytes CHECK (octet_length(account_id) BETWEEN 1 AND 255)
	);

	-- Without a primary key, updates and deletes could not be published.
	ALTER TABLE workflow_perms.role_grants REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workspace_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workflow_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.board_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.column_access REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.execution_rules REPLICA IDENTITY FULL;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_indexes()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	CREATE INDEX users_kind_idx ON workflow_perms.users (account_id, kind);
	CREATE INDEX role_includes_included_role_idx ON workflow_perms.role_includes (account_id, included_role);
	CREATE INDEX role_capabilities_capability_idx ON workflow_perms.role_capabilities (account_id, capability);

	CREATE INDEX role_grants_role_idx ON workflow_perms.role_grants (account_id, role);
	CREATE INDEX role_grants_workspace_idx ON workflow_perms.role_grants (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL;

	-- Those of a kind that is open to somebody, read from the index alone.
	CREATE INDEX workspaces_kind_idx ON workflow_perms.workspaces (account_id, kind, workspace_id);
	CREATE INDEX workspace_members_user_idx ON workflow_perms.workspace_members (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX workspace_members_role_idx ON workflow_perms.workspace_members (account_id, role)
		WHERE role IS NOT NULL;

	-- The arms of a decision (planner/rewrite.c): the workflows of a workspace, and
	-- those that are main.
	CREATE INDEX workflows_workspace_idx ON workflow_perms.workflows (account_id, workspace_id, visibility);
	CREATE INDEX workflows_default_enabled_idx ON workflow_perms.workflows (account_id) WHERE default_enabled;
	CREATE INDEX workflows_created_by_idx ON workflow_perms.workflows (account_id, created_by);
	CREATE INDEX workflows_run_as_idx ON workflow_perms.workflows (account_id, run_as)
		WHERE run_as IS NOT NULL;

	-- Those of an account that have none, few or nearly all.
	CREATE INDEX workflows_unconditional_idx ON workflow_perms.workflows
		(workflow_perms._unconditional_account(account_id, condition));
	-- Whose workspace it is says whose workflow: else the planner takes a workspace's
	-- workflows to be fewer than they are.
	CREATE STATISTICS workflow_perms.workflows_workspace_stats (dependencies)
		ON account_id, workspace_id FROM workflow_perms.workflows;
	ALTER STATISTICS workflow_perms.workflows_workspace_stats OWNER TO workflow_perms_owner;
	-- The workflows of each condition in the order of their ids; of those that have none, too.
	CREATE INDEX workflows_condition_idx ON workflow_perms.workflows
		(account_id, workflow_perms.condition_hash(condition), workflow_id);

	CREATE INDEX workflow_members_user_idx ON workflow_perms.workflow_members (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX workflow_members_role_idx ON workflow_perms.workflow_members (account_id, role)
		WHERE role IS NOT NULL;

	CREATE INDEX workflow_versions_published_by_idx ON workflow_perms.workflow_versions (account_id, published_by)
		WHERE published_by IS NOT NULL;
	CREATE INDEX workflow_drafts_user_idx ON workflow_perms.workflow_drafts (account_id, user_id);

	CREATE INDEX boards_workspace_idx ON workflow_perms.boards (account_id, workspace_id);
	CREATE INDEX board_members_user_idx ON workflow_perms.board_members (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX board_members_role_idx ON workflow_perms.board_members (account_id, role)
		WHERE role IS NOT NULL;
	CREATE INDEX column_access_user_idx ON workflow_perms.column_access (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX column_access_role_idx ON workflow_perms.column_access (account_id, role)
		WHERE role IS NOT NULL;

	CREATE INDEX workflow_steps_workspace_idx ON workflow_perms.workflow_steps (account_id, workspace_id);
	CREATE INDEX workflow_steps_column_idx ON workflow_perms.workflow_steps (account_id, board_id, column_id)
		WHERE board_id IS NOT NULL;

	CREATE INDEX execution_rules_user_idx ON workflow_perms.execution_rules (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX execution_rules_role_idx ON workflow_perms.execution_rules (account_id, role)
		WHERE role IS NOT NULL;

	CREATE INDEX enablements_user_idx ON workflow_perms.enablements (account_id, user_id);

	-- Is a condition registered? What was added since?
	CREATE INDEX conditions_hash_idx ON workflow_perms.conditions (account_id, hash);
	CREATE INDEX conditions_added_idx ON workflow_perms.conditions (account_id, added);

	-- Is an id named by history? A step is in at most one of the two.
	CREATE INDEX run_steps_board_idx ON workflow_perms.run_steps (account_id, board_id) WHERE board_id IS NOT NULL;
	CREATE INDEX run_steps_workspace_idx ON workflow_perms.run_steps (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL AND board_id IS NULL;
	CREATE INDEX runs_workflow_idx ON workflow_perms.runs (account_id, workflow_id, started_at);
	CREATE INDEX runs_for_user_idx ON workflow_perms.runs (account_id, for_user) WHERE for_user IS NOT NULL;
	CREATE INDEX runs_started_by_idx ON workflow_perms.runs (account_id, started_by) WHERE started_by IS NOT NULL;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._comment_tables()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	COMMENT ON TABLE workflow_perms.accounts IS 'The tenants. Every other row belongs to exactly one of them.';
	COMMENT ON COLUMN workflow_perms.accounts.account_id IS 'The account''s id, 1 to 255 bytes.';
	COMMENT ON COLUMN workflow_perms.accounts.creator_roles IS 'Account roles that may create workflows in open and closed workspaces. Spec 4.3.';
	COMMENT ON COLUMN workflow_perms.accounts.guests_see_open_main IS 'Whether guests see main workflows of open workspaces. Spec 4.1.';
	COMMENT ON COLUMN workflow_perms.accounts.default_execution IS 'What an execution walk ends with when no rule names the principal. Spec 4.5.';

	COMMENT ON TABLE workflow_perms.users IS 'Members, connected users and service accounts of an account.';
	COMMENT ON COLUMN workflow_perms.users.account_id IS 'The account the user belongs to.';
	COMMENT ON COLUMN workflow_perms.users.user_id IS 'The user''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.users.kind IS 'member, connected or service, for ever.';
	COMMENT ON COLUMN workflow_perms.users.account_role IS 'The account role of a member (required) or of a service; none for connected users.';
	COMMENT ON COLUMN workflow_perms.users.metadata IS 'What conditions are evaluated over: a JSON object.';
	COMMENT ON COLUMN workflow_perms.users.active IS 'An inactive user may do nothing.';

	COMMENT ON TABLE workflow_perms.roles IS 'Named roles of an account: the built-in ones and its own.';
	COMMENT ON COLUMN workflow_perms.roles.account_id IS 'The account the role belongs to.';
	COMMENT ON COLUMN workflow_perms.roles.role IS 'The role''s name, 1 to 255 bytes. AuthenticatedUser and NonAuthenticatedUser are system roles.';

	COMMENT ON TABLE workflow_perms.role_capabilities IS 'What a role allows in the product.';
	COMMENT ON COLUMN workflow_perms.role_capabilities.account_id IS 'The role''s account.';
	COMMENT ON COLUMN workflow_perms.role_capabilities.role IS 'The role that has the capability; no system role.';
	COMMENT ON COLUMN workflow_perms.role_capabilities.capability IS 'A capability of spec 4.6, or one of the account''s own: its name has a dot and no built-in family before it.';

	COMMENT ON TABLE workflow_perms.role_includes IS 'Holders of a role also hold the roles it includes, in the same scope. Acyclic.';
	COMMENT ON COLUMN workflow_perms.role_includes.account_id IS 'The account of both roles.';
	COMMENT ON COLUMN workflow_perms.role_includes.role IS 'The role that includes.';
	COMMENT ON COLUMN workflow_perms.role_includes.included_role IS 'The role that its holders hold too.';

	COMMENT ON TABLE workflow_perms.workspaces IS 'Containers of workflows and boards.';
	COMMENT ON COLUMN workflow_perms.workspaces.account_id IS 'The account the workspace belongs to.';
	COMMENT ON COLUMN workflow_perms.workspaces.workspace_id IS 'The workspace''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.workspaces.kind IS 'open or closed (access by membership), project or app (by capability); changes between open and closed only.';

	COMMENT ON TABLE workflow_perms.role_grants IS 'Roles given to users, for the whole account or for one workspace.';
	COMMENT ON COLUMN workflow_perms.role_grants.account_id IS 'The account of user and role.';
	COMMENT ON COLUMN workflow_perms.role_grants.user_id IS 'Who holds the role.';
	COMMENT ON COLUMN workflow_perms.role_grants.role IS 'The role held; no system role.';
	COMMENT ON COLUMN workflow_perms.role_grants.workspace_id IS 'The workspace the grant is for; NULL: the whole account.';
	COMMENT ON COLUMN workflow_perms.role_grants.expires_at IS 'From this time on the grant decides nothing; NULL: never.';

	COMMENT ON TABLE workflow_perms.workspace_members IS 'Members and owners of a workspace: users, or everyone who holds a role.';
	COMMENT ON COLUMN workflow_perms.workspace_members.account_id IS 'The workspace''s account.';
	COMMENT ON COLUMN workflow_perms.workspace_members.workspace_id IS 'The workspace.';
	COMMENT ON COLUMN workflow_perms.workspace_members.user_id IS 'The member, if it is a user; a connected user is refused.';
	COMMENT ON COLUMN workflow_perms.workspace_members.role IS 'The role whose holders are members, if it is a role.';
	COMMENT ON COLUMN workflow_perms.workspace_members.is_owner IS 'Whether this user owns the workspace.';
	COMMENT ON COLUMN workflow_perms.workspace_members.expires_at IS 'From this time on the row decides nothing; NULL: never.';

	COMMENT ON TABLE workflow_perms.workflows IS 'Workflows, each in a workspace.';
	COMMENT ON COLUMN workflow_perms.workflows.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.workflows.workflow_id IS 'The workflow''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.workflows.workspace_id IS 'The workspace it lies in; it moves between workspaces of the same family only.';
	COMMENT ON COLUMN workflow_perms.workflows.visibility IS 'main: whoever reaches the workspace; private: owners and invited members. Spec 4.1.';
	COMMENT ON COLUMN workflow_perms.workflows.status IS 'draft, live or stopped.';
	COMMENT ON COLUMN workflow_perms.workflows.condition IS 'Binds every principal but members and services; NULL: none.';
	COMMENT ON COLUMN workflow_perms.workflows.hidden IS 'Not listed for connected users; they may still enable and run it.';
	COMMENT ON COLUMN workflow_perms.workflows.default_enabled IS 'Enabled for a connected user the first time it connects. Spec 4.4.';
	COMMENT ON COLUMN workflow_perms.workflows.created_by IS 'The team user who made it, NULL if none or gone. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.workflows.run_as IS 'The user with whose rights its runs act. Written by the extension when it is published or transferred.';
	COMMENT ON COLUMN workflow_perms.workflows.live_version IS 'The version that runs; NULL while it was never published. Written by the extension.';

	COMMENT ON TABLE workflow_perms.workflow_members IS 'Owners and invited members of a workflow: users, or everyone who holds a role. The creator is the first owner.';
	COMMENT ON COLUMN workflow_perms.workflow_members.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.workflow_members.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_members.user_id IS 'The member, if it is a user; a connected user is refused.';
	COMMENT ON COLUMN workflow_perms.workflow_members.role IS 'The role whose holders are members, if it is a role.';
	COMMENT ON COLUMN workflow_perms.workflow_members.is_owner IS 'Whether this user owns the workflow. An owner without expiry always remains.';
	COMMENT ON COLUMN workflow_perms.workflow_members.expires_at IS 'From this time on the row decides nothing; NULL: never.';

	COMMENT ON TABLE workflow_perms.workflow_versions IS 'What was published, version by version. Written by publish().';
	COMMENT ON COLUMN workflow_perms.workflow_versions.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.version IS 'The number of the version, from 1.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.definition IS 'The workflow''s definition, opaque to the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.published_by IS 'Who published it, NULL if gone. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_versions.published_at IS 'When. Written by the extension.';

	COMMENT ON TABLE workflow_perms.workflow_drafts IS 'One draft per workflow and editor, visible to that user alone. Spec 4.7.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.user_id IS 'Whose draft it is.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.definition IS 'The draft, opaque to the extension.';
	COMMENT ON COLUMN workflow_perms.workflow_drafts.updated_at IS 'When it was last saved. Written by the extension.';

	COMMENT ON TABLE workflow_perms.boards IS 'Boards that steps of workflows use, each in a workspace.';
	COMMENT ON COLUMN workflow_perms.boards.account_id IS 'The board''s account.';
	COMMENT ON COLUMN workflow_perms.boards.board_id IS 'The board''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.boards.workspace_id IS 'The workspace it lies in; steps that use the board follow it.';
	COMMENT ON COLUMN workflow_perms.boards.kind IS 'main, shareable or private. Spec 4.8.';

	COMMENT ON TABLE workflow_perms.board_members IS 'Members and owners of a board: users, or everyone who holds a role.';
	COMMENT ON COLUMN workflow_perms.board_members.account_id IS 'The board''s account.';
	COMMENT ON COLUMN workflow_perms.board_members.board_id IS 'The board.';
	COMMENT ON COLUMN workflow_perms.board_members.user_id IS 'The member, if it is a user; a connected user is refused.';
	COMMENT ON COLUMN workflow_perms.board_members.role IS 'The role whose holders are members, if it is a role.';
	COMMENT ON COLUMN workflow_perms.board_members.is_owner IS 'Whether this user owns the board, and so is free of column restrictions.';
	COMMENT ON COLUMN workflow_perms.board_members.expires_at IS 'From this time on the row decides nothing; NULL: never.';

	COMMENT ON TABLE workflow_perms.board_columns IS 'Columns of boards, and whether they are restricted.';
	COMMENT ON COLUMN workflow_perms.board_columns.account_id IS 'The board''s account.';
	COMMENT ON COLUMN workflow_perms.board_columns.board_id IS 'The board.';
	COMMENT ON COLUMN workflow_perms.board_columns.column_id IS 'The column''s id, 1 to 255 bytes, unique in the board.';
	COMMENT ON COLUMN workflow_perms.board_columns.view_restricted IS 'Whether only the view list (column_access) and board owners see it.';
	COMMENT ON COLUMN workflow_perms.board_columns.edit_restricted IS 'Whether only the edit list (column_access) and board owners edit it.';

	COMMENT ON TABLE workflow_perms.column_access IS 'The view list and the edit list of a restricted column. Spec 4.8.';
	COMMENT ON COLUMN workflow_perms.column_access.account_id IS 'The column''s account.';
	COMMENT ON COLUMN workflow_perms.column_access.board_id IS 'The column''s board.';
	COMMENT ON COLUMN workflow_perms.column_access.column_id IS 'The column.';
	COMMENT ON COLUMN workflow_perms.column_access.access IS 'Which list: view or edit.';
	COMMENT ON COLUMN workflow_perms.column_access.user_id IS 'Who is on it, if it is a user.';
	COMMENT ON COLUMN workflow_perms.column_access.role IS 'The role whose holders are on it, if it is a role.';

	COMMENT ON TABLE workflow_perms.workflow_steps IS 'The steps of a workflow''s live version, and what they touch.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.step_id IS 'The step''s id, 1 to 255 bytes, unique in the workflow.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.workspace_id IS 'The workspace the step touches.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.board_id IS 'The board it uses, which lies in that workspace.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.column_id IS 'The column of that board.';
	COMMENT ON COLUMN workflow_perms.workflow_steps.access IS 'What it does: read or write.';

	COMMENT ON TABLE workflow_perms.execution_rules IS 'Who may, or may not, run a workflow, or any of the account''s. Spec 4.5.';
	COMMENT ON COLUMN workflow_perms.execution_rules.account_id IS 'The account the rule belongs to.';
	COMMENT ON COLUMN workflow_perms.execution_rules.workflow_id IS 'The workflow the rule is for; NULL: app-wide, the whole account.';
	COMMENT ON COLUMN workflow_perms.execution_rules.user_id IS 'Whom it names, if it is a user.';
	COMMENT ON COLUMN workflow_perms.execution_rules.role IS 'The role it names, if it is a role: a custom role or a system role.';
	COMMENT ON COLUMN workflow_perms.execution_rules.effect IS 'grant or deny.';
	COMMENT ON COLUMN workflow_perms.execution_rules.expires_at IS 'From this time on the rule decides nothing; NULL: never.';

	COMMENT ON TABLE workflow_perms.connections IS 'Which connected user connected which configuration. Written by connect().';
	COMMENT ON COLUMN workflow_perms.connections.account_id IS 'The user''s account.';
	COMMENT ON COLUMN workflow_perms.connections.user_id IS 'The connected user.';
	COMMENT ON COLUMN workflow_perms.connections.configuration IS 'The configuration, at most 255 bytes; empty where the product has one only.';
	COMMENT ON COLUMN workflow_perms.connections.connected_at IS 'When it was connected first. Written by the extension.';

	COMMENT ON TABLE workflow_perms.enablements IS 'Which connected user has which workflow enabled, by configuration. Spec 4.4.';
	COMMENT ON COLUMN workflow_perms.enablements.account_id IS 'The account of workflow and user.';
	COMMENT ON COLUMN workflow_perms.enablements.workflow_id IS 'The workflow.';
	COMMENT ON COLUMN workflow_perms.enablements.user_id IS 'The connected user.';
	COMMENT ON COLUMN workflow_perms.enablements.configuration IS 'The configuration, at most 255 bytes; empty where the product has one only.';
	COMMENT ON COLUMN workflow_perms.enablements.enabled IS 'Whether it is enabled.';
	COMMENT ON COLUMN workflow_perms.enablements.reason IS 'Why it is as it is: user, default, or the code that disabled it. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.enablements.changed_at IS 'When enabled last changed. Written by the extension.';

	COMMENT ON TABLE workflow_perms.runs IS 'Runs of workflows, as the engine records them. History: the ids may name what is gone.';
	COMMENT ON COLUMN workflow_perms.runs.account_id IS 'The workflow''s account.';
	COMMENT ON COLUMN workflow_perms.runs.run_id IS 'The run''s id, 1 to 255 bytes, unique in the account.';
	COMMENT ON COLUMN workflow_perms.runs.workflow_id IS 'The workflow that ran.';
	COMMENT ON COLUMN workflow_perms.runs.version IS 'Its live version at the start. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.started_by IS 'The user who started it; NULL: the engine or an anonymous principal. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.for_user IS 'The user it was made for, if any.';
	COMMENT ON COLUMN workflow_perms.runs.run_as IS 'The user with whose rights it acts. Written by the extension.';
	COMMENT ON COLUMN workflow_perms.runs.status IS 'running, succeeded or failed.';
	COMMENT ON COLUMN workflow_perms.runs.started_at IS 'When it started.';
	COMMENT ON COLUMN workflow_perms.runs.finished_at IS 'When it finished; NULL: it has not.';

	COMMENT ON TABLE workflow_perms.run_steps IS 'Steps of runs, as the engine records them. History: the ids may name what is gone.';
	COMMENT ON COLUMN workflow_perms.run_steps.account_id IS 'The run''s account.';
	COMMENT ON COLUMN workflow_perms.run_steps.run_id IS 'The run.';
	COMMENT ON COLUMN workflow_perms.run_steps.step_no IS 'The step''s number in the run.';
	COMMENT ON COLUMN workflow_perms.run_steps.step_id IS 'The step of the workflow.';
	COMMENT ON COLUMN workflow_perms.run_steps.workspace_id IS 'The workspace it touched.';
	COMMENT ON COLUMN workflow_perms.run_steps.board_id IS 'The board it used.';
	COMMENT ON COLUMN workflow_perms.run_steps.column_id IS 'The column of that board.';
	COMMENT ON COLUMN workflow_perms.run_steps.access IS 'What it did: read or write.';
	COMMENT ON COLUMN workflow_perms.run_steps.status IS 'running, succeeded or failed; failed where run_as may not do the step.';
	COMMENT ON COLUMN workflow_perms.run_steps.details IS 'What the engine records of it.';
	COMMENT ON COLUMN workflow_perms.run_steps.error IS 'The error, if it failed.';
	COMMENT ON COLUMN workflow_perms.run_steps.reason IS 'The code for which run_as may not do the step. Written by the extension.';

	COMMENT ON TABLE workflow_perms.audit_log IS 'Who changed what about permissions, and every automatic change. Append-only. Spec 5.';
	COMMENT ON COLUMN workflow_perms.audit_log.account_id IS 'The account the change belongs to.';
	COMMENT ON COLUMN workflow_perms.audit_log.entry IS 'The number of the entry, growing; numbers may be missing.';
	COMMENT ON COLUMN workflow_perms.audit_log.at IS 'When the transaction that made the change began.';
	COMMENT ON COLUMN workflow_perms.audit_log.principal IS 'The user on whose behalf; NULL: none was set, an anonymous one, or one of another account.';
	COMMENT ON COLUMN workflow_perms.audit_log.database_role IS 'The database role that the session had taken.';
	COMMENT ON COLUMN workflow_perms.audit_log.action IS 'insert, update or delete.';
	COMMENT ON COLUMN workflow_perms.audit_log.object IS 'To what: the table and the row''s key within the account, NULL as -, such as `workflow_members w1 u2 -`.';
	COMMENT ON COLUMN workflow_perms.audit_log.before IS 'The row before; NULL: there was none.';
	COMMENT ON COLUMN workflow_perms.audit_log.after IS 'The row after; NULL: there is none.';

	COMMENT ON TABLE workflow_perms.conditions IS 'The distinct conditions of each account''s workflows, so that each is evaluated once. Written by the extension; seen by nobody.';
	COMMENT ON COLUMN workflow_perms.conditions.account_id IS 'The account.';
	COMMENT ON COLUMN workflow_perms.conditions.entry IS 'Tells rows apart, here and where they are replicated to.';
	COMMENT ON COLUMN workflow_perms.conditions.condition IS 'The condition. One that no workflow has any more, or two equal ones, do no harm.';
	COMMENT ON COLUMN workflow_perms.conditions.hash IS 'Its condition_hash().';
	COMMENT ON COLUMN workflow_perms.conditions.added IS 'The transaction that added the row; after a restore, one of the server that was dumped.';
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._write_run()
 RETURNS trigger
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	workflow record;
BEGIN
	-- Held as a foreign key would hold it: who deletes the workflow, or its account,
	-- waits for the run, and whatever comes under that id later finds it.
	SELECT w.live_version, w.run_as INTO workflow
		FROM workflow_perms.workflows w
		WHERE w.account_id = NEW.account_id AND w.workflow_id = NEW.workflow_id FOR KEY SHARE;
	NEW.version := coalesce(NEW.version, workflow.live_version);
	NEW.run_as := coalesce(NEW.run_as, workflow.run_as);
	IF NEW.started_by IS NULL AND workflow_perms.principal_account() = NEW.account_id THEN
		NEW.started_by := workflow_perms.principal_user();
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_triggers()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	-- Keys never change, nor does the kind of a user.
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.users FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'kind');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.roles FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_capabilities FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role', 'capability');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'role', 'included_role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workspaces FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workspace_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.role_grants FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'role', 'workspace_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workspace_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workspace_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'version');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.boards FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.board_members FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.board_columns FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'column_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.column_access FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'board_id', 'column_id', 'access', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.workflow_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'step_id');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.execution_rules FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'role');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'user_id', 'configuration');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'workflow_id', 'user_id', 'configuration');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'run_id', 'workflow_id', 'for_user');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.run_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'run_id', 'step_no');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.audit_log FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'entry');
	CREATE TRIGGER keep_columns BEFORE UPDATE ON workflow_perms.conditions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._keep_columns('account_id', 'entry');

	-- Columns that the extension writes.
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('created_by', 'run_as', 'live_version');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('updated_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('published_by', 'published_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('connected_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('reason', 'changed_at');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('version', 'started_by', 'run_as');
	CREATE TRIGGER extension_writes BEFORE INSERT OR UPDATE ON workflow_perms.run_steps FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._extension_writes('reason');
	CREATE TRIGGER write_created_by BEFORE INSERT ON workflow_perms.workflows FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_created_by();
	CREATE TRIGGER write_updated_at BEFORE INSERT OR UPDATE ON workflow_perms.workflow_drafts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_updated_at();
	CREATE TRIGGER write_published_at BEFORE INSERT ON workflow_perms.workflow_versions FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_published_at();
	CREATE TRIGGER write_connected_at BEFORE INSERT ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_connected_at();
	CREATE TRIGGER write_enablement BEFORE INSERT OR UPDATE ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._write_enablement();
	CREATE TRIGGER write_run BEFORE INSERT ON workflow_perms.runs FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_write_run');

	-- Accounts and users.
	CREATE TRIGGER create_built_in_roles AFTER INSERT ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_create_built_in_roles');
	CREATE TRIGGER forget_account AFTER DELETE ON workflow_perms.accounts FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_forget_account');
	CREATE TRIGGER unname_user BEFORE DELETE ON workflow_perms.users FOR EACH ROW
		EXECUTE FUNCTION workflow_perms.effect('_unname_user');
	CREATE TRIGGER last_admin_changes AFTER UPDATE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND OLD.account_role = 'admin' AND (NOT NEW.active OR NEW.account_role IS DISTINCT FROM 'admin'))
		EXECUTE FUNCTION workflow_perms._invariant('last_admin');
	CREATE TRIGGER last_admin_goes AFTER DELETE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND OLD.account_role = 'admin')
		EXECUTE FUNCTION workflow_perms._invariant('last_admin');

	-- Roles. Whoever takes something away may take it from the last who manages roles.
	CREATE TRIGGER built_in_role AFTER DELETE ON workflow_perms.roles FOR EACH ROW
		WHEN (OLD.role IN ('Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser'))
		EXECUTE FUNCTION workflow_perms._invariant('built_in_role');
	CREATE TRIGGER check_capability BEFORE INSERT ON workflow_perms.role_capabilities FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._check_capability();
	CREATE TRIGGER acyclic_roles AFTER INSERT ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('acyclic_roles');
	CREATE TRIGGER last_role_manager_stops AFTER UPDATE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active AND NOT NEW.active)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_changes AFTER UPDATE ON workflow_perms.role_grants FOR EACH ROW
		WHEN (OLD.workspace_id IS NULL AND OLD.expires_at IS DISTINCT FROM NEW.expires_at)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_goes AFTER DELETE ON workflow_perms.role_grants FOR EACH ROW
		WHEN (OLD.workspace_id IS NULL)
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_loses AFTER DELETE ON workflow_perms.role_capabilities FOR EACH ROW
		WHEN (OLD.capability = 'team.manage_roles')
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');
	CREATE TRIGGER last_role_manager_loses AFTER DELETE ON workflow_perms.role_includes FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('last_role_manager');

	-- Workspaces, boards and workflows: kinds, families, members, owners.
	CREATE TRIGGER check_workspace_kind BEFORE UPDATE ON workflow_perms.workspaces FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._check_workspace_kind();
	CREATE TRIGGER same_family AFTER UPDATE ON workflow_perms.workflows FOR EACH ROW
		WHEN (OLD.workspace_id IS DISTINCT FROM NEW.workspace_id)
		EXECUTE FUNCTION workflow_perms._invariant('same_family');
	CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.workflows FOR EACH ROW
		WHEN (NEW.created_by IS NOT NULL)
		EXECUTE FUNCTION workflow_perms.effect('_create_first_owner');
	CREATE TRIGGER crowning BEFORE INSERT ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (NEW.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('crowning');

	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_workspace_owner_changes AFTER UPDATE ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_workspace_owner');
	CREATE TRIGGER last_workspace_owner_goes AFTER DELETE ON workflow_perms.workspace_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_workspace_owner');
	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_workflow_owner_changes AFTER UPDATE ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_workflow_owner');
	CREATE TRIGGER last_workflow_owner_goes AFTER DELETE ON workflow_perms.workflow_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_workflow_owner');
	CREATE TRIGGER no_connected_member AFTER INSERT ON workflow_perms.board_members FOR EACH ROW
		WHEN (NEW.user_id IS NOT NULL)
		EXECUTE FUNCTION workflow_perms._invariant('no_connected_member');
	CREATE TRIGGER last_board_owner_changes AFTER UPDATE ON workflow_perms.board_members FOR EACH ROW
		WHEN (OLD.is_owner AND (NOT NEW.is_owner OR OLD.expires_at IS DISTINCT FROM NEW.expires_at))
		EXECUTE FUNCTION workflow_perms._invariant('last_board_owner');
	CREATE TRIGGER last_board_owner_goes AFTER DELETE ON workflow_perms.board_members FOR EACH ROW
		WHEN (OLD.is_owner)
		EXECUTE FUNCTION workflow_perms._invariant('last_board_owner');

	-- Enabling: nobody gets past its gate, and what the gate no longer allows ends with the change.
	CREATE TRIGGER enable_gate BEFORE INSERT ON workflow_perms.enablements FOR EACH ROW
		WHEN (NEW.enabled)
		EXECUTE FUNCTION workflow_perms.effect('_check_enabling');
	CREATE TRIGGER enable_gate_again BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW
		WHEN (NEW.enabled AND NOT OLD.enabled)
		EXECUTE FUNCTION workflow_perms.effect('_check_enabling');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.users
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'users');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.workflows
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'workflows');
	CREATE TRIGGER reevaluate AFTER UPDATE ON workflow_perms.workspaces
		REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
		EXECUTE FUNCTION workflow_perms.effect('_reevaluate', 'workspaces');

	-- What belongs to connected users, and rules.
	CREATE TRIGGER connected_user_only AFTER INSERT ON workflow_perms.connections FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('connected_user_only');
	CREATE TRIGGER connected_user_only AFTER INSERT ON workflow_perms.enablements FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._invariant('connected_user_only');
	CREATE TRIGGER canonical_role BEFORE INSERT OR UPDATE ON workflow_perms.execution_rules FOR EACH ROW
		EXECUTE FUNCTION workflow_perms._canonical_role();
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._workflow_refusal(action text, account text, workflow text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE COST 50
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		SELECT workflow_perms.workflow_verdict(action, w.account_id, w.workflow_id, w.workspace_id,
				w.visibility, w.status, w.condition, w.hidden)
			INTO code
		FROM workflow_perms.workflows w
		WHERE w.account_id = account AND w.workflow_id = workflow;
		code := coalesce(code, 'not_found');
	END IF;
	RETURN workflow_perms._name_capability(NULLIF(code, 'allowed'), action);
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._insert_user_refusal(account text, kind workflow_perms.user_kind, account_role workflow_perms.account_role)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE COST 20
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	is_admin CONSTANT boolean := workflow_perms.principal_has_account_role(account, 'admin');
BEGIN
	RETURN CASE kind
		WHEN 'member' THEN
			CASE
				WHEN is_admin THEN NULL
				WHEN account_role = 'admin' THEN 'account_role'
				WHEN workflow_perms.principal_holds(account, 'team.invite') THEN NULL
				ELSE 'no_capability:team.invite'
			END
		WHEN 'service' THEN
			CASE
				WHEN account_role = 'admin' THEN 'account_role'
				WHEN is_admin OR workflow_perms.principal_holds(account, 'api_keys.manage') THEN NULL
				ELSE 'no_capability:api_keys.manage'
			END
		WHEN 'connected' THEN
			CASE WHEN workflow_perms.principal_holds(account, 'connected_users.manage') THEN NULL ELSE 'no_capability:connected_users.manage' END
		ELSE 'no_capability'
	END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_users()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
	is_admin boolean;
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		code := workflow_perms._insert_user_refusal(account, NEW.kind, NEW.account_role);

	ELSIF code IS NULL AND OLD.kind = 'connected' THEN
		IF NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
			code := 'no_capability:connected_users.manage';
		ELSIF TG_OP = 'UPDATE' AND NEW.account_role IS DISTINCT FROM OLD.account_role
			AND NOT workflow_perms.principal_has_account_role(account, 'admin')
		THEN
			code := 'account_role';
		END IF;

	ELSIF code IS NULL THEN
		is_admin := workflow_perms.principal_has_account_role(account, 'admin');
		IF workflow_perms.principal_is(account, subject) THEN
			code := 'own_row';
		ELSIF OLD.account_role IS NOT DISTINCT FROM 'admin' AND NOT is_admin THEN
			code := 'account_role';
		ELSIF NOT is_admin AND NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability:team.manage_roles';
		ELSIF TG_OP = 'UPDATE' AND NEW.account_role IS DISTINCT FROM OLD.account_role
			-- A service is never an admin, by whatever way.
			AND (NOT is_admin OR (OLD.kind = 'service' AND NEW.account_role IS NOT DISTINCT FROM 'admin'))
		THEN
			code := 'account_role';
		ELSIF TG_OP = 'UPDATE' AND NEW.metadata IS DISTINCT FROM OLD.metadata THEN
			code := 'no_capability';  -- metadata belongs to connected users
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'user', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_roles()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles')
			AND NOT workflow_perms.principal_has_account_role(account, 'admin')
		THEN
			code := 'no_capability:team.manage_roles';
		END IF;
		-- "not built-in" is an invariant, "not while named" is what the foreign keys say.
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_role_capabilities()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	capability CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.capability ELSE OLD.capability END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles')
			OR NOT workflow_perms.principal_holds(account, capability)
		THEN
			code := 'no_capability:team.manage_roles, and the capability itself,';
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NULL, subject);
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'capability of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_role_includes()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability:team.manage_roles';

		ELSIF TG_OP = 'INSERT' THEN
			IF NOT workflow_perms._holds_capabilities_of(account, NEW.included_role, NULL) THEN
				code := 'no_capability:every capability of the role';
			-- It would give oneself a role: wherever one holds the including
			-- role, one must hold the included one already.
			ELSIF EXISTS (
				SELECT
				FROM workflow_perms._held_roles(account) including
				WHERE including.role = NEW.role
					AND NOT EXISTS (
						SELECT
						FROM workflow_perms._held_roles(account) included
						WHERE included.role = NEW.included_role
							AND (included.workspace_id IS NULL OR included.workspace_id = including.workspace_id)))
			THEN
				code := 'own_row';
			END IF;

		ELSIF EXISTS (SELECT FROM workflow_perms._held_roles(account) h WHERE h.role = OLD.role) THEN
			-- Shedding a role may shed a denial.
			code := 'own_row';
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NULL, r.role) FROM (VALUES (NEW.role), (NEW.included_role)) AS r (role);
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'inclusion of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_role_grants()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	-- Keys never change, so one row says who, what and where.
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	grantee CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	workspace CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	code text := workflow_perms._caller_refusal(account);
	manages boolean;
BEGIN
	IF code IS NULL THEN
		manages := CASE
			WHEN workspace IS NULL THEN workflow_perms.principal_holds(account, 'team.manage_roles')
			ELSE workflow_perms.principal_holds(account, 'team.manage_roles', workspace)
		END;
		IF NOT manages AND NOT workflow_perms.principal_has_account_role(account, 'admin') THEN
			code := 'no_capability:team.manage_roles';
		ELSIF workflow_perms.principal_is(account, grantee) THEN
			code := 'own_row';
		ELSIF manages AND workflow_perms._holds_capabilities_of(account, subject, workspace) THEN
			NULL;
		ELSIF workflow_perms.principal_has_account_role(account, 'admin')
			AND NOT EXISTS (
				SELECT
				FROM workflow_perms._role_closure(account, subject) AS c(role)
				JOIN workflow_perms.role_capabilities rc ON rc.account_id = account AND rc.role = c.role)
		THEN
			NULL;  -- an account admin hands out roles that carry no capability
		ELSE
			code := 'no_capability:every capability of the role';
		END IF;
	END IF;

	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, grantee, subject);
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'grant of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_workspaces()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	kind CONSTANT workflow_perms.workspace_kind := CASE TG_OP WHEN 'INSERT' THEN NEW.kind ELSE OLD.kind END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		IF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_has_account_role(account, 'admin', 'member') THEN
				code := 'account_role';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.create') THEN
			code := 'no_capability:projects.create';
		END IF;

	ELSIF code IS NULL THEN
		IF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_owns_workspace(account, subject) THEN
				code := 'not_owner';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.modify', subject) THEN
			code := 'no_capability:projects.modify';
		END IF;
		-- "only when empty" is what the foreign keys say; that only open and closed change, an invariant.
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'workspace', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_workspace_members()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	workspace CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workspace_id ELSE OLD.workspace_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.workspace_kind;
BEGIN
	IF code IS NULL THEN
		SELECT w.kind INTO kind
		FROM workflow_perms.workspaces w
		WHERE w.account_id = account AND w.workspace_id = workspace;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSIF kind NOT IN ('open', 'closed') THEN
			-- Access to projects and apps goes by roles.
			code := 'no_capability:a role for the workspace, by a grant';
		ELSIF TG_OP = 'INSERT' AND kind = 'open' AND NOT NEW.is_owner
			AND workflow_perms.principal_is(account, NEW.user_id)
			-- Joining gives nobody what they could not reach: not guests, nor
			-- services without an account role.
			AND workflow_perms.principal_has_account_role(account, 'admin', 'member', 'viewer')
		THEN
			NULL;
		ELSE
			code := workflow_perms._member_refusal('workspace', TG_OP, account, workspace,
				workflow_perms.principal_owns_workspace(account, workspace), CASE TG_OP WHEN 'DELETE' THEN OLD.user_id END);
		END IF;
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workspace', workspace, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_workflows()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	-- The row as it is: what one may do to it does not depend on what one makes of it.
	code text;
	in_project boolean;
BEGIN
	IF TG_OP = 'INSERT' THEN
		code := workflow_perms._name_capability(NULLIF(workflow_perms.create_verdict(NEW.account_id, NEW.workspace_id), 'allowed'), 'create');
		IF code IS NULL AND NEW.status <> 'draft' THEN
			SELECT w.kind IN ('project', 'app') INTO in_project
			FROM workflow_perms.workspaces w
			WHERE w.account_id = NEW.account_id AND w.workspace_id = NEW.workspace_id;
			code := CASE
				WHEN in_project IS NOT TRUE OR NEW.status <> 'live' THEN 'not_draft'
				WHEN NOT workflow_perms.principal_holds(NEW.account_id, 'workflows.deploy', NEW.workspace_id) THEN 'no_capability:workflows.deploy'
			END;
		END IF;
		IF code IS NOT NULL THEN
			PERFORM workflow_perms._refuse('insert', 'workflow', NEW.workflow_id, code);
		END IF;
		RETURN NEW;
	END IF;

	IF TG_OP = 'DELETE' THEN
		code := NULLIF(workflow_perms.workflow_verdict('delete', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
			OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed');
		IF code IS NOT NULL THEN
			PERFORM workflow_perms._refuse('delete', 'workflow', OLD.workflow_id, workflow_perms._name_capability(code, 'delete'));
		END IF;
		RETURN OLD;
	END IF;

	-- publish asks all that edit asks, so whoever changes nothing but the status is asked both.
	code := NULLIF(workflow_perms.workflow_verdict('edit', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
		OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed');
	code := workflow_perms._name_capability(code, 'edit');
	IF code IS NULL AND NEW.status IS DISTINCT FROM OLD.status THEN
		code := workflow_perms._name_capability(NULLIF(workflow_perms.workflow_verdict('publish', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
			OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed'), 'publish');
	END IF;
	IF code IS NULL AND NEW.workspace_id IS DISTINCT FROM OLD.workspace_id THEN
		code := workflow_perms._name_capability(NULLIF(workflow_perms.create_verdict(OLD.account_id, NEW.workspace_id), 'allowed'), 'create');
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse('update', 'workflow', OLD.workflow_id, code);
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_workflow_members()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	code text := workflow_perms._workflow_refusal('manage_members', account, subject);
BEGIN
	-- "not as owner" is the invariant of crowning.
	IF TG_OP = 'DELETE' AND code <> 'not_found' AND workflow_perms.principal_is(account, OLD.user_id) THEN
		code := NULL;  -- anybody leaves
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._lapsed_drafts(accounts text[], workflows text[], users text[])
 RETURNS TABLE(account_id text, workflow_id text, user_id text)
 LANGUAGE plpgsql
 STABLE COST 1000 ROWS 1
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	editor record;
	who workflow_perms.principal;
BEGIN
	FOR editor IN
		SELECT k.account, k.id, array_agg(k.workflow) AS workflows
		FROM unnest(accounts, workflows, users) AS k (account, workflow, id)
		GROUP BY k.account, k.id
	LOOP
		CONTINUE WHEN NOT EXISTS (
			SELECT FROM workflow_perms.users u JOIN workflow_perms.accounts a USING (account_id)
			WHERE u.account_id = editor.account AND u.user_id = editor.id);
		who := workflow_perms.principal(editor.account, editor.id);
		RETURN QUERY
			SELECT d.account_id, d.workflow_id, d.user_id
			FROM workflow_perms.workflow_drafts d
			JOIN workflow_perms.workflows w USING (account_id, workflow_id)
			WHERE d.account_id = editor.account AND d.user_id = editor.id AND d.workflow_id = ANY (editor.workflows)
				AND NOT workflow_perms.can_view_draft(who, w.account_id, w.workflow_id, w.workspace_id,
					w.visibility, w.status, w.condition, w.hidden);
	END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._discard_lapsed(accounts text[], workflows text[], users text[], lapsed_accounts text[], lapsed_workflows text[], lapsed_users text[])
 RETURNS void
 LANGUAGE plpgsql
 COST 2000
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	lapsed record;
BEGIN
	FOR lapsed IN
		SELECT l.account_id, array_agg(l.workflow_id) AS workflows, array_agg(l.user_id) AS users
		FROM (
			SELECT * FROM unnest(lapsed_accounts, lapsed_workflows, lapsed_users) AS k (account_id, workflow_id, user_id)
			UNION
			SELECT * FROM workflow_perms._lapsed_drafts(accounts, workflows, users)
		) AS l
		GROUP BY l.account_id
	LOOP
		DELETE FROM workflow_perms.workflow_drafts d
		USING unnest(lapsed.workflows, lapsed.users) AS l (workflow_id, user_id)
		WHERE d.account_id = lapsed.account_id AND d.workflow_id = l.workflow_id AND d.user_id = l.user_id;
	END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._discard_drafts()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	-- the drafts that the change may concern
	accounts text[];
	workflows text[];
	users text[];
	draft record;
	account text;
BEGIN
	CASE
		-- The table is the shard of a distributed one, and what changed cannot be joined
		-- with others of those: all drafts of the accounts, which may be more.
		WHEN TG_LEVEL = 'STATEMENT' AND TG_TABLE_NAME <> ALL (workflow_perms._model_tables()) THEN
			FOR account IN SELECT DISTINCT c.account_id FROM changed c LOOP
				FOR draft IN SELECT d.workflow_id, d.user_id FROM workflow_perms.workflow_drafts d WHERE d.account_id = account LOOP
					accounts := accounts || account;
					workflows := workflows || draft.workflow_id;
					users := users || draft.user_id;
				END LOOP;
			END LOOP;
		WHEN TG_ARGV[1] = 'this user' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.user_id = NEW.user_id;
		WHEN TG_ARGV[1] = 'this workflow' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.workflow_id = NEW.workflow_id;
		WHEN TG_ARGV[1] = 'this workspace' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND (
				EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id = d.account_id
					AND w.workflow_id = d.workflow_id AND w.workspace_id = NEW.workspace_id)
				OR EXISTS (SELECT FROM workflow_perms.workflow_steps s WHERE s.account_id = d.account_id
					AND s.workflow_id = d.workflow_id AND s.workspace_id = NEW.workspace_id));
		WHEN TG_ARGV[1] = 'members' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id, user_id);
		WHEN TG_ARGV[1] = 'users' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, user_id);
		WHEN TG_ARGV[1] = 'users or roles' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (
				SELECT u.* FROM changed c JOIN workflow_perms.workflow_drafts u USING (account_id, user_id)
				UNION
				SELECT r.* FROM changed c JOIN workflow_perms.workflow_drafts r USING (account_id) WHERE c.role IS NOT NULL
			) AS d;
		WHEN TG_ARGV[1] = 'workflows' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id);
		WHEN TG_ARGV[1] = 'accounts' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id);
	END CASE;

	IF accounts IS NOT NULL THEN
		PERFORM workflow_perms._discard_lapsed(accounts, workflows, users,
				array_agg(l.account_id), array_agg(l.workflow_id), array_agg(l.user_id))
			FROM workflow_perms._lapsed_drafts(accounts, workflows, users) l;
	END IF;
	RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._publish(workflow_id text)
 RETURNS TABLE(user_id text, definition jsonb, updated_at timestamp with time zone)
 LANGUAGE plpgsql
 COST 10000 ROWS 1
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
	subject CONSTANT text := $1;
	code text := workflow_perms._workflow_refusal('publish', account, subject);
	mine jsonb;
	latest jsonb;
	next integer;
BEGIN
	IF code IS NULL THEN
		-- As it stands when publish is called: another who publishes while we wait
		-- discards it, and is overwritten all the same.
		SELECT d.definition INTO mine
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me;
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id = account AND w.workflow_id = subject FOR NO KEY UPDATE;
		code := workflow_perms._workflow_refusal('publish', account, subject);
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse('publish', 'workflow', subject, code);
	END IF;

	DELETE FROM workflow_perms.workflow_drafts d
		WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me
		RETURNING d.definition INTO latest;
	IF latest IS NULL AND mine IS NOT NULL THEN
		-- Discarded while we waited for it: by another who published, or with the right.
		code := workflow_perms._workflow_refusal('publish', account, subject);
		IF code IS NOT NULL THEN
			PERFORM workflow_perms._refuse('publish', 'workflow', subject, code);
		END IF;
	END IF;
	mine := coalesce(latest, mine);
	IF mine IS NULL THEN
		PERFORM workflow_perms._raise('55000', format('workflow "%s" has no draft of yours to publish', subject),
			'Save one first: INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES …');
	END IF;

	SELECT coalesce(max(v.version), 0) + 1 INTO next
		FROM workflow_perms.workflow_versions v
		WHERE v.account_id = account AND v.workflow_id = subject;
	INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_by)
		VALUES (account, subject, next, mine, me);
	UPDATE workflow_perms.workflows w
		SET live_version = next, run_as = me, status = CASE w.status WHEN 'draft' THEN 'live' ELSE w.status END
		WHERE w.account_id = account AND w.workflow_id = subject;

	-- What has lapsed is nobody's to return.
	PERFORM workflow_perms._discard_lapsed(array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id),
			NULL, NULL, NULL)
		FROM workflow_perms.workflow_drafts d
		WHERE d.account_id = account AND d.workflow_id = subject;
	RETURN QUERY
		WITH discarded AS (
			DELETE FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = account AND d.workflow_id = subject
			RETURNING d.user_id, d.definition, d.updated_at)
		SELECT x.user_id, x.definition, x.updated_at FROM discarded x ORDER BY x.user_id;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_steps(steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	wrong text;
BEGIN
	IF jsonb_typeof(steps) <> 'array' THEN
		wrong := ' must be an array, not ' || jsonb_typeof(steps);
	ELSE
		SELECT format('[%s]%s', s.place - 1, p.problem) INTO wrong
		FROM (
			SELECT e.step, e.place, jsonb_typeof(e.step) AS type,
				row_number() OVER (PARTITION BY e.step -> 'step_id' ORDER BY e.place) AS occurrence
			FROM jsonb_array_elements(steps) WITH ORDINALITY AS e (step, place)
		) AS s
		CROSS JOIN LATERAL (
			SELECT ' must be an object, not ' || s.type AS problem WHERE s.type <> 'object'
			UNION ALL
			SELECT format('.%s is no key of a step', k.key)
				FROM jsonb_object_keys(CASE s.type WHEN 'object' THEN s.step ELSE '{}' END) AS k (key)
				WHERE k.key NOT IN ('step_id', 'workspace_id', 'board_id', 'column_id', 'access')
			UNION ALL
			SELECT format('.%s %s', k.key, CASE WHEN s.step ->> k.key IS NULL THEN 'is missing' ELSE 'must be a string' END)
				FROM (VALUES ('step_id', true), ('workspace_id', true), ('board_id', false), ('column_id', false), ('access', true))
					AS k (key, required)
				WHERE s.type = 'object' AND CASE WHEN s.step ->> k.key IS NULL THEN k.required
					ELSE jsonb_typeof(s.step -> k.key) <> 'string' END
			UNION ALL
			SELECT '.access must be "read" or "write"'
				WHERE s.type = 'object' AND s.step ->> 'access' NOT IN ('read', 'write')
			UNION ALL
			SELECT format('.step_id "%s" is there already', s.step ->> 'step_id')
				WHERE s.type = 'object' AND s.occurrence > 1
		) AS p
		ORDER BY s.place, p.problem COLLATE "C"
		LIMIT 1;
	END IF;
	IF wrong IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', format('invalid steps: steps%s', wrong),
			'Steps are an array of {"step_id": …, "workspace_id": …, "board_id": …, "column_id": …, "access": "read" or "write"}; board_id and column_id may be left out.');
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._transfer_refusal(account text, workflow text, OUT code text, OUT abandoned boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE COST 200
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	abandoned := workflow_perms.principal_has_account_role(account, 'admin')
		AND EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id = account AND w.workflow_id = workflow)
		AND NOT workflow_perms._has_active_owner('workflow', account, workflow);
	IF abandoned THEN
		RETURN;
	END IF;
	code := workflow_perms._workflow_refusal('manage_members', account, workflow);
	IF code IS NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.workflow_members m
		WHERE m.account_id = account AND m.workflow_id = workflow AND m.user_id = workflow_perms.principal_user()
			AND m.is_owner AND (m.expires_at IS NULL OR m.expires_at > now()))
	THEN
		-- where members are managed by capability, who does so need own nothing
		code := 'not_owner';
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._transfer_ownership(workflow_id text, to_user text)
 RETURNS void
 LANGUAGE plpgsql
 COST 10000
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
	subject CONSTANT text := $1;
	heir CONSTANT text := $2;
	gate record;
	member record;
	is_member boolean;
	until timestamptz;
BEGIN
	SELECT * INTO gate FROM workflow_perms._transfer_refusal(account, subject);
	IF gate.code IS NULL THEN
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id = account AND w.workflow_id = subject FOR NO KEY UPDATE;
		SELECT * INTO gate FROM workflow_perms._transfer_refusal(account, subject);
	END IF;
	IF gate.code IS NOT NULL THEN
		PERFORM workflow_perms._refuse('transfer', 'workflow', subject, gate.code);
	END IF;

	IF heir IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'argument "to_user" of transfer_ownership() must not be null',
			'Name the user who is to own the workflow.');
	END IF;
	-- The rows are held, so that who is stopped or removed meanwhile does not become the owner.
	PERFORM FROM workflow_perms.users u
		WHERE u.account_id = account AND u.user_id = heir AND u.active AND u.kind <> 'connected' FOR SHARE;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('23514', format('user "%s" cannot be made an owner of the workflow', heir),
			'An owner is an active member or service of the account.');
	END IF;
	SELECT m.is_owner, m.expires_at INTO member
		FROM workflow_perms.workflow_members m
		WHERE m.account_id = account AND m.workflow_id = subject AND m.user_id = heir
			AND (m.expires_at IS NULL OR m.expires_at > now())
		FOR NO KEY UPDATE;
	is_member := FOUND;
	-- Nobody but an owner invites members, so where there is none an admin names anybody.
	IF NOT is_member AND NOT gate.abandoned THEN
		PERFORM workflow_perms._raise('23514', format('user "%s" is no member of the workflow and cannot be made its owner', heir),
			'Invite the user first: INSERT INTO workflow_perms.workflow_members …');
	END IF;

	IF gate.abandoned OR heir <> me THEN
		-- What moves lasts as long as it did, and what the heir had is not cut short.
		IF NOT gate.abandoned THEN
			SELECT CASE WHEN is_member THEN nullif(greatest(coalesce(m.expires_at, 'infinity'), coalesce(member.expires_at, 'infinity')), 'infinity')
					ELSE m.expires_at END
				INTO until
				FROM workflow_perms.workflow_members m
				WHERE m.account_id = account AND m.workflow_id = subject AND m.user_id = me;
		END IF;
		INSERT INTO workflow_perms.workflow_members AS m (account_id, workflow_id, user_id, is_owner, expires_at)
			VALUES (account, subject, heir, true, until)
			ON CONFLICT ON CONSTRAINT workflow_members_key DO UPDATE SET is_owner = true, expires_at = excluded.expires_at;

		IF NOT gate.abandoned THEN
			-- The draft before the row: with the right it would be discarded.
			INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition, updated_at)
				SELECT d.account_id, d.workflow_id, heir, d.definition, d.updated_at
				FROM workflow_perms.workflow_drafts d
				WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me
				ON CONFLICT DO NOTHING;
			DELETE FROM workflow_perms.workflow_drafts d
				WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me;
			-- The new owner may be shut out of a workspace that the steps touch.
			PERFORM workflow_perms._discard_lapsed(ARRAY[account], ARRAY[subject], ARRAY[heir], NULL, NULL, NULL);
		END IF;
		DELETE FROM workflow_perms.workflow_members m
			WHERE m.account_id = account AND m.workflow_id = subject AND m.is_owner AND m.user_id <> heir
				AND (gate.abandoned OR m.user_id = me);
	END IF;

	IF gate.abandoned OR heir = me THEN
		UPDATE workflow_perms.workflows w SET run_as = heir
			WHERE w.account_id = account AND w.workflow_id = subject AND w.run_as IS DISTINCT FROM heir;
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_execution_rules()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	named CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND subject IS NULL THEN
		IF NOT (workflow_perms.principal_has_account_role(account, 'admin')
				OR workflow_perms.principal_holds(account, 'team.manage_roles')) THEN
			code := 'no_capability:team.manage_roles';
		END IF;
	ELSIF code IS NULL THEN
		SELECT workflow_perms.workflow_verdict('manage_rules', w.account_id, w.workflow_id, w.workspace_id,
				w.visibility, w.status, w.condition, w.hidden)
			INTO code
		FROM workflow_perms.workflows w
		WHERE w.account_id = account AND w.workflow_id = subject;
		code := workflow_perms._name_capability(NULLIF(coalesce(code, 'not_found'), 'allowed'), 'manage_rules');
	END IF;

	-- Nobody lets themselves run: neither by a rule of their own nor by taking away
	-- what denies them. A grant to oneself may go.
	IF code IS NULL AND workflow_perms.principal_is(account, named)
		AND (TG_OP <> 'DELETE' OR OLD.effect = 'deny') THEN
		code := 'own_row';
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP),
			CASE WHEN subject IS NULL THEN 'execution rule of account' ELSE 'execution rule of workflow' END,
			coalesce(subject, account), code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_boards()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.board_id ELSE OLD.board_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.workspace_kind;
BEGIN
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		SELECT w.kind INTO kind
		FROM workflow_perms.workspaces w
		WHERE w.account_id = account AND w.workspace_id = NEW.workspace_id;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSIF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_has_account_role(account, 'admin', 'member') THEN
				code := 'account_role';
			ELSIF NOT workflow_perms.can_access_workspace(NEW.workspace_id) THEN
				code := 'workspace_restricted';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.modify', NEW.workspace_id) THEN
			code := 'no_capability:projects.modify';
		END IF;

	ELSIF code IS NULL THEN
		IF NOT workflow_perms.principal_owns_board(account, subject) THEN
			code := 'not_owner';
		ELSIF TG_OP = 'UPDATE' THEN
			IF NEW.workspace_id <> OLD.workspace_id AND NOT workflow_perms.can_access_workspace(NEW.workspace_id) THEN
				code := 'workspace_restricted';
			END IF;
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'board', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_board_members()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	board CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.board_id ELSE OLD.board_id END;
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.board_kind;
BEGIN
	IF code IS NULL THEN
		SELECT b.kind INTO kind
		FROM workflow_perms.boards b
		WHERE b.account_id = account AND b.board_id = board;

		IF kind IS NULL THEN
			code := 'not_found';
		ELSE
			code := workflow_perms._member_refusal('board', TG_OP, account, board,
				workflow_perms.principal_owns_board(account, board), CASE TG_OP WHEN 'DELETE' THEN OLD.user_id END);
		END IF;
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._require_grantee(account, NEW.user_id, NEW.role);
	END IF;
	IF code IS NULL AND TG_OP = 'INSERT' AND kind <> 'shareable' AND EXISTS (
		SELECT
		FROM workflow_perms.users u
		WHERE u.account_id = account AND u.user_id = NEW.user_id AND u.account_role = 'guest')
	THEN
		code := 'account_role';
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'member of board', board, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_column_access()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM workflow_perms._require_board_owner(lower(TG_OP), 'access to column', OLD.account_id, OLD.board_id, OLD.column_id);
	ELSE
		PERFORM workflow_perms._require_board_owner('insert', 'access to column', NEW.account_id, NEW.board_id, NEW.column_id);
		PERFORM workflow_perms._require_grantee(NEW.account_id, NEW.user_id, NEW.role);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_engine_policies(engine regrole)
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	PERFORM workflow_perms._create_engine_policy_set('runs', engine);
	PERFORM workflow_perms._create_engine_policy_set('run_steps', engine);
	CREATE TRIGGER authorize_engine BEFORE INSERT ON workflow_perms.runs
		FOR EACH ROW WHEN (workflow_perms._is_engine())
		EXECUTE FUNCTION workflow_perms.guard('guard_runs');
	CREATE TRIGGER authorize_id AFTER INSERT ON workflow_perms.workflows
		FOR EACH ROW EXECUTE FUNCTION workflow_perms._invariant('used_workflow_id');
	CREATE TRIGGER authorize_id AFTER INSERT ON workflow_perms.boards
		FOR EACH ROW EXECUTE FUNCTION workflow_perms._invariant('used_board_id');
	CREATE TRIGGER authorize_id AFTER INSERT ON workflow_perms.workspaces
		FOR EACH ROW EXECUTE FUNCTION workflow_perms._invariant('used_workspace_id');
	CREATE TRIGGER authorize_workflow AFTER INSERT ON workflow_perms.runs
		FOR EACH ROW EXECUTE FUNCTION workflow_perms._invariant('run_of_workflow');
	CREATE TRIGGER write_status BEFORE UPDATE ON workflow_perms.runs
		FOR EACH ROW WHEN (OLD.status <> NEW.status)
		EXECUTE FUNCTION workflow_perms._write_run_status();
	CREATE TRIGGER write_step BEFORE INSERT OR UPDATE ON workflow_perms.run_steps
		FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_write_run_step');
	CREATE TRIGGER fail_run AFTER INSERT OR UPDATE ON workflow_perms.run_steps
		FOR EACH ROW WHEN (NEW.reason IS NOT NULL)
		EXECUTE FUNCTION workflow_perms.effect('_fail_run');
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._refuse_history()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP),
		CASE WHEN TG_TABLE_NAME ^@ 'runs' THEN 'run' ELSE 'step of run' END,
		CASE TG_OP WHEN 'INSERT' THEN NEW.run_id ELSE OLD.run_id END,
		coalesce(workflow_perms._caller_refusal(account), 'system'));
	RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._write_run_status()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	-- The extension itself fails a run that had succeeded before a step was refused.
	IF OLD.status <> 'running' AND NOT workflow_perms.in_effect() THEN
		PERFORM workflow_perms._raise('23514', format('run "%s" cannot go from %s to %s', OLD.run_id, OLD.status, NEW.status),
			'A run goes from running to succeeded or failed, once. Replay it for another run.');
	END IF;
	NEW.finished_at := coalesce(NEW.finished_at, now());
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._write_run_step()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	run record;
	saved record;
	verdict text;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF OLD.status <> 'running' AND NEW.status <> OLD.status THEN
			PERFORM workflow_perms._raise('23514', format('step %s of run "%s" cannot go from %s to %s', OLD.step_no, OLD.run_id, OLD.status, NEW.status),
				'A step goes from running to succeeded or failed, once.');
		END IF;
		IF (NEW.step_id, NEW.workspace_id, NEW.board_id, NEW.column_id, NEW.access)
			IS NOT DISTINCT FROM (OLD.step_id, OLD.workspace_id, OLD.board_id, OLD.column_id, OLD.access)
		THEN
			RETURN NEW;
		END IF;
	END IF;

	-- The run is held, as a foreign key would, until its step is in.
	SELECT r.workflow_id, r.version IS NOT DISTINCT FROM w.live_version AS is_live INTO run
	FROM workflow_perms.runs r
	LEFT JOIN workflow_perms.workflows w ON w.account_id = r.account_id AND w.workflow_id = r.workflow_id
	WHERE r.account_id = NEW.account_id AND r.run_id = NEW.run_id
	FOR KEY SHARE OF r;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('23503', format('run "%s" does not exist', NEW.run_id),
			'Insert the run before its steps.');
	END IF;

	-- A step of the version that runs touches what the workflow says it does; what
	-- the engine says of others is taken, and a board lies where it lies.
	SELECT s.workspace_id, s.board_id, s.column_id, s.access INTO saved
	FROM workflow_perms.workflow_steps s
	WHERE run.is_live AND s.account_id = NEW.account_id AND s.workflow_id = run.workflow_id AND s.step_id = NEW.step_id;
	IF FOUND THEN
		NEW.workspace_id := saved.workspace_id;
		NEW.board_id := saved.board_id;
		NEW.column_id := saved.column_id;
		NEW.access := saved.access;
	ELSIF NEW.board_id IS NOT NULL THEN
		NEW.workspace_id := coalesce((
			SELECT b.workspace_id
			FROM workflow_perms.boards b
			WHERE b.account_id = NEW.account_id AND b.board_id = NEW.board_id), NEW.workspace_id);
	END IF;

	verdict := workflow_perms._run_step_verdict(NEW.account_id, NEW.run_id,
		NEW.workspace_id, NEW.board_id, NEW.column_id, NEW.access);
	IF verdict <> 'allowed' THEN
		NEW.status := 'failed';
		NEW.reason := verdict;
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_run_id(run_id text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE COST 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	IF (octet_length(run_id) BETWEEN 1 AND 255) IS NOT TRUE THEN
		PERFORM workflow_perms._raise('22023', 'the run id must have 1 to 255 bytes',
			'Give every run an id of its own.',
			coalesce('It has ' || octet_length(run_id) || '.', 'It is null.'));
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._start_run(workflow_id text, run_id text, for_user text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	code text := workflow_perms._start_verdict(_start_run.workflow_id, _start_run.for_user);
BEGIN
	code := workflow_perms._hold_workflow(code, _start_run.workflow_id);
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('run', 'workflow', _start_run.workflow_id, code);
	END IF;
	PERFORM workflow_perms._check_run_id(_start_run.run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	VALUES (workflow_perms.principal_account(), _start_run.run_id, _start_run.workflow_id, _start_run.for_user, 'running', now());
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._replay(run_id text, new_run_id text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	code text := workflow_perms.replay_verdict(_replay.run_id);
BEGIN
	code := workflow_perms._hold_workflow(code, (SELECT r.workflow_id
		FROM workflow_perms.runs r
		WHERE r.account_id = workflow_perms.principal_account() AND r.run_id = _replay.run_id));
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('replay', 'run', _replay.run_id, workflow_perms._name_capability(code, 'replay'));
	END IF;
	PERFORM workflow_perms._check_run_id(new_run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	SELECT r.account_id, new_run_id, r.workflow_id, r.for_user, 'running', now()
	FROM workflow_perms.runs r
	WHERE r.account_id = workflow_perms.principal_account() AND r.run_id = _replay.run_id;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._finish_run(account text, run_id text, status workflow_perms.run_status)
 RETURNS workflow_perms.run_status
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	ended workflow_perms.run_status;
BEGIN
	IF _finish_run.status IS NULL OR _finish_run.status = 'running' THEN
		PERFORM workflow_perms._raise('22023', format('a run cannot end as %s', coalesce(_finish_run.status::text, 'null')),
			'Say succeeded or failed.');
	END IF;
	-- Locked first, so that a step refused meanwhile counts.
	SELECT r.status INTO ended
		FROM workflow_perms.runs r
		WHERE r.account_id = account AND r.run_id = _finish_run.run_id
		FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('42704', format('run "%s" does not exist', _finish_run.run_id),
			'Runs are started by start_run(), or inserted by the engine.');
	ELSIF ended = 'running' THEN
		ended := _finish_run.status;
		UPDATE workflow_perms.runs r SET status = ended
			WHERE r.account_id = account AND r.run_id = _finish_run.run_id;
	END IF;
	RETURN ended;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_history()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	CREATE VIEW workflow_perms.run_history WITH (security_barrier) AS
	SELECT r.account_id, r.run_id, r.workflow_id, r.version, r.started_by, r.for_user, r.run_as,
		r.status AS run_status, r.started_at, r.finished_at,
		s.step_no, s.step_id, s.status, s.reason,
		CASE WHEN d.shown THEN s.workspace_id END AS workspace_id,
		CASE WHEN d.shown THEN s.board_id END AS board_id,
		CASE WHEN d.shown THEN s.column_id END AS column_id,
		CASE WHEN d.shown THEN s.access END AS access,
		CASE WHEN d.shown THEN s.details END AS details,
		CASE WHEN d.shown THEN s.error END AS error,
		(s.step_no IS NOT NULL AND d.shown IS NOT TRUE) AS redacted
	FROM workflow_perms.runs r
	LEFT JOIN workflow_perms.run_steps s ON s.account_id = r.account_id AND s.run_id = r.run_id
	LEFT JOIN LATERAL (
		SELECT workflow_perms.can_view_run_detail(s.account_id, s.run_id, s.workspace_id, s.board_id, s.column_id, s.access) AS shown
		OFFSET 0 -- asked once a row, not once a column
	) d ON true
	WHERE r.account_id = workflow_perms.principal_account()
		AND workflow_perms.can_view_run(r.account_id, r.workflow_id, r.started_by, r.for_user);
	ALTER VIEW workflow_perms.run_history OWNER TO workflow_perms_owner;
	COMMENT ON VIEW workflow_perms.run_history IS
	'The runs that the session''s principal may see, a row per step (one for a run without steps). Number, state and reason of a step always; where what it touched may not be seen, redacted is true, and what it touched, its details and its error are NULL. Spec 4.8.';
	COMMENT ON COLUMN workflow_perms.run_history.account_id IS 'account of the run: the session principal''s';
	COMMENT ON COLUMN workflow_perms.run_history.run_id IS 'the run';
	COMMENT ON COLUMN workflow_perms.run_history.workflow_id IS 'workflow that was run';
	COMMENT ON COLUMN workflow_perms.run_history.version IS 'its live version as the run started; NULL: it had none';
	COMMENT ON COLUMN workflow_perms.run_history.started_by IS 'user who started the run; NULL: nobody, as a schedule does';
	COMMENT ON COLUMN workflow_perms.run_history.for_user IS 'connected user for whom it was made; NULL: nobody';
	COMMENT ON COLUMN workflow_perms.run_history.run_as IS 'user with whose rights its steps acted';
	COMMENT ON COLUMN workflow_perms.run_history.run_status IS 'how far the run has come: running, succeeded or failed';
	COMMENT ON COLUMN workflow_perms.run_history.started_at IS 'when the run started';
	COMMENT ON COLUMN workflow_perms.run_history.finished_at IS 'when it ended; NULL: it has not';
	COMMENT ON COLUMN workflow_perms.run_history.step_no IS 'number of the step in the run; NULL: the run has no steps';
	COMMENT ON COLUMN workflow_perms.run_history.step_id IS 'step of the workflow';
	COMMENT ON COLUMN workflow_perms.run_history.status IS 'how far the step has come: running, succeeded or failed';
	COMMENT ON COLUMN workflow_perms.run_history.reason IS 'code for which run_as might not do the step; NULL: it might';
	COMMENT ON COLUMN workflow_perms.run_history.workspace_id IS 'workspace that the step touched; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.board_id IS 'board that the step touched; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.column_id IS 'column that the step touched; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.access IS 'how it touched it: read or write; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.details IS 'what the step did, as the engine recorded it; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.error IS 'why it failed, as the engine recorded it; NULL where redacted';
	COMMENT ON COLUMN workflow_perms.run_history.redacted IS 'whether the session''s principal may not see what the step touched, and so not what it did';
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_connections()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP <> 'DELETE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
			code := 'no_capability:connected_users.manage';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'connection of user', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.guard_enablements()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	owner CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP = 'DELETE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_is(account, owner)
			AND NOT workflow_perms.principal_holds_for_workflow(account, 'connected_users.manage', subject)
		THEN
			code := 'no_capability:connected_users.manage';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'enablement of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._connect(configuration text, user_id text)
 RETURNS TABLE(workflow_id text, enabled boolean, code text)
 LANGUAGE plpgsql
 COST 1000 ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	wanted CONSTANT text := _connect.configuration;
	subject CONSTANT text := _connect.user_id;
	refusal text := workflow_perms._caller_refusal(account);
	u record;
BEGIN
	IF refusal IS NULL THEN
		SELECT f.kind, f.active INTO u FROM workflow_perms.users f
			WHERE f.account_id = account AND f.user_id = subject FOR SHARE;
		refusal := CASE
			WHEN subject IS NULL THEN 'not_connected'
			WHEN NOT workflow_perms.principal_is(account, subject)
				AND NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN 'no_capability:connected_users.manage'
			WHEN u.kind IS NULL THEN 'not_found'
			WHEN u.kind <> 'connected' THEN 'not_connected'
			WHEN NOT u.active THEN 'inactive'
		END;
	END IF;
	IF refusal IS NOT NULL THEN
		PERFORM workflow_perms._refuse('connect', 'user', subject, refusal);
	END IF;

	INSERT INTO workflow_perms.connections (account_id, user_id, configuration)
		VALUES (account, subject, wanted) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	FOR workflow_id IN
		SELECT f.workflow_id FROM workflow_perms.workflows f
		WHERE f.account_id = account AND f.default_enabled
		ORDER BY f.workflow_id FOR SHARE
	LOOP
		-- What the user has decided before stays.
		CONTINUE WHEN EXISTS (SELECT FROM workflow_perms.enablements e
			WHERE e.account_id = account AND e.workflow_id = _connect.workflow_id
				AND e.user_id = subject AND e.configuration = wanted);
		code := workflow_perms._gate_enabling(account, _connect.workflow_id, subject);
		enabled := _connect.code IS NULL;
		IF _connect.enabled THEN
			INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled, reason)
				VALUES (account, _connect.workflow_id, subject, wanted, true, 'default')
				ON CONFLICT DO NOTHING;
			CONTINUE WHEN NOT FOUND;
		END IF;
		RETURN NEXT;
	END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_protectable(root regclass)
 RETURNS void
 LANGUAGE plpgsql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	t record;
	reason text;
	hint text;
BEGIN
	FOR t IN
		SELECT c.*, n.nspname, f.relation,
				(SELECT i.inhparent::regclass FROM pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1) AS parent,
				(SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
					WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
						AND d.refclassid = 'pg_extension'::regclass LIMIT 1) AS extension
			FROM workflow_perms._table_family(root) WITH ORDINALITY f (relation, place)
			JOIN pg_class c ON c.oid = f.relation JOIN pg_namespace n ON n.oid = c.relnamespace
			ORDER BY f.place
	LOOP
		reason := NULL;
		hint := NULL;
		CASE
			WHEN t.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') THEN
				reason := 'it is a table of the system';
			WHEN t.relkind IN ('v', 'm') THEN
				reason := 'it is a view, and only tables have row security';
				hint := 'Protect the tables below it, and make the view WITH (security_invoker).';
			WHEN t.relkind = 'f' THEN
				reason := 'it is a foreign table, and only tables of this database have row security';
				hint := 'Protect the table on the server that holds it.';
			WHEN t.relkind NOT IN ('r', 'p') THEN
				reason := 'it is not a table';
			WHEN t.nspname = 'workflow_perms' AND t.relname = ANY (workflow_perms._model_tables()) THEN
				reason := 'it is a table of the model, which has policies of its own';
			WHEN t.extension IS NOT NULL THEN
				reason := format('it belongs to the extension %I, and a dump would lose its policies', t.extension);
			WHEN t.relation = root AND t.parent IS NOT NULL THEN
				reason := format('it is a part of %s, through which its rows can be reached', t.parent);
				hint := format('Protect %s, and all its parts will be.', t.parent);
			ELSE
		END CASE;
		IF reason IS NOT NULL THEN
			PERFORM workflow_perms._raise('42809', format('%s cannot be protected, because %s', t.relation, reason),
				coalesce(hint, 'Name a table of the application.'));
		END IF;
		IF NOT pg_has_role(current_user, t.relowner, 'USAGE') THEN
			PERFORM workflow_perms._raise('42501', format('must be owner of table %s', t.relation),
				'Only its owner puts policies on a table.');
		END IF;
	END LOOP;
	IF reason IS NULL AND t IS NULL THEN
		PERFORM workflow_perms._raise('42P01', 'there is no such table',
			'Name a table of the application.');
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_policies(root regclass)
 RETURNS void
 LANGUAGE plpgsql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	relation regclass;
	offender name;
	distributed boolean := false;
BEGIN
	-- Citus makes policies on shards without the word RESTRICTIVE.
	IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
		EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition p WHERE p.logicalrelid = $1)' INTO distributed USING root;
	END IF;
	IF distributed THEN
		PERFORM workflow_perms._raise('55000', format('%s cannot be protected, because it is distributed', root),
			'Write permissive policies with the functions of the extension.',
			'Restrictive policies would be permissive ones on its shards.');
	END IF;
	FOR relation IN SELECT * FROM workflow_perms._table_family(root) LOOP
		offender := workflow_perms._application_owns(relation);
		IF offender IS NOT NULL THEN
			PERFORM workflow_perms._raise('55000', format('policies on %s would not bind role "%s", which owns it or can become its owner', relation, offender),
				format('Give the table to another role, or have its owner bound too: ALTER TABLE %s FORCE ROW LEVEL SECURITY;', relation));
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p
			WHERE p.polrelid = relation AND p.polname ^@ 'workflow_perms_'
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			PERFORM workflow_perms._raise('42710', format('%s has a policy "%s" that protect() did not make', relation, offender),
				format('Rename it: ALTER POLICY %I ON %s RENAME TO …;', offender, relation));
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
			WHERE p.polrelid = relation AND NOT c.relrowsecurity
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			PERFORM workflow_perms._raise('55000', format('%s has a policy "%s" that is not in force', relation, offender),
				format('Do so first, ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; or DROP POLICY %2$I ON %1$s;', relation, offender),
				'Protecting the table would put it in force.');
		END IF;
	END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_id_column(relation regclass, column_name name)
 RETURNS void
 LANGUAGE plpgsql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	type text;
	generated "char";
BEGIN
	SELECT format_type(a.atttypid, a.atttypmod), a.attgenerated INTO type, generated
		FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('42703', format('%s cannot be protected, because it has no column "%s"', relation, column_name),
			'Name its columns: protect(table, account_column => ''…'', workflow_column => ''…'').');
	ELSIF workflow_perms._id_type(relation, column_name) IS NULL THEN
		PERFORM workflow_perms._raise('42804', format('%s cannot be protected, because its column "%s" is of type %s', relation, column_name, type),
			'Ids are text, varchar, uuid, bigint or integer.');
	ELSIF generated = 'v' THEN
		PERFORM workflow_perms._raise('0A000', format('%s cannot be protected, because its column "%s" is a virtual generated one', relation, column_name),
			'Have it stored: GENERATED ALWAYS AS (…) STORED.',
			'No index can hold what is computed as it is read.');
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._holds_workflows(relation regclass)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	wrong record;
BEGIN
	IF (SELECT count(*) FROM pg_attribute a
			WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
				AND (a.attname IN ('workspace_id', 'visibility', 'status', 'hidden')
					OR (a.attname = 'condition' AND a.atttypid = 'workflow_perms.metadata_condition'::regtype))) < 5
	THEN
		RETURN false;
	END IF;
	SELECT a.attname, a.atttypid::regtype AS type, w.type AS wanted INTO wrong
		FROM pg_attribute a JOIN (VALUES
			('visibility', 'workflow_perms.workflow_visibility'), ('status', 'workflow_perms.workflow_status'), ('hidden', 'boolean')
		) AS w (attname, type) USING (attname)
		WHERE a.attrelid = relation AND a.atttypid <> w.type::regtype
		ORDER BY a.attnum LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('42804', format('%s cannot be protected, because its column "%s" is of type %s', relation, wrong.attname, wrong.type),
			format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s USING %2$I::text::%3$s;', relation, wrong.attname, wrong.wanted),
			'The table has the columns of a workflow.');
	END IF;
	PERFORM workflow_perms._check_id_column(relation, 'workspace_id');
	RETURN true;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._drift_of_tables()
 RETURNS TABLE(finding text, object text, detail text, mend text)
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT COST 5000 ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
	RETURN QUERY
		SELECT 'policies_without_row_security', c.oid::regclass::text,
			CASE WHEN m IS NULL THEN 'The table has policies, and none of them is in force.'
				ELSE 'A table of the model: whoever has a grant reaches every row of every account.' END,
			format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass)
		FROM pg_class c LEFT JOIN workflow_perms._model_relations() m ON m = c.oid
		WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND c.relpersistence <> 't'
			AND (m IS NOT NULL OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid));

	-- By what protect() was told, by a foreign key to workflows, or by the names.  A
	-- protected table is looked at with all its parts, policy by policy; of others,
	-- having any policy is enough: somebody has thought about it.
	RETURN QUERY
		SELECT 'workflow_ids_without_policy', part.relation::text,
			CASE WHEN k.source = 1 THEN 'The table is protected, but not all policies of protect() are there.'
				ELSE format('The table refers to workflows by %I and %I, and has no policy.', k.account_column, k.workflow_column) END,
			CASE WHEN workflow_perms._application_owns(c.oid) IS NULL THEN ''
				ELSE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY; ', c.oid::regclass) END
			|| format('SELECT workflow_perms.protect(%L, %L, %L);', c.oid::regclass, k.account_column, k.workflow_column)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
			LATERAL (
				SELECT 1 AS source, p.account_column, p.workflow_column FROM workflow_perms._protection(c.oid) p
				UNION ALL
				SELECT 2, max(a.attname::text) FILTER (WHERE f.attname = 'account_id')::name,
					max(a.attname::text) FILTER (WHERE f.attname = 'workflow_id')::name
				FROM pg_constraint fk, unnest(fk.conkey, fk.confkey) AS u (here, there)
					JOIN pg_attribute a ON a.attnum = u.here JOIN pg_attribute f ON f.attnum = u.there
				WHERE fk.conrelid = c.oid AND fk.contype = 'f' AND fk.confrelid = to_regclass('workflow_perms.workflows')
					AND a.attrelid = c.oid AND f.attrelid = fk.confrelid
				GROUP BY fk.oid
				UNION ALL
				SELECT 3, 'account_id', 'workflow_id'
				ORDER BY 1 LIMIT 1
			) AS k,
			LATERAL workflow_perms._table_family(c.oid) AS part (relation)
		WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND c.oid NOT IN (SELECT workflow_perms._model_relations())
			AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
			AND workflow_perms._id_type(c.oid, k.account_column) IS NOT NULL
			AND workflow_perms._id_type(c.oid, k.workflow_column) IS NOT NULL
			AND CASE WHEN k.source = 1
				THEN (SELECT count(*) FROM workflow_perms._protection(part.relation) p WHERE p.policy <> 'workflow_perms_account') < 4
				ELSE part.relation = c.oid AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) END;

	RETURN QUERY
		SELECT 'row_security_forced', m::text,
			'It binds the owner, as whom the extension reads: nothing is allowed to anybody, and a dump by the owner fails.',
			format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', m)
		FROM workflow_perms._model_relations() m JOIN pg_class c ON c.oid = m
		WHERE c.relforcerowsecurity;

	RETURN QUERY
		SELECT 'extension_member', m::text, format('A dump leaves the rows out, and DROP EXTENSION %I drops them.', e.extname),
			format('ALTER EXTENSION %I DROP TABLE %s;', e.extname, m)
		FROM workflow_perms._model_relations() m
			JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = m AND d.objsubid = 0 AND d.deptype = 'e'
			JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid;

	-- What lets its holder put code or questions of their own on a table that the
	-- extension writes as the owner.
	RETURN QUERY
		SELECT 'dangerous_privilege', format('%s on %s to %s', a.privilege_type, m, g.who),
			CASE a.privilege_type WHEN 'TRIGGER' THEN 'A trigger of its holder''s own runs with the rights of whoever writes, the owner''s included.'
				ELSE 'A foreign key of its holder''s own tells which ids exist in other accounts.' END,
			format('REVOKE %s ON %s FROM %s CASCADE;', a.privilege_type, m, g.who)
		FROM workflow_perms._model_relations() m JOIN pg_class c ON c.oid = m,
			LATERAL (
				SELECT e.* FROM aclexplode(c.relacl) e
				UNION
				SELECT e.* FROM pg_attribute t, aclexplode(t.attacl) e WHERE t.attrelid = c.oid
			) AS a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
		WHERE a.privilege_type IN ('TRIGGER', 'REFERENCES') AND a.grantee <> c.relowner
			AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.grantee AND r.rolsuper);

	RETURN QUERY
		SELECT 'foreign_trigger', format('%I on %s', t.tgname, m),
			format('Its function %s belongs to %s and runs with the rights of whoever writes, the owner''s included.', p.oid::regprocedure, r.rolname),
			format('DROP TRIGGER %I ON %s;', t.tgname, m)
		FROM workflow_perms._model_relations() m
			JOIN pg_trigger t ON t.tgrelid = m
			JOIN pg_proc p ON p.oid = t.tgfoid
			JOIN pg_roles r ON r.oid = p.proowner
		WHERE NOT t.tgisinternal AND p.pronamespace <> 'workflow_perms'::regnamespace AND NOT r.rolsuper;

	RETURN QUERY
		SELECT 'trigger_disabled', format('%I on %s', t.tgname, m),
			CASE t.tgenabled WHEN 'D' THEN 'It does not fire.' WHEN 'R' THEN 'It fires on replicas only.' ELSE 'It does not fire on replicas.' END
			|| CASE WHEN t.tgisinternal THEN ' It keeps a foreign key.' WHEN a.always THEN ' Without it, conditions of workflows are evaluated one by one.' ELSE '' END,
			format(CASE WHEN a.always THEN 'ALTER TABLE %s ENABLE ALWAYS TRIGGER %I; SELECT workflow_perms.register_conditions();'
				ELSE 'ALTER TABLE %s ENABLE TRIGGER %I;' END, m, t.tgname)
		FROM workflow_perms._model_relations() m
			JOIN pg_trigger t ON t.tgrelid = m
			JOIN pg_proc p ON p.oid = t.tgfoid,
			LATERAL (SELECT p.pronamespace = 'workflow_perms'::regnamespace
				AND p.proname IN ('_register_condition', '_stamp_condition', '_keep_conditions')) AS a (always)
		WHERE (t.tgenabled IN ('D', 'R') OR (a.always AND t.tgenabled <> 'A'))
			AND (t.tgisinternal OR p.pronamespace = 'workflow_perms'::regnamespace);
	RETURN QUERY
		SELECT 'trigger_disabled', s.object, 'Can have, or has, session_replication_role on replica, where no trigger of the model fires.', s.mend
		FROM workflow_perms._given_settings('session_replication_role') s
		WHERE s.value IN ('replica', 'any');
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms.permission_drift()
 RETURNS TABLE(finding text, object text, detail text, mend text)
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT COST 10000 ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	owner CONSTANT oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = to_regclass('workflow_perms.workflows'));
BEGIN
	IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
		AND NOT coalesce(pg_has_role(current_user, owner, 'USAGE'), false)
	THEN
		RAISE EXCEPTION 'permission denied to look for permission drift'
			USING ERRCODE = 'insufficient_privilege', HINT = 'A superuser or the owner of the model''s tables may.';
	END IF;
	RETURN QUERY
		SELECT d.* FROM workflow_perms._drift_of_version() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_tables() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_owners() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_readers() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_identity() d
		ORDER BY 1, 2, 4, 3;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_policies()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	team CONSTANT text := 'workflow_perms.principal_is_team(account_id)';
	admin CONSTANT text := 'workflow_perms.principal_has_account_role(account_id, ''admin'')';
	guest CONSTANT text := 'workflow_perms.principal_has_account_role(account_id, ''guest'')';
	oneself CONSTANT text := 'workflow_perms.principal_is(account_id, user_id)';
BEGIN
	PERFORM workflow_perms._create_policy_set('accounts', team);

	PERFORM workflow_perms._create_policy_set('users', concat_ws(' OR ',
		oneself,
		format('(kind <> ''connected'' AND %s AND NOT %s)', team, guest),
		'(kind = ''connected'' AND workflow_perms.principal_holds(account_id, ''connected_users.view''))'));

	PERFORM workflow_perms._create_policy_set('roles', team);
	PERFORM workflow_perms._create_policy_set('role_capabilities', team);
	PERFORM workflow_perms._create_policy_set('role_includes', team);

	PERFORM workflow_perms._create_policy_set('role_grants', concat_ws(' OR ',
		oneself,
		admin,
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')',
		-- NULL stands for the whole account, where the line above has answered
		'(workspace_id IS NOT NULL AND workflow_perms.principal_holds(account_id, ''team.manage_roles'', workspace_id))'));

	PERFORM workflow_perms._create_policy_set('workspaces', concat_ws(' OR ',
		'workflow_perms.can_access_workspace(account_id, workspace_id, kind)',
		admin));

	-- For INSERT ... RETURNING alone: the maker is made the owner when the row is in,
	-- and the row is returned before that.
	CREATE POLICY workspaces_returning ON workflow_perms.workspaces FOR SELECT USING (
		account_id = workflow_perms.principal_account()
		AND workflow_perms.principal_makes_workspace(account_id, workspace_id, kind));

	PERFORM workflow_perms._create_policy_set('workspace_members', concat_ws(' OR ',
		oneself,
		format('(%s AND workflow_perms.can_access_workspace(workspace_id))', team)));

	-- The second line is for INSERT ... RETURNING: the creator is made the owner
	-- when the row is in, and the row is returned before that. Both lines are index
	-- conditions (src/planner).
	PERFORM workflow_perms._create_policy_set('workflows', concat_ws(' OR ',
		'workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)',
		'workflow_perms.principal_created(account_id, workflow_id, workspace_id, created_by)'));

	PERFORM workflow_perms._create_policy_set('workflow_members',
		format('(%s AND workflow_perms.can_view(workflow_id))', team));

	PERFORM workflow_perms._create_policy_set('workflow_drafts',
		oneself || ' AND workflow_perms.can_view_draft(workflow_id)');

	PERFORM workflow_perms._create_policy_set('workflow_versions',
		format('(%s AND workflow_perms.can_view_version(workflow_id, version))', team));

	PERFORM workflow_perms._create_policy_set('execution_rules', concat_ws(' OR ',
		admin,
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')',
		-- NULL stands for the whole account, where the lines above have answered
		'(workflow_id IS NOT NULL AND workflow_perms.principal_manages_rules(account_id, workflow_id))'));

	PERFORM workflow_perms._create_policy_set('boards',
		'workflow_perms.can_view_board(account_id, board_id, workspace_id, kind)');
	CREATE POLICY boards_returning ON workflow_perms.boards FOR SELECT USING (
		account_id = workflow_perms.principal_account() AND workflow_perms.principal_makes_board(account_id, board_id));
	PERFORM workflow_perms._create_policy_set('board_members', 'workflow_perms.can_view_board(board_id)');
	PERFORM workflow_perms._create_policy_set('board_columns',
		'workflow_perms.can_view_column(account_id, board_id, column_id, view_restricted)');
	PERFORM workflow_perms._create_policy_set('column_access', concat_ws(' OR ',
		oneself,
		'workflow_perms.principal_owns_board(account_id, board_id)'));
	PERFORM workflow_perms._create_policy_set('workflow_steps',
		format('(%s AND workflow_perms.can_view(workflow_id))', team));
	PERFORM workflow_perms._create_policy_set('runs',
		'workflow_perms.can_view_run(account_id, workflow_id, started_by, for_user)');
	PERFORM workflow_perms._create_policy_set('run_steps',
		'workflow_perms.can_view_run_detail(account_id, run_id, workspace_id, board_id, column_id, access)');
	CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.boards
		FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_own_what_one_makes', 'board');

	PERFORM workflow_perms._create_policy_set('connections', concat_ws(' OR ',
		oneself,
		'workflow_perms.principal_holds(account_id, ''connected_users.view'')'));

	PERFORM workflow_perms._create_policy_set('enablements', concat_ws(' OR ',
			oneself,
			'workflow_perms.principal_holds_for_workflow(account_id, ''connected_users.view'', workflow_id)'),
		concat_ws(' OR ', oneself, team));

	CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.workspaces
		FOR EACH ROW WHEN (NEW.kind IN ('open', 'closed'))
		EXECUTE FUNCTION workflow_perms.effect('_own_what_one_makes', 'workspace');
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_grants(application regrole, engine regrole)
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	t record;
BEGIN
	FOR t IN
		SELECT *
		FROM (VALUES
			-- table, columns of INSERT, columns of UPDATE, DELETE?
			('accounts', NULL, 'creator_roles, guests_see_open_main, default_execution', false),
			('users', 'account_id, user_id, kind, account_role, metadata, active', 'account_role, metadata, active', true),
			('roles', 'account_id, role', NULL, true),
			('role_capabilities', 'account_id, role, capability', NULL, true),
			('role_includes', 'account_id, role, included_role', NULL, true),
			('role_grants', 'account_id, user_id, role, workspace_id, expires_at', 'expires_at', true),
			('workspaces', 'account_id, workspace_id, kind', 'kind', true),
			('workspace_members', 'account_id, workspace_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('workflows', 'account_id, workflow_id, workspace_id, visibility, status, condition, hidden, default_enabled',
				'workspace_id, visibility, status, condition, hidden, default_enabled', true),
			('workflow_members', 'account_id, workflow_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('workflow_drafts', 'account_id, workflow_id, user_id, definition', 'definition', true),
			('workflow_versions', NULL, NULL, false),
			('execution_rules', 'account_id, workflow_id, user_id, role, effect, expires_at', 'effect, expires_at', true),
			('boards', 'account_id, board_id, workspace_id, kind', 'workspace_id, kind', true),
			('board_members', 'account_id, board_id, user_id, role, is_owner, expires_at', 'is_owner, expires_at', true),
			('board_columns', 'account_id, board_id, column_id, view_restricted, edit_restricted',
				'view_restricted, edit_restricted', true),
			('column_access', 'account_id, board_id, column_id, access, user_id, role', NULL, true),
			('workflow_steps', 'account_id, workflow_id, step_id, workspace_id, board_id, column_id, access',
				'workspace_id, board_id, column_id, access', true),
			('runs', NULL, NULL, false),
			('run_steps', NULL, NULL, false),
			('connections', NULL, NULL, true),
			('enablements', 'account_id, workflow_id, user_id, configuration, enabled', 'enabled', false),
			('audit_log', NULL, NULL, false)
		) AS t(relation, inserted, updated, deleted)
	LOOP
		EXECUTE format('REVOKE ALL ON workflow_perms.%I FROM PUBLIC', t.relation);
		EXECUTE format('GRANT SELECT%s ON workflow_perms.%I TO %s',
			CASE WHEN t.deleted THEN ', DELETE' END, t.relation, application);
		IF t.inserted IS NOT NULL THEN
			EXECUTE format('GRANT INSERT (%s) ON workflow_perms.%I TO %s', t.inserted, t.relation, application);
		END IF;
		IF t.updated IS NOT NULL THEN
			EXECUTE format('GRANT UPDATE (%s) ON workflow_perms.%I TO %s', t.updated, t.relation, application);
		END IF;
	END LOOP;

	EXECUTE format('GRANT SELECT ON workflow_perms.run_history TO %s', application);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.publish(text), workflow_perms.publish(text, jsonb),'
		' workflow_perms.transfer_ownership(text, text) TO %s', application);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.start_run(text, text, text),'
		' workflow_perms.replay(text, text) TO %s, %s', application, engine);

	-- The engine: runs and their steps, of every account, and nothing else.
	EXECUTE format('GRANT SELECT, INSERT (account_id, run_id, workflow_id, for_user, status, started_at, finished_at),'
		' UPDATE (status, finished_at) ON workflow_perms.runs TO %s', engine);
	EXECUTE format('GRANT SELECT, INSERT (account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access,'
		' status, details, error), UPDATE (status, details, error) ON workflow_perms.run_steps TO %s', engine);
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.step_access(text, text, text),'
		' workflow_perms.record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access),'
		' workflow_perms.finish_run(text, text, workflow_perms.run_status) TO %s', engine);

	-- What guards and effects ask about others, as the owner.
	GRANT EXECUTE ON FUNCTION workflow_perms._start_verdict(text, text, text, text),
		workflow_perms._start_verdict(text, text),
		workflow_perms.principal(text, text), workflow_perms._lapsed_drafts(text[], text[], text[]),
		workflow_perms._discard_lapsed(text[], text[], text[], text[], text[], text[]),
		workflow_perms._hold_workflow(text, text),
		workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access),
		workflow_perms._has_active_owner(text, text, text),
		workflow_perms._held_roles(text),
		workflow_perms._holds_capabilities_of(text, text, text),
		workflow_perms._member_refusal(text, text, text, text, boolean, text),
		workflow_perms._require_grantee(text, text, text),
		workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role),
		workflow_perms._require_board_owner(text, text, text, text, text),
		workflow_perms._role_closure(text, text),
		workflow_perms._transfer_refusal(text, text),
		workflow_perms._workflow_refusal(text, text, text)
		TO workflow_perms_owner;

	-- permission_drift() is for the owner too.
	GRANT EXECUTE ON FUNCTION workflow_perms._drift_of_identity(), workflow_perms._drift_of_owners(),
		workflow_perms._drift_of_readers(), workflow_perms._drift_of_tables(), workflow_perms._drift_of_version(),
		workflow_perms._given_settings(text), workflow_perms._model_mark(), workflow_perms._model_relations(),
		workflow_perms._privileged_functions(), workflow_perms._users_of(oid, oid)
		TO workflow_perms_owner;

	-- Enabling, whose gate asks as the tables' owner.
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.enable(text, text), workflow_perms.enable(text, text, text),'
		' workflow_perms.disable(text, text), workflow_perms.disable(text, text, text),'
		' workflow_perms._set_enabled(text, text, text, boolean), workflow_perms.connect(text),'
		' workflow_perms.connect(text, text), workflow_perms.merge_metadata(text, jsonb) TO %s', application);
	GRANT EXECUTE ON FUNCTION workflow_perms._gate_enabling(text, text, text) TO workflow_perms_owner;

	EXECUTE format('GRANT USAGE ON SCHEMA workflow_perms TO %s, %s', application, engine);
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._check_model_arguments(application regrole, engine regrole)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	found text;
	role record;
BEGIN
	IF workflow_perms._creating_extension() THEN
		PERFORM workflow_perms._raise('55000', 'create_model() cannot be run inside an extension script',
			'Run it after CREATE EXTENSION, in a statement of its own.',
			'The tables would become members of the extension, and dumps would lose their rows.');
	END IF;
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		PERFORM workflow_perms._raise('42501', 'permission denied to create the model',
			'Only a superuser may run create_model().');
	END IF;

	SELECT string_agg('workflow_perms.' || c.relname, ', ' ORDER BY array_position(workflow_perms._model_tables(), c.relname::text))
		INTO found
		FROM pg_class c
		WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relname = ANY (workflow_perms._model_tables());
	IF found IS NOT NULL THEN
		PERFORM workflow_perms._raise('42710', 'the model exists already',
			'create_model() is run once in a database.',
			'Found ' || found || '.');
	END IF;

	FOR role IN
		SELECT a.argument, a.oid, r.rolname, r.rolsuper, r.rolbypassrls
			FROM (VALUES ('application', application::oid), ('engine', engine::oid)) AS a (argument, oid)
			LEFT JOIN pg_roles r USING (oid)
	LOOP
		IF role.rolname IS NULL THEN
			PERFORM workflow_perms._raise('42704', format('argument "%s" of create_model() names no role', role.argument),
				'Name two roles: create_model(application => ''app'', engine => ''flow_engine'').');
		ELSIF role.rolname = 'workflow_perms_owner' THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role', role.rolname, role.argument),
				'That role owns the tables; name another.');
		ELSIF role.rolsuper OR role.rolbypassrls THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role, because row security never binds it', role.rolname, role.argument),
				format('Take away what frees it: ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role.rolname));
		END IF;
	END LOOP;
	IF application = engine THEN
		PERFORM workflow_perms._raise('22023', 'the application role and the engine role must be two roles',
			'The engine records runs, which the application may only read.');
	END IF;
END
$function$;

CREATE OR REPLACE FUNCTION workflow_perms._create_model_owner()
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
	owner record;
	members text;
BEGIN
	SELECT * INTO owner FROM pg_roles WHERE rolname = 'workflow_perms_owner';
	IF NOT FOUND THEN
		CREATE ROLE workflow_perms_owner NOLOGIN;
		RETURN;
	END IF;
	IF owner.rolcanlogin OR owner.rolsuper OR owner.rolbypassrls THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it can log in or is above row security',
			'Run ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;');
	END IF;
	SELECT string_agg(quote_ident(m.rolname), ', ' ORDER BY m.rolname COLLATE "C") INTO members
		FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
		WHERE a.roleid = owner.oid;
	IF members IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it has members',
			format('Run REVOKE workflow_perms_owner FROM %s;', members),
			format('Row security would not bind %s.', members));
	END IF;
END
$function$;

ALTER OPERATOR workflow_perms.~ (workflow_perms.metadata_condition,jsonb) SET (RESTRICT = workflow_perms._condition_restrict, JOIN = matchingjoinsel);
ALTER OPERATOR workflow_perms.~ (jsonb,workflow_perms.metadata_condition) SET (RESTRICT = workflow_perms._condition_restrict, JOIN = matchingjoinsel);
-- Gone.
DROP FUNCTION workflow_perms._create_first_workspace_owner();
DROP FUNCTION workflow_perms._has_active_workspace_owner(text,text);
DROP FUNCTION workflow_perms._has_active_workflow_owner(text,text);
DROP FUNCTION workflow_perms._create_first_board_owner();
DROP FUNCTION workflow_perms._has_active_board_owner(text,text);

-- Comments.
COMMENT ON SCHEMA workflow_perms IS 'Decides who may see, edit, publish, enable and run which workflow: types, functions and, after create_model(), the tables.';
COMMENT ON FUNCTION workflow_perms.condition_hash(workflow_perms.metadata_condition) IS 'The 64-bit hash of a condition''s canonical form: equal for equal conditions, and nearly always different for different ones. For indexes: CREATE INDEX ON t (account_id, workflow_perms.condition_hash(condition)). NULL for NULL; never an error.';
COMMENT ON FUNCTION workflow_perms._condition_restrict(internal,oid,internal,integer) IS 'Internal: restriction selectivity of ~ and @~, by the statistics of columns of which all rows may be read';
COMMENT ON FUNCTION workflow_perms._metadata_may_match(jsonb,workflow_perms.metadata_condition) IS 'Internal: metadata @~ condition: false where no user with that metadata matches the condition. What an index can know of matches(metadata, user_id, condition).';
COMMENT ON OPERATOR workflow_perms.@~ (jsonb,workflow_perms.metadata_condition) IS 'some user with that metadata may match the condition';
COMMENT ON FUNCTION workflow_perms._gin_metadata_extract_value(jsonb,internal,internal) IS 'Internal: GIN support of metadata_ops: the keys of metadata';
COMMENT ON FUNCTION workflow_perms._gin_metadata_extract_query(jsonb,internal,smallint,internal,internal,internal,internal) IS 'Internal: GIN support of metadata_ops: the keys that a condition looks for';
COMMENT ON FUNCTION workflow_perms._gin_metadata_compare_partial(bigint,bigint,smallint,internal) IS 'Internal: GIN support of metadata_ops: is a key within an interval';
COMMENT ON FUNCTION workflow_perms._gin_metadata_triconsistent(internal,smallint,jsonb,integer,internal,internal,internal) IS 'Internal: GIN support of metadata_ops: do these keys make a candidate';
COMMENT ON OPERATOR CLASS workflow_perms.metadata_ops USING gin IS 'which metadata satisfies a condition: metadata ~ condition, matches(metadata, user_id, condition)';
COMMENT ON FUNCTION workflow_perms._matches_support(internal) IS 'Internal: what the planner is told about matches()';
COMMENT ON FUNCTION workflow_perms._gin_condition_extract_value(workflow_perms.metadata_condition,internal,internal) IS 'Internal: GIN support of metadata_condition_ops: the keys of a condition';
COMMENT ON FUNCTION workflow_perms._gin_condition_extract_query(workflow_perms.metadata_condition,internal,smallint,internal,internal,internal,internal) IS 'Internal: GIN support of metadata_condition_ops: the keys that metadata looks for';
COMMENT ON FUNCTION workflow_perms._gin_condition_triconsistent(internal,smallint,workflow_perms.metadata_condition,integer,internal,internal,internal) IS 'Internal: GIN support of metadata_condition_ops: do these keys make a candidate';
COMMENT ON FUNCTION workflow_perms._condition_may_match(workflow_perms.metadata_condition,jsonb) IS 'Internal: condition ~@ metadata: metadata @~ condition.';
COMMENT ON OPERATOR workflow_perms.~@ (workflow_perms.metadata_condition,jsonb) IS 'the condition may hold for some user with that metadata';
COMMENT ON OPERATOR CLASS workflow_perms.metadata_condition_ops USING gin IS 'which conditions some metadata satisfies: condition ~ metadata';
COMMENT ON FUNCTION workflow_perms.visible_workflows(text,integer,jsonb) IS 'A page of the workflows that the session''s principal may see: what filtering workflow_perms.workflows with can_view(), ORDER BY and LIMIT give. order_by: a column of workflow_perms.workflows, which may be one of your own, then ASC or DESC, then NULLS FIRST or NULLS LAST, as ORDER BY has them; rows that are equal in it follow by workflow_id, in the same direction. page_size: 1 to 1000 rows. after: NULL for the first page, then the cursor of the row to go on behind, with the same order_by; the row itself may be changed or gone since. Returns ids, since the table''s columns are yours: join it for the rest. In this order by itself; where it is joined, add WITH ORDINALITY and order by that. The cursor holds the row''s id and value in the order, is not secret and grants nothing. Within one snapshot pages neither lose nor repeat a row; between two, a row that was moved may be in both or in neither, as with any keyset. Quick with indexes on (account_id, column, workflow_id) and (account_id, workspace_id, column, workflow_id), right without. Needs SELECT on the column. Empty without a principal. Raises 42601 for order_by that is no order, 42703 for a column that does not exist, 42883 for one whose type has no order, 42501 for one that the caller may not read, 2201W for another page_size, 22023 for an after that is no cursor of this order, and what the column''s type raises for a value that is none of it. Spec 5.';
COMMENT ON FUNCTION workflow_perms.principal_makes_board(text,text) IS 'Is this the row of a new board that the session''s principal, a member or service, is inserting? For the policy under which INSERT … RETURNING returns it; false for every board that is there. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms.principal_makes_workspace(text,text,workflow_perms.workspace_kind) IS 'Is this the row of a new open or closed workspace that the session''s principal is inserting? For the policy under which INSERT … RETURNING returns it; false for every workspace that is there. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms.explain_access(text,text) IS 'Why the session''s principal may or may not do this: a row for each gate that was asked, in order, up to the first that failed; the last row''s verdict is the decision. action: view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run (object: a workflow''s id), create, access_workspace (a workspace''s id), view_board (a board''s id), view_run, replay (a run''s id; the run gates at the end are those of for_user, where there is one); those on a part of something take an array. code: why not, NULL where the gate is passed; decided_by: the rule, membership, role, capability or default that decided, with the role through which it is held; detail, of a condition that fails: an array of the clauses in the way, each with clause (in words), path, expected, is (null: unknown), wanted, seen, missing (the path at which nothing stands), needs (the type asked for). One row with verdict and code alone where the object may not be viewed. Raises 22023 for another action. Spec 5.';
COMMENT ON FUNCTION workflow_perms.explain_access(text,text[]) IS 'As explain_access(action, object), the object as an array of its ids, for the actions that are on a part of something: view_column, edit_column (ARRAY[board_id, column_id]), view_run_detail (ARRAY[run_id, step_no]) and step (ARRAY[run_id, step_id]: may the run do this step of the live version? The gates after those of view_run are those of run_as). Where the details of the step are not for the session''s principal, or the last gates are those of a user about whom it may not ask, what decided is not named. Raises 22023 for another number of ids. Spec 4.8, 5.';
COMMENT ON FUNCTION workflow_perms.explain_access(text,text[],text) IS 'As explain_access(action, object), the object as an array of ids, about a user of the account: who may ask about whom is as there. Spec 4.8, 5.';
COMMENT ON FUNCTION workflow_perms.users_matching(workflow_perms.metadata_condition) IS 'The ids of the connected users, active or not, of the session''s principal''s account who match the condition: those for whom matches(metadata, user_id, condition) is true. In no order; none for NULL. Uses an index of operator class metadata_ops on users.metadata where there is one and it pays. Takes connected_users.view for the account: 42501 else. Spec 2.4.';
COMMENT ON FUNCTION workflow_perms._matching_hashes() IS 'Internal: the hashes (condition_hash()) of those conditions of the account''s workflows that hold for the session''s principal, in ascending order; NULL without a principal.';
COMMENT ON FUNCTION workflow_perms._matching_hashes(workflow_perms.principal) IS 'Internal: as _matching_hashes(), for any principal.';
COMMENT ON FUNCTION workflow_perms._can_support(internal) IS 'Internal: planner support of can_…: takes it apart into _allowed() and the arms that indexes serve.';
COMMENT ON FUNCTION workflow_perms._among_support(internal) IS 'Internal: planner support of _among().';
COMMENT ON FUNCTION workflow_perms._in_account_support(internal) IS 'Internal: planner support of _in_account().';
COMMENT ON FUNCTION workflow_perms._is_main_support(internal) IS 'Internal: planner support of _is_main().';
COMMENT ON FUNCTION workflow_perms._condition_holds_support(internal) IS 'Internal: planner support of _condition_holds().';
COMMENT ON FUNCTION workflow_perms._no_condition_support(internal) IS 'Internal: planner support of _no_condition().';
COMMENT ON FUNCTION workflow_perms._may_hold_support(internal) IS 'Internal: planner support of _may_hold().';
COMMENT ON FUNCTION workflow_perms._allowed_support(internal) IS 'Internal: planner support of _allowed().';
COMMENT ON FUNCTION workflow_perms._created_support(internal) IS 'Internal: planner support of principal_created().';
COMMENT ON FUNCTION workflow_perms._allowed(text,"any","any","any","any","any","any","any") IS 'Internal, in plans: may the session''s principal do this to the workflow of these columns: account_id, workflow_id, workspace_id, visibility, status, condition, hidden? As can_… says. Spec 4, 6.2.';
COMMENT ON FUNCTION workflow_perms._allowed(workflow_perms.principal,text,"any","any","any","any","any","any","any") IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._among(text,anyelement) IS 'Internal, in plans: may the id be among the workflows that name the session''s principal (''view named''), among the workspaces where it may do this to workflows in general (''view any''), or to main ones (''view main'')? False for NULL, for other words and for types that ids do not have.';
COMMENT ON FUNCTION workflow_perms._among(workflow_perms.principal,text,anyelement) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._in_account(anyelement) IS 'Internal, in plans: is the id that of the account of the session''s principal? False for NULL.';
COMMENT ON FUNCTION workflow_perms._in_account(workflow_perms.principal,anyelement) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._is_main(anyelement) IS 'Internal, in plans: is the visibility, a workflow_visibility or text, main? False for NULL.';
COMMENT ON FUNCTION workflow_perms._condition_holds(internal,bigint) IS 'Internal, in plans: may a condition of that hash, of a workflow of the account, hold for the session''s principal? False for NULL.';
COMMENT ON FUNCTION workflow_perms._unconditional_account(text,workflow_perms.metadata_condition) IS 'Internal, for an index: the account, where there is no condition; NULL where there is one.';
COMMENT ON FUNCTION workflow_perms._bound_account() IS 'Internal, in plans: the account of the session''s principal, if that is neither a member nor a service; NULL for those, whom conditions do not bind.';
COMMENT ON FUNCTION workflow_perms._no_condition(text) IS 'Internal, in plans: is the account of what has no condition, _unconditional_account(), _bound_account()?';
COMMENT ON FUNCTION workflow_perms._bound_account(workflow_perms.principal) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._no_condition(workflow_perms.principal,text) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._may_hold(workflow_perms.metadata_condition) IS 'Internal, in plans: is it a condition of which an index (metadata_condition_ops) can tell whether it may hold for the session''s principal? Any, for one whom conditions bind and who has metadata; false for NULL.';
COMMENT ON FUNCTION workflow_perms._may_hold(workflow_perms.principal,workflow_perms.metadata_condition) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._bound_metadata(internal) IS 'Internal, in plans: the metadata of the session''s principal, if that is one whom conditions bind; else NULL.';
COMMENT ON FUNCTION workflow_perms._bound_metadata(workflow_perms.principal) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._matching(internal) IS 'Internal, in plans: the hashes for which _condition_holds() is true.';
COMMENT ON FUNCTION workflow_perms._at_execution(internal) IS 'Internal, in plans: the argument of _candidates() and _matching() that nobody but the planner can give.';
COMMENT ON FUNCTION workflow_perms._candidates(internal,text) IS 'Internal, in plans: the ids for which _among() is true of the session''s principal, those that are of type text.';
COMMENT ON FUNCTION workflow_perms._candidates(workflow_perms.principal,text) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._account(workflow_perms.principal) IS 'Internal, in plans: the account of the principal given as text; NULL where it is none.';
COMMENT ON FUNCTION workflow_perms._candidates_uuid(internal,text) IS 'Internal, in plans: the ids for which _among() is true of the session''s principal, those that are of type uuid.';
COMMENT ON FUNCTION workflow_perms._candidates_uuid(workflow_perms.principal,text) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._account_uuid(workflow_perms.principal) IS 'Internal, in plans: the account of the principal given as uuid; NULL where it is none.';
COMMENT ON FUNCTION workflow_perms._candidates_bigint(internal,text) IS 'Internal, in plans: the ids for which _among() is true of the session''s principal, those that are of type bigint.';
COMMENT ON FUNCTION workflow_perms._candidates_bigint(workflow_perms.principal,text) IS 'Internal, in plans: the same of the principal given.';
COMMENT ON FUNCTION workflow_perms._account_bigint(workflow_perms.principal) IS 'Internal, in plans: the account of the principal given as bigint; NULL where it is none.';
COMMENT ON FUNCTION workflow_perms._require(boolean,text,text,text) IS 'Internal: true where the check holds or is NULL; else raises 23514 with this message and hint, naming the constraint. Spec 7.';
COMMENT ON FUNCTION workflow_perms._explain_checks() IS 'Internal step of create_model(): makes the tables'' checks say what is wrong and what to do. Spec 7.';
COMMENT ON FUNCTION workflow_perms.create_account(text,text) IS 'Makes the account, its built-in roles and its first user: a member with the account role admin and the role Admin for the whole account. EXECUTE is granted to nobody by default. Errors: 23505 if the account exists, 22023 for an id that is empty or over 255 bytes, 22004 for NULL, 42P01 before create_model(). Spec 6.2.';
COMMENT ON FUNCTION workflow_perms._refuse(text,text,text,text) IS 'Raises the refusal of a write: "permission denied to <action> <object kind> "<id>": <code>", SQLSTATE 42501, with a hint; a code no_capability may name what it takes after a colon. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms._raise(text,text,text,text) IS 'Raises an error of that SQLSTATE, as RAISE does, but without the context of how the extension came to it. Spec 7.';
COMMENT ON FUNCTION workflow_perms._name_capability(text,text) IS 'Internal: the code, no_capability with the capabilities after a colon that the action takes.';
COMMENT ON FUNCTION workflow_perms._require_grantee(text,text,text) IS 'Internal: raises 23503 where the account has no such user or no such role (NULL: none is named). Spec 7.';
COMMENT ON FUNCTION workflow_perms._has_active_owner(text,text,text) IS 'Internal: whether somebody active owns the workspace, board or workflow now. Spec 4.2.';
COMMENT ON FUNCTION workflow_perms._own_what_one_makes() IS 'Internal effect: who makes a workspace or a board, which the trigger''s second argument says, becomes its owner. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms._member_refusal(text,text,text,text,boolean,text) IS 'Internal: why the session''s principal, who owns the workspace or board or does not, may not write this member of it; NULL if it may. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms._hold_workflow(text,text) IS 'Internal: the verdict; where it allows to run the workflow, that cannot be deleted any more until the transaction ends, or is not found.';
COMMENT ON FUNCTION workflow_perms._set_enabled(text,text,text,boolean) IS 'Internal: enable() or disable(), as the last argument says. Spec 4.4.';
COMMENT ON FUNCTION workflow_perms._merge_metadata(text,jsonb) IS 'Internal: the body of merge_metadata().';
COMMENT ON FUNCTION workflow_perms._register_condition() IS 'Internal trigger: puts a workflow''s condition into the registry, unless it is there.';
COMMENT ON FUNCTION workflow_perms._stamp_condition() IS 'Internal trigger: says which transaction added a condition to the registry, and skips one that is there.';
COMMENT ON FUNCTION workflow_perms._keep_conditions() IS 'Internal trigger: refuses to change or empty the registry of conditions, 23001, for every role; ignores it on replicas.';
COMMENT ON FUNCTION workflow_perms.guard_conditions() IS 'Trigger: nobody writes conditions. Spec 6.3.';
COMMENT ON FUNCTION workflow_perms._create_registry() IS 'Internal step of create_model(): what fills the registry of conditions, what keeps it, and that nobody sees it.';
COMMENT ON FUNCTION workflow_perms._register_conditions() IS 'Internal: the body of register_conditions().';
COMMENT ON FUNCTION workflow_perms.register_conditions() IS 'Puts the conditions of all workflows into the registry, and returns how many were not there: none, unless workflows were written while its triggers were disabled (pg_restore --disable-triggers). EXECUTE is granted to nobody by default.';
COMMENT ON FUNCTION workflow_perms._forget_unused_conditions() IS 'Internal: the body of forget_unused_conditions().';
COMMENT ON FUNCTION workflow_perms.forget_unused_conditions() IS 'Deletes the registered conditions that no workflow has any more, and returns how many. Nobody can write workflows until its transaction ends. Raises 25001 at an isolation level other than READ COMMITTED. EXECUTE is granted to nobody by default.';
COMMENT ON FUNCTION workflow_perms._check_policies(regclass) IS 'Internal step of protect(): 55000 where the table is distributed, policies would not bind the application, or others would come into force, 42710 for a policy of a name that protect() needs.';
COMMENT ON FUNCTION workflow_perms._check_id_column(regclass,name) IS 'Internal step of protect(): 42703 for a column that does not exist, 42804 for one of a type that ids do not have, 0A000 for one that is computed as it is read.';
COMMENT ON FUNCTION workflow_perms.protect(regclass,name,name) IS 'Puts a table of the application, with its partitions and children, under row security: SELECT shows the rows of workflows that the session''s principal may view, INSERT, UPDATE and DELETE reach those it may edit (others are not there; a new row that it may not leave is 42501). A row with all columns of a workflow decides by itself, any other by the workflow it names. Permissive policies of the table''s own stay and are narrowed. Makes an index on the two columns where none serves. Again: the same. Locks the table; runs as the caller, who must own it (42501). Refuses what is no table of the application (42809), columns that are missing (42703), hold no ids (42804) or are computed as they are read (0A000), an owner that is the application, or policies that are not in force (55000). A partition that comes later: protect the table again. Row security does not bind TRUNCATE, which is to be granted to nobody, and PostgreSQL refuses COPY FROM under it. Spec 6.2.';
COMMENT ON FUNCTION workflow_perms._protect(regclass,name,name) IS 'Internal: the body of protect().';
COMMENT ON FUNCTION workflow_perms._unprotect(regclass) IS 'Internal: the body of unprotect().';
COMMENT ON FUNCTION workflow_perms._users_of(oid,oid) IS 'Internal: the views and functions that use a table, view or function themselves, as catalog and id.';
COMMENT ON FUNCTION workflow_perms._drift_of_readers() IS 'Internal: the findings of permission_drift() about views and SECURITY DEFINER functions that read for others as an owner whom row security does not bind. Spec 5.';
COMMENT ON FUNCTION workflow_perms._drift_of_version() IS 'Internal: the finding of permission_drift() that the tables are not those of this version. Spec 6.1.';
COMMENT ON FUNCTION workflow_perms.permission_drift() IS 'What weakens the permissions of this database, a row for each finding, with the command that mends it: model_of_another_version (run upgrade_model()), policies_without_row_security, workflow_ids_without_policy, owner_bypasses_row_security, row_security_forced, extension_member, dangerous_privilege and foreign_trigger (what GRANT ALL opens), trigger_disabled, view_bypasses_row_security and function_bypasses_row_security (what is open to others and reads as an owner whom row security does not bind; functions whose body is a string cannot be looked into), sets_principal and knows_any_principal (who was granted what nobody has by default: to be known rather than mended where it is meant), trusts_claims. For superusers and the owner of the model''s tables (42501). Spec 5.';
COMMENT ON FUNCTION workflow_perms._create_model(regrole,regrole) IS 'Internal: the body of create_model().';
COMMENT ON FUNCTION workflow_perms._model_objects() IS 'Internal: what makes the model''s tables what they are, each thing with its definition, the command that makes it and the one that takes it away.';
COMMENT ON FUNCTION workflow_perms._model_mark() IS 'Internal: the comment on the policy accounts_select that tells which version made the model.';
COMMENT ON FUNCTION workflow_perms._mark_model() IS 'Internal step of create_model(): says which version made the model.';
COMMENT ON FUNCTION workflow_perms._wanted_model(regrole,regrole) IS 'Internal step of upgrade_model(): what create_model() makes, by making it in a subtransaction that is rolled back.';
COMMENT ON FUNCTION workflow_perms._check_upgradable() IS 'Internal step of upgrade_model(): refuses where and when it cannot be run.';
COMMENT ON FUNCTION workflow_perms._model_roles(regrole,regrole) IS 'Internal step of upgrade_model(): the roles that create_model() was called with, where they are not given, from what was granted.';
COMMENT ON FUNCTION workflow_perms._model_changes(jsonb,text[]) IS 'Internal step of upgrade_model(): the commands that bring the tables to what is wanted, and privileges that are withheld.';
COMMENT ON FUNCTION workflow_perms.upgrade_model(regrole,regrole) IS 'Brings the tables that an older version''s create_model() made to what this version''s makes, after ALTER EXTENSION workflow_perms UPDATE: tables, columns, constraints, indexes, triggers, policies, the view, comments, row security, grants on what is new; registers the conditions. Returns the commands that it ran, a row each; none where all is as it should be. Rows stay, and so does what the application added under names of its own; what has a name of the model''s becomes the model''s. A privilege that is missing on what was there before is not granted, but said in a notice. application, engine: the roles of create_model(), needed only where they cannot be told from what was granted. Locks the model''s tables, ACCESS EXCLUSIVE, until the transaction ends; changed indexes are built, and rows checked, meanwhile. Superusers only. Errors: 55000 without a model or inside an extension script, 25001 at an isolation level other than READ COMMITTED, 42704 where a role cannot be told, 42804 where a column is of another type. Spec 6.1.';

-- Privileges.
REVOKE EXECUTE ON FUNCTION workflow_perms._matching_hashes() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._matching_hashes(workflow_perms.principal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._register_condition() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._stamp_condition() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms.register_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms.forget_unused_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._explain_checks() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._require_grantee(text,text,text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._has_active_owner(text,text,text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._own_what_one_makes() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._member_refusal(text,text,text,text,boolean,text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._hold_workflow(text,text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._merge_metadata(text,jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._keep_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms.guard_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._create_registry() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._register_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._forget_unused_conditions() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._protect(regclass,name,name) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._unprotect(regclass) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._users_of(oid,oid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._drift_of_readers() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._drift_of_version() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._create_model(regrole,regrole) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._model_objects() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._model_mark() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._mark_model() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._wanted_model(regrole,regrole) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._check_upgradable() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._model_roles(regrole,regrole) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms._model_changes(jsonb,text[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION workflow_perms.upgrade_model(regrole,regrole) FROM PUBLIC;
