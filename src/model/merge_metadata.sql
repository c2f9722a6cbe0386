-- model/merge_metadata.sql: changing the metadata of connected users (spec 4.4).
CREATE FUNCTION workflow_perms._merge_json(target jsonb, patch jsonb)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	entry record;
BEGIN
	IF jsonb_typeof(target) <> 'object' OR jsonb_typeof(patch) <> 'object' THEN
		RETURN patch;
	END IF;
	FOR entry IN
		SELECT p.key, workflow_perms._merge_json(target -> p.key, p.value) AS value FROM jsonb_each(patch) p
		WHERE jsonb_typeof(p.value) = 'object' AND jsonb_typeof(target -> p.key) = 'object'
	LOOP
		patch := jsonb_set(patch, ARRAY[entry.key], entry.value);
	END LOOP;
	RETURN target || patch;
END
$$;
COMMENT ON FUNCTION workflow_perms._merge_json(jsonb, jsonb) IS 'Internal: the target with the patch merged into it: objects deeply, all other values replaced.';

CREATE FUNCTION workflow_perms.merge_metadata(user_id text, metadata jsonb)
RETURNS jsonb LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.merge_metadata(text, jsonb) IS
'Merges into the metadata of this user, as Paragon''s PATCH does: objects deeply, arrays and all other values replaced; null is a value. Returns the resulting metadata. A merge that changes nothing writes nothing. To replace all metadata, update users. Raises 22023 if metadata is not an object, 54000 if the result would exceed workflow_perms.max_metadata_size, 42501 for a user that the principal may not see or change. Permission: that of updating users.metadata. Spec 4.4.';

CREATE FUNCTION workflow_perms._merge_metadata(user_id text, metadata jsonb)
RETURNS jsonb LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
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
	PERFORM workflow_perms._refuse_source('users');
	-- In one statement, so that no merge is lost if two run at the same time.
	UPDATE workflow_perms.users u SET metadata = workflow_perms._merge_json(u.metadata, patch)
		WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) subject
			AND u.metadata <> workflow_perms._merge_json(u.metadata, patch);
	SELECT u.metadata INTO result FROM workflow_perms.users u
		WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) subject;
	IF NOT FOUND THEN
		PERFORM workflow_perms._refuse('merge metadata of', 'user', subject,
			coalesce(workflow_perms._caller_refusal(account), 'not_found'));
	END IF;
	RETURN result;
END
$$;
COMMENT ON FUNCTION workflow_perms._merge_metadata(text, jsonb) IS 'Internal: the body of merge_metadata().';
