-- privileges.sql: last part of the install script: who may execute which
-- function.
--
-- Only the owner may execute a function, unless it is listed here for PUBLIC.
-- Additional privileges of the model's roles are in model/grants.sql.  Every
-- role may use the types.
--
-- Default privileges of the database (ALTER DEFAULT PRIVILEGES) may have given
-- more or less when the objects were made.  All privileges are revoked first,
-- and the owner's own are granted.  PostgreSQL records the result as the
-- extension's initial privileges (pg_init_privs).  Dumps leave these out, and
-- permission_drift() compares with them.
--
-- This is for CREATE EXTENSION. A script that updates the extension must not
-- change the grants that create_model() has made since.
DO $privileges$
DECLARE
	-- A name means all functions with that name, except those that are
	-- privileged because of their arguments (_privileged_functions()).  A
	-- signature means that function.
	everybodys CONSTANT text[] := string_to_array(concat_ws(' ',
		-- types, casts, operators, operator classes
		'metadata_condition metadata_condition_in metadata_condition_out metadata_condition_recv metadata_condition_send',
		'metadata_condition_cmp metadata_condition_eq metadata_condition_ge metadata_condition_gt metadata_condition_le',
		'metadata_condition_lt metadata_condition_ne metadata_condition_hash metadata_condition_hash_extended',
		'json jsonb condition_matches metadata_matches',
		'principal_in principal_out principal_recv principal_send principal_from_jsonb principal_to_jsonb',
		'_gin_condition_extract_query _gin_condition_extract_value _gin_condition_triconsistent',
		'_gin_metadata_compare_partial _gin_metadata_extract_query _gin_metadata_extract_value _gin_metadata_triconsistent',
		-- conditions and principals as values: these read nothing else
		'condition_from_paragon condition_digest condition_hash condition_paths describe matches with_metadata',
		-- decisions and answers for the session's principal, or on a principal and a row
		'actions can can_access_workspace can_create can_delete can_edit can_edit_column can_edit_in can_enable can_manage_members',
		'can_operate can_publish can_replay can_run can_view can_view_board can_view_column can_view_draft can_view_in can_view_name can_view_run',
		'can_view_run_detail can_view_version',
		'workflow_verdict create_verdict workspace_rules_verdict replay_verdict configure_step_verdict',
		'board_state column_state step_access(text,text)',
		'definition _names_in_source explain_access metadata_paths preview_condition preview_metadata run_permissions runnable_workflows users_matching',
		'visible_workflows what_can who_can permission_drift _check_drift_reader',
		-- the session's principal; authenticate() requires a token
		'authenticate in_effect principal_account principal_account_bigint principal_account_uuid principal_user',
		'principal_user_bigint principal_user_uuid',
		'principal_created principal_has_account_role principal_holds principal_holds_for_workflow principal_is',
		'principal_is_team principal_makes_board principal_makes_workspace principal_manages_rules principal_owns_board',
		'principal_owns_workspace',
		-- internal: functions of the model call these as their caller
		'_built_in_capabilities _caller_refusal _check_run_id _check_steps _end_of_enabling _merge_json',
		'_is_source _metadata_paths _model_tables _model_views _paths_of _raise _raise_violation _refuse _refuse_source _require _require_ids _source_tables _sources',
		-- internal: in plans and policies that a decision was taken apart into
		'_account _account_bigint _account_uuid _allowed _allowed_support _among _among_support _at_execution',
		'_bound_account _bound_metadata _can_support _candidates _candidates_bigint _candidates_uuid _condition_holds',
		'_condition_holds_support _condition_may_match _created_support _in_account _in_account_support',
		'_is_main _is_main_support _matches _matches_at _matches_support _matching _may_hold _may_hold_support _metadata_may_match',
		'_narrowed _no_condition _no_condition_support _owned _owned_support _team_user _team_user_bigint _team_user_uuid',
		'_unconditional_account',
		'_below_support _bound_runs _bound_user _edit_in _edit_in_support _is_bound_user _is_bound_user_support _of_bound_run',
		'_of_bound_run_support _view_in _view_in_support _view_run _view_run_detail _view_run_detail_support _view_run_support',
		'_view_steps_of',
		-- protect(), which acts as the caller, who must own the table
		'protect unprotect reevaluate_on _reevaluate_source _application_owns _application_roles _base_type _check_id_column _check_policies',
		'_check_protectable _create_key_index _create_protection _drop_protection _has_key_index _is_distributed _id_type _protection _table_family',
		'_policy_digest _names_are_stale _policy_arguments _expression_by_number _is_of_principal _is_source_of_workflows _expression_type _check_further _word_expression _workflow_columns',
		'_protect_arguments _guard_row _check_expressions _key_counts _result_type _create_guard _drop_guard _has_guard _has_id_index _create_condition_indexes _no_key'
		), ' ');
	found text[] := '{}';
	member record;
BEGIN
	FOR member IN
		SELECT o.kind || ' ' || o.object AS words, workflow_perms._grantee(o.owner) AS owner, o.acl, o.kind <> 'FUNCTION' OR l.entry IS NOT NULL AS listed, l.entry
		FROM workflow_perms._privilege_objects() o
			LEFT JOIN unnest(everybodys) AS l (entry) ON o.kind = 'FUNCTION' AND (
				'workflow_perms.' || l.entry = o.object
				OR (o.object ^@ format('workflow_perms.%I(', l.entry) AND o.object::regprocedure NOT IN (SELECT workflow_perms._privileged_functions())))
		WHERE o.kind IN ('FUNCTION', 'TYPE', 'SCHEMA')
	LOOP
		EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', member.words,
			(SELECT string_agg(workflow_perms._grantee(a.grantee), ', ') FROM (SELECT e.grantee FROM aclexplode(member.acl) e UNION SELECT 0) a));
		EXECUTE format('GRANT ALL ON %s TO %s', member.words, member.owner);
		IF member.listed THEN
			EXECUTE format('GRANT %s ON %s TO PUBLIC', CASE WHEN member.words ^@ 'FUNCTION' THEN 'EXECUTE' ELSE 'USAGE' END, member.words);
		END IF;
		found := found || member.entry;
	END LOOP;
	IF NOT everybodys <@ found THEN
		RAISE EXCEPTION 'there is no function %, which is listed for everybody',
			(SELECT string_agg(entry, ', ') FROM unnest(everybodys) entry WHERE entry <> ALL (found));
	END IF;
END
$privileges$;
