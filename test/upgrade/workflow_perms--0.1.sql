-- prologue.sql: first part of the install script.
\echo Use "CREATE EXTENSION workflow_perms" to load this file. \quit

-- An attacker's operators and functions must not be found by anything below.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Made here and not by `schema =` in the control file, which would silently
-- adopt a schema that somebody else made and owns.
CREATE SCHEMA workflow_perms;
COMMENT ON SCHEMA workflow_perms IS 'Who may see, edit, enable and run which workflow: types, functions and, after create_model(), the tables.';
-- condition/condition.sql: the type metadata_condition (spec 2).
--
-- The operators lie in the schema workflow_perms, as all members do, so they are
-- found by `~` where workflow_perms is in the search_path (the README sets it per
-- database: ALTER DATABASE … SET search_path = "$user", public, workflow_perms),
-- and by OPERATOR(workflow_perms.~) everywhere.

CREATE TYPE workflow_perms.metadata_condition;

CREATE FUNCTION workflow_perms.metadata_condition_in(cstring) RETURNS workflow_perms.metadata_condition
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
CREATE FUNCTION workflow_perms.metadata_condition_out(workflow_perms.metadata_condition) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION workflow_perms.metadata_condition_recv(internal) RETURNS workflow_perms.metadata_condition
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
CREATE FUNCTION workflow_perms.metadata_condition_send(workflow_perms.metadata_condition) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION workflow_perms.metadata_condition_in(cstring) IS 'input of metadata_condition: text, checked (spec 2.1, 7)';
COMMENT ON FUNCTION workflow_perms.metadata_condition_out(workflow_perms.metadata_condition) IS 'output of metadata_condition: canonical text (spec 2.1)';
COMMENT ON FUNCTION workflow_perms.metadata_condition_recv(internal) IS 'binary input of metadata_condition: a version byte, then the text';
COMMENT ON FUNCTION workflow_perms.metadata_condition_send(workflow_perms.metadata_condition) IS 'binary output of metadata_condition: a version byte, then the canonical text';

CREATE TYPE workflow_perms.metadata_condition (
	INPUT = workflow_perms.metadata_condition_in,
	OUTPUT = workflow_perms.metadata_condition_out,
	RECEIVE = workflow_perms.metadata_condition_recv,
	SEND = workflow_perms.metadata_condition_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE workflow_perms.metadata_condition IS 'A predicate over a user''s metadata and id, in the MongoDB query style: {"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}} (spec 2). Input is checked once; the output is canonical. Under a path a value stands for $eq, or an object of operators: $eq, $ne (any value); $in, $nin, $all (a list of scalars); $gt, $gte, $lt, $lte (a number or a string); $contains, $startsWith, $endsWith, $regex with $options (a string); without ASCII case $eqi (a scalar), $ini, $nini, $alli (a list), $containsi, $startsWithi, $endsWithi, $regexi (a string); $before, $after, $at (an instant); $veq, $vne, $vgt, $vgte, $vlt, $vlte (a semantic version); $cidr (a network or a list of them); $exists, $empty (true or false); $type (the name of a JSON type); $size (a number or operators); $elemMatch (a condition or operators); $not (operators). In the place of a path: $and, $or, $nor (a list of conditions), $not (a condition), $userId (as a path), $rollout ({"percent": 25, "seed": "beta"}).';

-- Casts.

CREATE FUNCTION workflow_perms.metadata_condition(jsonb) RETURNS workflow_perms.metadata_condition
	AS 'MODULE_PATHNAME', 'metadata_condition_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 60;
COMMENT ON FUNCTION workflow_perms.metadata_condition(jsonb) IS 'The condition that a jsonb says; refused as its text would be, with the JSON path of what is wrong (spec 2.1, 7). jsonb has already dropped keys that appear twice.';
CREATE FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'metadata_condition_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 40;
COMMENT ON FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) IS 'The canonical form of a condition as jsonb (spec 2.1).';
-- The cast that to_json() and to_jsonb() look for: a row's condition is an object in them, not a string.
CREATE FUNCTION workflow_perms.json(workflow_perms.metadata_condition) RETURNS json
	AS 'MODULE_PATHNAME', 'metadata_condition_to_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;
COMMENT ON FUNCTION workflow_perms.json(workflow_perms.metadata_condition) IS 'The canonical form of a condition as json (spec 2.1).';

CREATE CAST (jsonb AS workflow_perms.metadata_condition)
	WITH FUNCTION workflow_perms.metadata_condition(jsonb) AS ASSIGNMENT;
CREATE CAST (workflow_perms.metadata_condition AS jsonb)
	WITH FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) AS ASSIGNMENT;
CREATE CAST (workflow_perms.metadata_condition AS json)
	WITH FUNCTION workflow_perms.json(workflow_perms.metadata_condition) AS ASSIGNMENT;

-- Matching.

CREATE FUNCTION workflow_perms.metadata_matches(metadata jsonb, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms.metadata_matches(jsonb, workflow_perms.metadata_condition) IS 'metadata ~ condition: whether the metadata satisfies the condition; NULL where that is not known, such as for an absent path, $userId or $rollout (spec 2.2). Never an error.';
CREATE FUNCTION workflow_perms.condition_matches(condition workflow_perms.metadata_condition, metadata jsonb) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms.condition_matches(workflow_perms.metadata_condition, jsonb) IS 'condition ~ metadata: the commutator of metadata ~ condition (spec 2.4).';

CREATE OPERATOR workflow_perms.~ (
	FUNCTION = workflow_perms.metadata_matches,
	LEFTARG = jsonb, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.~),
	RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR workflow_perms.~ (jsonb, workflow_perms.metadata_condition) IS 'metadata satisfies condition';
CREATE OPERATOR workflow_perms.~ (
	FUNCTION = workflow_perms.condition_matches,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = jsonb,
	COMMUTATOR = OPERATOR(workflow_perms.~),
	RESTRICT = matchingsel, JOIN = matchingjoinsel
);
COMMENT ON OPERATOR workflow_perms.~ (workflow_perms.metadata_condition, jsonb) IS 'condition is satisfied by metadata';

-- Not strict: an unknown user is an answer too.
CREATE FUNCTION workflow_perms.matches(metadata jsonb, user_id text, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms.matches(jsonb, text, workflow_perms.metadata_condition) IS 'As metadata ~ condition, for a known user: $userId and $rollout have an answer. A NULL user_id is an unknown user; NULL metadata or a NULL condition gives NULL (spec 2.2). Never an error.';

-- Equality, order and hash of the canonical form.

CREATE FUNCTION workflow_perms.metadata_condition_eq(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_ne(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_lt(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_le(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_gt(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_ge(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_cmp(workflow_perms.metadata_condition, workflow_perms.metadata_condition) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_hash(workflow_perms.metadata_condition) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
CREATE FUNCTION workflow_perms.metadata_condition_hash_extended(workflow_perms.metadata_condition, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION workflow_perms.metadata_condition_eq(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator =';
COMMENT ON FUNCTION workflow_perms.metadata_condition_ne(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator <>';
COMMENT ON FUNCTION workflow_perms.metadata_condition_lt(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator <';
COMMENT ON FUNCTION workflow_perms.metadata_condition_le(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator <=';
COMMENT ON FUNCTION workflow_perms.metadata_condition_gt(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator >';
COMMENT ON FUNCTION workflow_perms.metadata_condition_ge(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'implementation of the operator >=';
COMMENT ON FUNCTION workflow_perms.metadata_condition_cmp(workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'btree comparison: negative, zero or positive';
COMMENT ON FUNCTION workflow_perms.metadata_condition_hash(workflow_perms.metadata_condition) IS 'hash of the canonical form';
COMMENT ON FUNCTION workflow_perms.metadata_condition_hash_extended(workflow_perms.metadata_condition, bigint) IS 'hash of the canonical form, with a seed';

CREATE OPERATOR workflow_perms.= (
	FUNCTION = workflow_perms.metadata_condition_eq,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.=), NEGATOR = OPERATOR(workflow_perms.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR workflow_perms.<> (
	FUNCTION = workflow_perms.metadata_condition_ne,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.<>), NEGATOR = OPERATOR(workflow_perms.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR workflow_perms.< (
	FUNCTION = workflow_perms.metadata_condition_lt,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.>), NEGATOR = OPERATOR(workflow_perms.>=),
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR workflow_perms.<= (
	FUNCTION = workflow_perms.metadata_condition_le,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.>=), NEGATOR = OPERATOR(workflow_perms.>),
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR workflow_perms.> (
	FUNCTION = workflow_perms.metadata_condition_gt,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.<), NEGATOR = OPERATOR(workflow_perms.<=),
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR workflow_perms.>= (
	FUNCTION = workflow_perms.metadata_condition_ge,
	LEFTARG = workflow_perms.metadata_condition, RIGHTARG = workflow_perms.metadata_condition,
	COMMUTATOR = OPERATOR(workflow_perms.<=), NEGATOR = OPERATOR(workflow_perms.<),
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR workflow_perms.= (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'equal canonical forms';
COMMENT ON OPERATOR workflow_perms.<> (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'different canonical forms';
COMMENT ON OPERATOR workflow_perms.< (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'before, in an order of the stored form that means nothing';
COMMENT ON OPERATOR workflow_perms.<= (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'before or equal, in an order of the stored form that means nothing';
COMMENT ON OPERATOR workflow_perms.> (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'after, in an order of the stored form that means nothing';
COMMENT ON OPERATOR workflow_perms.>= (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'after or equal, in an order of the stored form that means nothing';

CREATE OPERATOR CLASS workflow_perms.metadata_condition_ops
	DEFAULT FOR TYPE workflow_perms.metadata_condition USING btree AS
	OPERATOR 1 workflow_perms.<,
	OPERATOR 2 workflow_perms.<=,
	OPERATOR 3 workflow_perms.=,
	OPERATOR 4 workflow_perms.>=,
	OPERATOR 5 workflow_perms.>,
	FUNCTION 1 workflow_perms.metadata_condition_cmp(workflow_perms.metadata_condition, workflow_perms.metadata_condition);
CREATE OPERATOR CLASS workflow_perms.metadata_condition_ops
	DEFAULT FOR TYPE workflow_perms.metadata_condition USING hash AS
	OPERATOR 1 workflow_perms.=,
	FUNCTION 1 workflow_perms.metadata_condition_hash(workflow_perms.metadata_condition),
	FUNCTION 2 workflow_perms.metadata_condition_hash_extended(workflow_perms.metadata_condition, bigint);
-- condition/describe.sql: a condition in words, and what it reads.
CREATE FUNCTION workflow_perms.describe(condition workflow_perms.metadata_condition) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
	AS 'MODULE_PATHNAME', 'wp_describe';
COMMENT ON FUNCTION workflow_perms.describe(workflow_perms.metadata_condition) IS
	'The condition in words for people: plan in (''pro'', ''team'') and seats >= 10. NULL for NULL; raises nothing. Spec 2.1.';

CREATE FUNCTION workflow_perms.condition_paths(condition workflow_perms.metadata_condition,
	OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4
	AS 'MODULE_PATHNAME', 'wp_paths';
COMMENT ON FUNCTION workflow_perms.condition_paths(workflow_perms.metadata_condition) IS
	'What the condition reads: a row for each path and type that it expects there (a JSON type, instant, version, address, or any). Elements of an array are path[]; the user''s id is $userId. No row for NULL; raises nothing. Spec 2.3.';
-- condition/paragon.sql: conditions in Paragon's own form.
CREATE FUNCTION workflow_perms.condition_from_paragon(tree jsonb) RETURNS workflow_perms.metadata_condition
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'wp_from_paragon';
COMMENT ON FUNCTION workflow_perms.condition_from_paragon(jsonb) IS
	'Reads a condition in Paragon''s form ({type: JOIN, join, conditions} and {type: OPERATOR, condition: {operator, variable, argument}}). NULL for NULL; 22023 names the part of the tree that is not understood, and what is wrong with a literal is told as for any condition. Spec 2.3.';
-- principal/words.sql: the closed vocabularies of spec 1, in the order of words.h.
CREATE TYPE workflow_perms.user_kind AS ENUM ('member', 'connected', 'service');
CREATE TYPE workflow_perms.account_role AS ENUM ('admin', 'member', 'viewer', 'guest');
CREATE TYPE workflow_perms.workspace_kind AS ENUM ('open', 'closed', 'project', 'app');
CREATE TYPE workflow_perms.workflow_visibility AS ENUM ('main', 'private');
CREATE TYPE workflow_perms.workflow_status AS ENUM ('draft', 'live', 'stopped');
CREATE TYPE workflow_perms.execution_effect AS ENUM ('grant', 'deny');
CREATE TYPE workflow_perms.step_access AS ENUM ('read', 'write');
CREATE TYPE workflow_perms.board_kind AS ENUM ('main', 'shareable', 'private');
CREATE TYPE workflow_perms.column_right AS ENUM ('view', 'edit');
CREATE TYPE workflow_perms.run_status AS ENUM ('running', 'succeeded', 'failed');

COMMENT ON TYPE workflow_perms.user_kind IS 'What a user is, for ever: member (works in the account), connected (end user of its product, has metadata), service (service account). Spec 1.';
COMMENT ON TYPE workflow_perms.account_role IS 'A member''s role in the account. Spec 1.';
COMMENT ON TYPE workflow_perms.workspace_kind IS 'open, closed (access by membership); project, app (team access by capability). Spec 1.';
COMMENT ON TYPE workflow_perms.workflow_visibility IS 'main: whoever reaches the workspace; private: owners and invited members. Spec 4.1.';
COMMENT ON TYPE workflow_perms.workflow_status IS 'draft, live, stopped. Spec 1.';
COMMENT ON TYPE workflow_perms.execution_effect IS 'What an execution rule says: grant or deny. Spec 4.5.';
COMMENT ON TYPE workflow_perms.step_access IS 'What a step does to its column: read or write. Spec 4.8.';
COMMENT ON TYPE workflow_perms.board_kind IS 'main, shareable, private. Spec 4.8.';
COMMENT ON TYPE workflow_perms.column_right IS 'The two allow-lists of a column: view and edit. Spec 4.8.';
COMMENT ON TYPE workflow_perms.run_status IS 'running, succeeded, failed. Spec 6.1.';
-- principal/principal.sql: the type `principal` (spec 3).
CREATE TYPE workflow_perms.principal;

CREATE FUNCTION workflow_perms.principal_in(cstring) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_in';
CREATE FUNCTION workflow_perms.principal_out(workflow_perms.principal) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_principal_out';
CREATE FUNCTION workflow_perms.principal_recv(internal) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_recv';
CREATE FUNCTION workflow_perms.principal_send(workflow_perms.principal) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_principal_send';

CREATE TYPE workflow_perms.principal (
	INPUT = workflow_perms.principal_in,
	OUTPUT = workflow_perms.principal_out,
	RECEIVE = workflow_perms.principal_recv,
	SEND = workflow_perms.principal_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE workflow_perms.principal IS 'Everything the rules need to know about who asks, as of the time it was taken. Prints as JSON. Made by principal(account, user_id). Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_in(cstring) IS 'Input of principal: JSON, lists in any order. 22P02 where it is no JSON, 22023 naming the place where it is no principal. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_out(workflow_perms.principal) IS 'Output of principal: JSON. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_recv(internal) IS 'Binary input of principal: a byte 1, then the JSON text. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_send(workflow_perms.principal) IS 'Binary output of principal: a byte 1, then the JSON text. Spec 3.';

CREATE FUNCTION workflow_perms.principal_from_jsonb(value jsonb) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_cast_from_jsonb';
CREATE FUNCTION workflow_perms.principal_to_jsonb(principal workflow_perms.principal) RETURNS jsonb
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_cast_to_jsonb';
COMMENT ON FUNCTION workflow_perms.principal_from_jsonb(jsonb) IS 'The cast from jsonb to principal; 22023 naming the place where the value is no principal. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_to_jsonb(workflow_perms.principal) IS 'The cast from principal to jsonb. Spec 3.';

CREATE CAST (jsonb AS workflow_perms.principal) WITH FUNCTION workflow_perms.principal_from_jsonb(jsonb);
CREATE CAST (workflow_perms.principal AS jsonb) WITH FUNCTION workflow_perms.principal_to_jsonb(workflow_perms.principal);

CREATE FUNCTION workflow_perms.with_metadata(principal workflow_perms.principal, metadata jsonb) RETURNS workflow_perms.principal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'wp_principal_with_metadata';
COMMENT ON FUNCTION workflow_perms.with_metadata(workflow_perms.principal, jsonb) IS 'What if: the principal, had its user this metadata (a JSON object, whole). 22023 for an anonymous principal. Spec 3.';
-- query/session.sql: the session's principal (spec 3).
CREATE FUNCTION workflow_perms.set_principal(account text, user_id text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_set_principal';
CREATE FUNCTION workflow_perms.principal_account() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account';
CREATE FUNCTION workflow_perms.principal_user() RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_user';
-- The account as a value of the column that a policy compares it with, so that an
-- index on the column serves; null where the account is none of that type.
CREATE FUNCTION workflow_perms.principal_account_uuid() RETURNS uuid
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_uuid';
CREATE FUNCTION workflow_perms.principal_account_bigint() RETURNS bigint
	LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_principal_account_bigint';

COMMENT ON FUNCTION workflow_perms.set_principal(text, text, boolean) IS 'Makes this user of this account (user_id null: anonymous) the session''s principal, for the current transaction or, where session is true, for the session. Once in a transaction (25001 else); never another than the session''s (55000); an account or user that does not exist is 42704. EXECUTE is granted to nobody by default. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account() IS 'The account of the session''s principal; null for none. Spec 3.';
COMMENT ON FUNCTION workflow_perms.principal_account_uuid() IS 'The account of the session''s principal as uuid, for policies; null for none and for an account that is not the text form of a uuid. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_account_bigint() IS 'The account of the session''s principal as bigint, for policies; null for none and for an account that is not the text form of a bigint. Spec 3, 6.2.';
COMMENT ON FUNCTION workflow_perms.principal_user() IS 'The user id of the session''s principal; null for none and for an anonymous one. Spec 3.';

-- Whoever may call it may be anybody.
REVOKE EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) FROM PUBLIC;
-- query/authenticate.sql: the session's principal by a token (spec 3).
CREATE FUNCTION workflow_perms.authenticate(token text, session boolean DEFAULT false) RETURNS void
	LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 AS 'MODULE_PATHNAME', 'wp_authenticate';

COMMENT ON FUNCTION workflow_perms.authenticate(text, boolean) IS 'Makes whom a JSON Web Token speaks for the session''s principal, for the current transaction or, where session is true, for the session. HS256, RS256 or ES256, verified with the keys of workflow_perms.token_keys_file; exp is required, nbf, aud and iss are checked; the claims account and sub, or those configured, name the account and the user. A token that is refused is 28000, the rest as for set_principal(); after any error the session has no principal. Everybody may execute it: the signature is the privilege. Spec 3.';
-- query/query.sql: the decisions as SQL functions (spec 6.2).

-- Every action on a workflow has the same six forms: an id, a row, the columns,
-- each for the session's principal and for one given before it.  Those with a
-- principal and a row or columns read nothing else, hence IMMUTABLE (spec 3);
-- the others see the session and the tables, hence STABLE.  None is strict: NULL
-- means no.
DO $forms$
DECLARE
	action record;
	form record;
BEGIN
	FOR action IN
		VALUES
			('can_view', 'see the workflow', '4.1'),
			('can_view_draft', 'have a draft of the workflow and see it', '4.2, 4.7'),
			('can_edit', 'edit the workflow', '4.2'),
			('can_publish', 'publish the workflow', '4.2'),
			('can_delete', 'delete the workflow', '4.2'),
			('can_manage_members', 'manage the members of the workflow', '4.2'),
			('can_enable', 'enable the workflow for themselves', '4.4'),
			('can_run', 'run the workflow', '4.5')
	LOOP
		FOR form IN
			VALUES
				('id', 'workflow_id text', 'Takes the id of a workflow of the account; false for one that does not exist.'),
				('row', 'workflow record', 'Takes a row of any table or view with the columns account_id, workflow_id, workspace_id (text, uuid or bigint), visibility, status, condition and hidden; raises 42703 or 42804 for a row without them.'),
				('columns', 'account_id text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean', 'Takes the columns of a workflow''s row: the form for policies.')
		LOOP
			EXECUTE pg_catalog.format(
				'CREATE FUNCTION workflow_perms.%I(%s) RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST %s AS ''MODULE_PATHNAME'', %L',
				action.column1, form.column2,
				CASE form.column1 WHEN 'id' THEN 200 ELSE 5 END,
				'wp_' || action.column1 || '_' || form.column1);
			EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(%s) IS %L',
				action.column1, form.column2,
				'May the session''s principal ' || action.column2 || '? True or false, never NULL; false without a principal. ' || form.column3 || ' Spec ' || action.column3 || ', 6.2.');
			EXECUTE pg_catalog.format(
				'CREATE FUNCTION workflow_perms.%I(principal workflow_perms.principal, %s) RETURNS boolean LANGUAGE c %s PARALLEL SAFE COST %s AS ''MODULE_PATHNAME'', %L',
				action.column1, form.column2,
				CASE form.column1 WHEN 'id' THEN 'STABLE' ELSE 'IMMUTABLE' END,
				CASE form.column1 WHEN 'id' THEN 200 ELSE 10 END,
				'wp_' || action.column1 || '_principal_' || form.column1);
			EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(workflow_perms.principal, %s) IS %L',
				action.column1, form.column2,
				'May this principal ' || action.column2 || '? True or false, never NULL. ' || form.column3 ||
				CASE form.column1 WHEN 'id' THEN ' Privileged: reads the workflow whoever asks. Spec ' ELSE ' Reads nothing else. Spec ' END || action.column3 || ', 6.2.');
		END LOOP;
	END LOOP;
END
$forms$;

-- Rows of other tables that name a workflow by its whole key: an id alone would
-- mean the session's account, whose `w1` is not the `w1` of the row (vector X11).
CREATE FUNCTION workflow_perms.can_view_in(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_can_view_in';
COMMENT ON FUNCTION workflow_perms.can_view_in(text, text) IS
	'May the session''s principal, of this account, see this workflow? True or false, never NULL; false for another account. The form for policies of tables that refer to a workflow. Spec 4.1, 6.2.';

CREATE FUNCTION workflow_perms.can_edit_in(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_can_edit_in';
COMMENT ON FUNCTION workflow_perms.can_edit_in(text, text) IS
	'May the session''s principal, of this account, edit this workflow? True or false, never NULL; false for another account. The form for policies of tables that refer to a workflow. Spec 4.2, 6.2.';

CREATE FUNCTION workflow_perms.workflow_verdict(action text, account_id text, workflow_id text, workspace_id text,
	visibility workflow_perms.workflow_visibility, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_workflow_verdict';
COMMENT ON FUNCTION workflow_perms.workflow_verdict(text, text, text, text, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition, boolean) IS
	'The decision on an action (view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run) of the session''s principal on the workflow of these columns: ''allowed'', or the code of the first gate that fails. Raises 22023 for another action. Spec 4.';

CREATE FUNCTION workflow_perms.principal_manages_rules(account_id text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_principal_manages_rules';
COMMENT ON FUNCTION workflow_perms.principal_manages_rules(text, text) IS
	'May the session''s principal write the execution rules of this workflow: manage its members (open, closed), or deploy in its workspace (project, app)? Spec 6.3.';

CREATE FUNCTION workflow_perms.can_view_version(workflow_id text, version integer)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 200
	AS 'MODULE_PATHNAME', 'wp_can_view_version';
COMMENT ON FUNCTION workflow_perms.can_view_version(text, integer) IS
	'May the session''s principal, a member or a service, see the definition of this version of a workflow of its account? The live one with the right to view the workflow, others with the right to edit it. False for a workflow that does not exist. Spec 4.7.';

CREATE FUNCTION workflow_perms.principal_created(account_id text, workflow_id text, workspace_id text, created_by text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_created';
COMMENT ON FUNCTION workflow_perms.principal_created(text, text, text, text) IS
	'Is this a workflow in an open or closed workspace that the session''s principal has just created and that has no member row yet? Lets INSERT … RETURNING see it. Spec 6.3.';

CREATE FUNCTION workflow_perms.can(capability text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can';
COMMENT ON FUNCTION workflow_perms.can(text) IS
	'Does the session''s principal hold this capability for the whole account? False for a capability that nobody holds, for connected users and without a principal. Spec 4.6.';

CREATE FUNCTION workflow_perms.can(capability text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can';
COMMENT ON FUNCTION workflow_perms.can(text, text) IS
	'Does the session''s principal hold this capability for the whole account or for this workspace? Spec 4.6.';

CREATE FUNCTION workflow_perms.can_create(workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_create';
COMMENT ON FUNCTION workflow_perms.can_create(text) IS
	'May the session''s principal create workflows in this workspace of its account? False for one that does not exist. Spec 4.3.';

CREATE FUNCTION workflow_perms.create_verdict(account_id text, workspace_id text)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_create_verdict';
COMMENT ON FUNCTION workflow_perms.create_verdict(text, text) IS
	'The decision on creating a workflow in this workspace by the session''s principal: ''allowed'', or the code of the first gate that fails. Spec 4.3.';

CREATE FUNCTION workflow_perms.can_access_workspace(workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_access_workspace';
COMMENT ON FUNCTION workflow_perms.can_access_workspace(text) IS
	'May the session''s principal pick this workspace of its account and see its details? False for one that does not exist. Spec 4.2.';

CREATE FUNCTION workflow_perms.can_access_workspace(account_id text, workspace_id text, kind workflow_perms.workspace_kind)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_can_access_workspace_columns';
COMMENT ON FUNCTION workflow_perms.can_access_workspace(text, text, workflow_perms.workspace_kind) IS
	'As can_access_workspace(workspace_id), from the columns of a workspace''s row: the form for policies. Spec 4.2.';

-- Who is asking, for policies and guards.

CREATE FUNCTION workflow_perms.principal_is_team(account_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_is_team';
COMMENT ON FUNCTION workflow_perms.principal_is_team(text) IS
	'Is the session''s principal an active member or service of this account? Spec 6.3 (T).';

CREATE FUNCTION workflow_perms.principal_is(account_id text, user_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_is';
COMMENT ON FUNCTION workflow_perms.principal_is(text, text) IS
	'Is the session''s principal this very user, and active? Spec 6.3.';

CREATE FUNCTION workflow_perms.principal_has_account_role(account_id text, VARIADIC roles workflow_perms.account_role[])
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_has_account_role';
COMMENT ON FUNCTION workflow_perms.principal_has_account_role(text, workflow_perms.account_role[]) IS
	'Is the session''s principal an active member or service of this account with one of these account roles? Spec 6.3 (AA).';

CREATE FUNCTION workflow_perms.principal_holds(account_id text, capability text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_holds';
COMMENT ON FUNCTION workflow_perms.principal_holds(text, text) IS
	'Does the session''s principal, of this account, hold the capability for all of it? Spec 6.3 (cap*).';

CREATE FUNCTION workflow_perms.principal_holds(account_id text, capability text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_holds';
COMMENT ON FUNCTION workflow_perms.principal_holds(text, text, text) IS
	'Does the session''s principal, of this account, hold the capability for all of it or for this workspace? Spec 6.3 (cap@).';

CREATE FUNCTION workflow_perms.principal_holds_for_workflow(account_id text, capability text, workflow_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 50
	AS 'MODULE_PATHNAME', 'wp_principal_holds_for_workflow';
COMMENT ON FUNCTION workflow_perms.principal_holds_for_workflow(text, text, text) IS
	'Does the session''s principal, of this account, hold the capability for all of it or for the workspace of this workflow? False for one that does not exist. Spec 6.3 (cap@).';

CREATE FUNCTION workflow_perms.principal_owns_workspace(account_id text, workspace_id text)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_principal_owns_workspace';
COMMENT ON FUNCTION workflow_perms.principal_owns_workspace(text, text) IS
	'Is the session''s principal an owner of this workspace? Spec 6.3 (WO).';

-- Somebody else's principal is privileged: see privileges.sql.
CREATE FUNCTION workflow_perms.principal(account text, user_id text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE PARALLEL SAFE COST 1000
	AS 'MODULE_PATHNAME', 'wp_principal';
COMMENT ON FUNCTION workflow_perms.principal(text, text) IS
	'Loads everything the rules need to know about this user of this account, as a value; user_id NULL: an anonymous principal. Raises 42704 for an account or user that does not exist. Privileged: EXECUTE is granted to nobody by default. Spec 3.';
-- query/running.sql: what one may run, as a set, and whether a run may start (spec 4.5, 5).

-- No rows of a table type: the tables are the application's own, made later.
CREATE FUNCTION workflow_perms.visible_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_visible_workflows';
COMMENT ON FUNCTION workflow_perms.visible_workflows() IS
	'The ids of the workflows that the session''s principal may see: those for which can_view() is true, in no order. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.runnable_workflows() RETURNS TABLE (workflow_id text)
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_runnable_workflows';
COMMENT ON FUNCTION workflow_perms.runnable_workflows() IS
	'The ids of the workflows that the session''s principal may run: those for which can_run() is true, in no order. Running needs no right to view, so some may be ids that visible_workflows() does not list. Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms._start_verdict(account_id text, workflow_id text, started_by text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text, text, text) IS
	'Internal, for whoever records runs: may a run of this workflow start, begun by started_by (null: nobody, as a schedule does) for for_user (null: nobody)? ''allowed'', or the code of the first gate that fails: with both, the starter''s gates up to not_open, then every run gate of for_user. Raises 42704 for a user that does not exist. Privileged: EXECUTE is granted to nobody by default. Spec 4.5.';

CREATE FUNCTION workflow_perms._start_verdict(workflow_id text, for_user text)
	RETURNS text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000
	AS 'MODULE_PATHNAME', 'wp_session_start_verdict';
COMMENT ON FUNCTION workflow_perms._start_verdict(text, text) IS
	'Internal, for start_run(): the same for a run that the session''s principal starts, an anonymous one too. Privileged: EXECUTE is granted to nobody by default. Spec 4.5.';
-- query/paths.sql: the metadata in use, for a field menu.
--
-- A plpgsql function, because the table is made later, by create_model().
CREATE FUNCTION workflow_perms.metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- As the caller: row security shows the users whose metadata he may see.
	-- No backslash: what it means in a string is a setting of the caller's.
	-- Keys with a dot or a leading $ cannot be reached by a condition, nor can
	-- what lies below them.
	-- Only objects are carried along: a path that ends in a million different
	-- strings is one row.
	RETURN QUERY
	WITH RECURSIVE field (path, type, object) AS (
		SELECT e.key, jsonb_typeof(e.value), CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value END
			FROM workflow_perms.users u
			CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(u.metadata) WHEN 'object' THEN u.metadata END) e
			WHERE u.account_id = metadata_paths.account
				AND u.kind = 'connected'::workflow_perms.user_kind
				AND e.key !~ '^[$]|[.]'
		UNION
		SELECT f.path || '.' || e.key, jsonb_typeof(e.value), CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value END
			FROM field f
			CROSS JOIN LATERAL jsonb_each(f.object) e
			WHERE f.object IS NOT NULL
				AND e.key !~ '^[$]|[.]'
	)
	SELECT DISTINCT f.path COLLATE "C", f.type COLLATE "C" FROM field f
		ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION workflow_perms.metadata_paths(text) IS
	'The paths and JSON types in use in the metadata of the account''s connected users, of those that the caller may see. Empty for an unknown account; an error (42P01) before create_model(). Spec 2.3.';
-- query/enabling.sql: the decision on enabling, for whichever user (spec 4.4).
CREATE FUNCTION workflow_perms._enable_refusal(user_id text, kind workflow_perms.user_kind, active boolean, metadata jsonb,
	workspace_kind workflow_perms.workspace_kind, visibility workflow_perms.workflow_visibility,
	status workflow_perms.workflow_status, condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_enable_refusal';
COMMENT ON FUNCTION workflow_perms._enable_refusal(text, workflow_perms.user_kind, boolean, jsonb, workflow_perms.workspace_kind, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition) IS
	'Internal: the code for which the user of this row may not enable a workflow of this row in a workspace of this kind, NULL where they may. Spec 4.4.';
-- query/board.sql: boards and columns (spec 4.8, 6.2). None is strict: NULL means no.
CREATE FUNCTION workflow_perms.can_view_board(board_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'wp_can_view_board';
COMMENT ON FUNCTION workflow_perms.can_view_board(text) IS
	'May the session''s principal see this board of its account? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_board(account_id text, board_id text, workspace_id text, kind workflow_perms.board_kind)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_can_view_board_columns';
COMMENT ON FUNCTION workflow_perms.can_view_board(text, text, text, workflow_perms.board_kind) IS
	'As can_view_board(board_id), from the columns of a board''s row: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_view_column(board_id text, column_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_column';
COMMENT ON FUNCTION workflow_perms.can_view_column(text, text) IS
	'May the session''s principal see this column of this board of its account? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_column(account_id text, board_id text, column_id text, view_restricted boolean)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_column_columns';
COMMENT ON FUNCTION workflow_perms.can_view_column(text, text, text, boolean) IS
	'As can_view_column(board_id, column_id), from the columns of a row of board_columns: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_edit_column(board_id text, column_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_edit_column';
COMMENT ON FUNCTION workflow_perms.can_edit_column(text, text) IS
	'May the session''s principal edit this column of this board of its account? True or false, never NULL; an account role of viewer never edits. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.principal_owns_board(account_id text, board_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_principal_owns_board';
COMMENT ON FUNCTION workflow_perms.principal_owns_board(text, text) IS
	'Is the session''s principal an owner of this board? Spec 6.3 (BO).';

CREATE FUNCTION workflow_perms.board_state(workflow_id text, board_id text) RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE COST 400 AS 'MODULE_PATHNAME', 'wp_board_state_sql';
COMMENT ON FUNCTION workflow_perms.board_state(text, text) IS
	'How a board stands in the menu of an editor of the workflow: absent (its workspace is not accessible, or there is none), grey (it may not be seen) or selectable. Absent for who may not view the workflow. Spec 4.8.';

CREATE FUNCTION workflow_perms.column_state(workflow_id text, step_id text, board_id text, column_id text, access workflow_perms.step_access)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'wp_column_state_sql';
COMMENT ON FUNCTION workflow_perms.column_state(text, text, text, text, workflow_perms.step_access) IS
	'How a column stands in the menu of a step (step_id NULL: a new one) that reads or writes: hidden (may not be seen and the step does not use it), grey (the step uses it, and it may not be seen or edited), selectable_will_fail (chosen anew to write, and it may not be edited) or selectable. Hidden for who may not view the workflow. Spec 4.8.';

CREATE FUNCTION workflow_perms.configure_step_verdict(account_id text, workflow_id text, step_id text,
	workspace_id text, board_id text, column_id text, access workflow_perms.step_access)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 600 AS 'MODULE_PATHNAME', 'wp_configure_step_verdict';
COMMENT ON FUNCTION workflow_perms.configure_step_verdict(text, text, text, text, text, text, workflow_perms.step_access) IS
	'The decision on what a step of the workflow touches, configured by the session''s principal: ''allowed'', or the code of what it may not choose. A step that stays as it is saved asks nothing, nor does one in a project or an app. Whether it may edit the workflow is not asked here. Spec 6.3.';
-- query/run.sql: runs, their steps and their history (spec 4.8, 6.2). None is
-- strict: NULL means no.
CREATE FUNCTION workflow_perms.can_view_run(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 300 AS 'MODULE_PATHNAME', 'wp_can_view_run';
COMMENT ON FUNCTION workflow_perms.can_view_run(text) IS
	'May the session''s principal see that this run of its account took place, the numbers, states and reasons of its steps? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run(account_id text, workflow_id text, started_by text, for_user text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'wp_can_view_run_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run(text, text, text, text) IS
	'As can_view_run(run_id), from the columns of a run''s row: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_view_run_detail(run_id text, step_no integer) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 800 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, integer) IS
	'May the session''s principal see the details of this step of a run? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.can_view_run_detail(account_id text, run_id text, workspace_id text, board_id text,
	column_id text, access workflow_perms.step_access)
	RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 700 AS 'MODULE_PATHNAME', 'wp_can_view_run_detail_columns';
COMMENT ON FUNCTION workflow_perms.can_view_run_detail(text, text, text, text, text, workflow_perms.step_access) IS
	'As can_view_run_detail(run_id, step_no), from the columns of a row of run_steps: the form for policies. Spec 4.8.';

CREATE FUNCTION workflow_perms.can_replay(run_id text) RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_can_replay';
COMMENT ON FUNCTION workflow_perms.can_replay(text) IS
	'May the session''s principal replay this run of its account? True or false, never NULL; false for one that does not exist. Spec 4.8, 6.2.';

CREATE FUNCTION workflow_perms.replay_verdict(run_id text) RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'wp_replay_verdict';
COMMENT ON FUNCTION workflow_perms.replay_verdict(text) IS
	'The decision on replaying this run by the session''s principal: ''allowed'', or the code of the first gate that fails, the run gates of for_user (or of the replayer) last. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access';
COMMENT ON FUNCTION workflow_perms.step_access(text, text) IS
	'May this run of the account do this step of the workflow''s live version, with the rights that its run-as has now? If not, the code: run_as_inactive, workspace_restricted, board_restricted, column_restricted, not_found. For a principal who may view the run; else the code of why not. Spec 4.8.';

CREATE FUNCTION workflow_perms.step_access(account text, run_id text, step_id text, OUT allowed boolean, OUT reason text) RETURNS record
	LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_step_access_engine';
COMMENT ON FUNCTION workflow_perms.step_access(text, text, text) IS
	'As step_access(run_id, step_id), for the engine, which asks for any account. Privileged: EXECUTE is granted to the engine''s role only. Spec 4.8.';

CREATE FUNCTION workflow_perms._run_step_verdict(account_id text, run_id text, workspace_id text, board_id text,
	column_id text, access workflow_perms.step_access)
	RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 2000 AS 'MODULE_PATHNAME', 'wp_run_step_verdict';
COMMENT ON FUNCTION workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access) IS
	'Internal: the decision on a step of the run that touches this, by the rights of its run-as: ''allowed'' or the code. Privileged. Spec 4.8.';
-- query/answers.sql: answers beyond yes and no (spec 5).
CREATE FUNCTION workflow_perms.explain_access(action text, object text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text) IS
	'Why the session''s principal may or may not do this: a row for each gate that was asked, in order, up to the first that failed; the last row''s verdict is the decision. action: view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run (object: a workflow''s id), create, access_workspace (a workspace''s id), view_board (a board''s id), view_run, replay (a run''s id; the run gates at the end are those of for_user, where there is one). code: why not, NULL where the gate is passed; decided_by: the rule, membership, role, capability or default that decided; detail, of a condition that fails: an array of the clauses in the way, each with clause (in words), path, expected, is (null: unknown), wanted, seen, missing (the path at which nothing stands), needs (the type asked for). One row with verdict and code alone where the object may not be viewed. Raises 22023 for another action. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text, user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text, text) IS
	'As explain_access(action, object), about a user of the account (NULL: an anonymous principal). For another user it takes manage_members on the workflow, or for its workspace team.manage_roles (members and services) or connected_users.view (connected users and anonymous ones): 42501 else. An object that the session''s principal may not view is not_found. Values of a user''s metadata are shown with connected_users.view for the account. Raises 42704 for a user that does not exist. Spec 5.';

CREATE FUNCTION workflow_perms.who_can(action text, workflow_id text, OUT user_id text, OUT reason text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_who_can';
COMMENT ON FUNCTION workflow_perms.who_can(text, text) IS
	'The users of the account who may do this (view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run) to the workflow, by their ids: those for whom can_…() is true; anonymous principals are no users. reason: what decided, as explain_access() has it in decided_by. Takes manage_members on the workflow, or team.manage_roles for its workspace: 42501 else, for a workflow that the session''s principal may not view as for one that does not exist. Raises 22023 for another action. Asks one user after the other. Spec 5.';

CREATE FUNCTION workflow_perms.what_can(OUT workflow_id text, OUT actions text[])
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_what_can';
COMMENT ON FUNCTION workflow_perms.what_can() IS
	'What the session''s principal may do: the ids of the workflows on which at least one can_…() is true, in no order, each with these actions (view, view_draft, edit, publish, delete, manage_members, enable, run, in this order). Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.with_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_with_role';
COMMENT ON FUNCTION workflow_perms.with_role(workflow_perms.principal, text) IS
	'What if: the principal, had its user this role, for the whole account, too; what it includes, capabilities, memberships and rules follow, as the tables have them now. The metadata and the roles are the given principal''s. Raises 42704 for a role or a user that does not exist (any more), 22023 for a system role and for an anonymous principal. Privileged: EXECUTE is granted to nobody by default. Spec 3.';

CREATE FUNCTION workflow_perms.without_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_without_role';
COMMENT ON FUNCTION workflow_perms.without_role(workflow_perms.principal, text) IS
	'What if: the principal, had its user not been granted this role for the whole account. A role that another of its roles includes, or that is held for a workspace, stays. The rest is as of with_role(). Privileged: EXECUTE is granted to nobody by default. Spec 3.';

CREATE FUNCTION workflow_perms.preview_condition(workflow_id text, condition workflow_perms.metadata_condition,
	OUT user_id text, OUT change text, OUT what text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_condition';
COMMENT ON FUNCTION workflow_perms.preview_condition(text, workflow_perms.metadata_condition) IS
	'What the workflow''s connected users would gain and lose, had it this condition (NULL: none): change is gained or lost, what is visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). By the ids of the users. Changes nothing. Takes edit: 42501 else, for a workflow that the session''s principal may not view as for one that does not exist. Spec 4.4, 5.';

CREATE FUNCTION workflow_perms.preview_metadata(user_id text, metadata jsonb,
	OUT workflow_id text, OUT change text, OUT what text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_metadata';
COMMENT ON FUNCTION workflow_perms.preview_metadata(text, jsonb) IS
	'Which workflows the connected user would gain and lose, had they this metadata (a JSON object, whole): change is gained or lost, what is visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). In no order. Changes nothing. Takes connected_users.manage for the account: 42501 else. Raises 42704 for a user that does not exist, 22023 for one who is not connected and for metadata that is no object. Spec 4.4, 5.';
-- model/tables.sql: the tables of spec 6.1, as the body of a function that
-- create_model() calls: made by the extension script they would be its members,
-- and a dump would lose what people put into them.
--
-- Conventions. Every key starts with account_id and every foreign key holds it,
-- so that no row can point into another account. A row that makes no sense
-- without its parent goes with it (CASCADE); what would silently loosen a rule
-- by going (a role that is named, a workspace or board that a step touches) holds
-- its parent back (NO ACTION). Tables that hold a parent back have a foreign key
-- of their own to accounts as well: when an account goes, all of them are emptied
-- in the first round of cascades, before the parents are checked in the second.
--
-- Grantee tables have a unique key with NULLs in it and so no primary key; logical
-- replication identifies their rows by the whole row.
CREATE FUNCTION workflow_perms._model_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
BEGIN ATOMIC
	SELECT ARRAY['accounts', 'users', 'roles', 'role_capabilities', 'role_includes', 'workspaces', 'role_grants',
		'workspace_members', 'workflows', 'workflow_members', 'workflow_versions', 'workflow_drafts', 'boards',
		'board_members', 'board_columns', 'column_access', 'workflow_steps', 'execution_rules', 'connections',
		'enablements', 'runs', 'run_steps', 'audit_log'];
END;
COMMENT ON FUNCTION workflow_perms._model_tables() IS 'Internal: the names of the tables that create_model() makes, parents first.';

CREATE FUNCTION workflow_perms._create_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
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
		CONSTRAINT workspaces_pkey PRIMARY KEY (account_id, workspace_id),
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
	);

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

	-- Without a primary key, updates and deletes could not be published.
	ALTER TABLE workflow_perms.role_grants REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workspace_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.workflow_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.board_members REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.column_access REPLICA IDENTITY FULL;
	ALTER TABLE workflow_perms.execution_rules REPLICA IDENTITY FULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_tables() IS 'Internal step of create_model(): the tables with their keys and constraints. Spec 6.1.';
-- model/indexes.sql: the referencing side of every foreign key that no unique key
-- leads to, and what the loader of principals reads by. Indexes on a nullable side
-- hold the rows that have it.
CREATE FUNCTION workflow_perms._create_indexes() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	CREATE INDEX users_kind_idx ON workflow_perms.users (account_id, kind);
	CREATE INDEX role_includes_included_role_idx ON workflow_perms.role_includes (account_id, included_role);
	CREATE INDEX role_capabilities_capability_idx ON workflow_perms.role_capabilities (account_id, capability);

	CREATE INDEX role_grants_role_idx ON workflow_perms.role_grants (account_id, role);
	CREATE INDEX role_grants_workspace_idx ON workflow_perms.role_grants (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL;

	CREATE INDEX workspace_members_user_idx ON workflow_perms.workspace_members (account_id, user_id)
		WHERE user_id IS NOT NULL;
	CREATE INDEX workspace_members_role_idx ON workflow_perms.workspace_members (account_id, role)
		WHERE role IS NOT NULL;

	CREATE INDEX workflows_workspace_idx ON workflow_perms.workflows (account_id, workspace_id);
	CREATE INDEX workflows_default_enabled_idx ON workflow_perms.workflows (account_id) WHERE default_enabled;
	CREATE INDEX workflows_created_by_idx ON workflow_perms.workflows (account_id, created_by)
		WHERE created_by IS NOT NULL;
	CREATE INDEX workflows_run_as_idx ON workflow_perms.workflows (account_id, run_as)
		WHERE run_as IS NOT NULL;

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

	-- Is an id named by history? A step is in at most one of the two.
	CREATE INDEX run_steps_board_idx ON workflow_perms.run_steps (account_id, board_id) WHERE board_id IS NOT NULL;
	CREATE INDEX run_steps_workspace_idx ON workflow_perms.run_steps (account_id, workspace_id)
		WHERE workspace_id IS NOT NULL AND board_id IS NULL;
	CREATE INDEX runs_workflow_idx ON workflow_perms.runs (account_id, workflow_id, started_at);
	CREATE INDEX runs_for_user_idx ON workflow_perms.runs (account_id, for_user) WHERE for_user IS NOT NULL;
	CREATE INDEX runs_started_by_idx ON workflow_perms.runs (account_id, started_by) WHERE started_by IS NOT NULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_indexes() IS 'Internal step of create_model(): the indexes beside the keys.';
-- model/comments.sql: what every table and column is, for \d+ and for tools.
CREATE FUNCTION workflow_perms._comment_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
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
END
$body$;
COMMENT ON FUNCTION workflow_perms._comment_tables() IS 'Internal step of create_model(): comments on tables and columns.';
-- model/capability.sql: the capabilities that the extension knows (spec 4.6), which
-- built-in role has which, and what a capability may be called.
CREATE FUNCTION workflow_perms._built_in_capabilities(OUT capability text, OUT roles text[]) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 21
BEGIN ATOMIC
	SELECT c.capability, g.roles
	FROM (VALUES
		(ARRAY['Admin', 'Member'],
			ARRAY['integrations.manage', 'workflows.view', 'workflows.create', 'workflows.modify', 'workflows.deploy',
				'sdk_setup.update', 'projects.create', 'projects.modify', 'credentials.view']),
		(ARRAY['Admin'],
			ARRAY['event_destinations.view', 'event_destinations.update', 'environment_secrets.update',
				'api_keys.manage', 'team.invite', 'team.manage_roles', 'billing.view', 'billing.update']),
		(ARRAY['Admin', 'Member', 'Support'],
			ARRAY['connected_users.view', 'connected_users.manage', 'task_history.view', 'task_history.replay'])
	) AS g (roles, capabilities), unnest(g.capabilities) AS c (capability);
END;
COMMENT ON FUNCTION workflow_perms._built_in_capabilities() IS 'Internal: each capability of spec 4.6 with the built-in roles that have it.';

CREATE FUNCTION workflow_perms._check_capability() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	family text := split_part(NEW.capability, '.', 1);
BEGIN
	IF NEW.capability !~ '^[^.]+[.].' THEN
		RAISE EXCEPTION 'capability "%" is not of the form family.action', NEW.capability
			USING ERRCODE = 'check_violation', HINT = 'A name of your own is such as acme.export.';
	END IF;
	IF EXISTS (SELECT FROM workflow_perms._built_in_capabilities() b WHERE split_part(b.capability, '.', 1) = family)
		AND NOT EXISTS (SELECT FROM workflow_perms._built_in_capabilities() b WHERE b.capability = NEW.capability)
	THEN
		RAISE EXCEPTION 'unknown capability "%"', NEW.capability
			USING ERRCODE = 'check_violation',
				HINT = format('Of family %s there are: %s. Name your own under a family of your own.', family,
					(SELECT string_agg(b.capability, ', ' ORDER BY b.capability COLLATE "C")
						FROM workflow_perms._built_in_capabilities() b WHERE split_part(b.capability, '.', 1) = family));
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_capability() IS 'Internal trigger: refuses a name that is neither a capability of spec 4.6 nor an own one, 23514.';
-- model/invariants.sql: the trigger functions that keep the model true for every
-- role, superusers included; triggers.sql says where they stand.
CREATE FUNCTION workflow_perms.guard() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_guard';
COMMENT ON FUNCTION workflow_perms.guard() IS 'Internal trigger: where row security binds the current user on the table, calls the trigger function of this schema that its argument names, as the owner of the table; lets the row through otherwise.';

CREATE FUNCTION workflow_perms.effect() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_effect';
COMMENT ON FUNCTION workflow_perms.effect() IS 'Internal trigger: calls the trigger function of this schema that its argument names, as the owner of the table; in_effect() is true meanwhile.';

CREATE FUNCTION workflow_perms.in_effect() RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'wp_in_effect_sql';
COMMENT ON FUNCTION workflow_perms.in_effect() IS 'Whether the extension is carrying out an effect of its own, such as making the first owner of a workflow. Never an error.';

CREATE FUNCTION workflow_perms._invariant() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_invariant';
COMMENT ON FUNCTION workflow_perms._invariant() IS 'Internal trigger: raises 23001 or 23514 where the row breaks the rule that its argument names, looking at what is committed now as the owner of the table.';

CREATE FUNCTION workflow_perms._keep_columns() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_keep_columns';
COMMENT ON FUNCTION workflow_perms._keep_columns() IS 'Internal trigger: raises 23514 where an update changes one of the columns that its arguments name.';

CREATE FUNCTION workflow_perms._extension_writes() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_extension_writes';
COMMENT ON FUNCTION workflow_perms._extension_writes() IS 'Internal trigger: raises 23514 where anybody but an effect of the extension gives a value to one of the columns that its arguments name.';

CREATE FUNCTION workflow_perms._check_workspace_kind() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.kind IS DISTINCT FROM OLD.kind
		AND NOT (OLD.kind IN ('open', 'closed') AND NEW.kind IN ('open', 'closed'))
	THEN
		RAISE EXCEPTION 'workspace "%" cannot change from % to %', OLD.workspace_id, OLD.kind, NEW.kind
			USING ERRCODE = 'check_violation', HINT = 'A workspace changes between open and closed only.';
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_workspace_kind() IS 'Internal trigger: refuses a change of kind but between open and closed, 23514.';

-- Both spellings of the anonymous principals' role are one row.
CREATE FUNCTION workflow_perms._canonical_role() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.role = 'NotAuthenticatedUser' THEN
		NEW.role := 'NonAuthenticatedUser';
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._canonical_role() IS 'Internal trigger: stores NotAuthenticatedUser as NonAuthenticatedUser.';
-- model/written.sql: what the extension writes into the columns that nobody else
-- may write ("!" in spec 6.1). _extension_writes() has refused what others gave,
-- so what is there already comes from an effect of the extension, and stays.
CREATE FUNCTION workflow_perms._write_created_by() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.created_by IS NULL AND workflow_perms.principal_is_team(NEW.account_id) THEN
		NEW.created_by := workflow_perms.principal_user();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_created_by() IS 'Internal trigger: the creator of a workflow is the session''s principal, if it is an active team user of the account.';

CREATE FUNCTION workflow_perms._write_updated_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	-- A draft that moves with its workflow's ownership was not saved by that.
	IF TG_OP = 'UPDATE' OR NEW.updated_at IS NULL THEN
		NEW.updated_at := now();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_updated_at() IS 'Internal trigger: when a draft was last saved.';

CREATE FUNCTION workflow_perms._write_published_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.published_at := coalesce(NEW.published_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_published_at() IS 'Internal trigger: when a version was published.';

CREATE FUNCTION workflow_perms._write_connected_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.connected_at := coalesce(NEW.connected_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_connected_at() IS 'Internal trigger: when a configuration was connected first.';

CREATE FUNCTION workflow_perms._write_enablement() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF TG_OP = 'INSERT' THEN
		NEW.reason := coalesce(NEW.reason, 'user');
		NEW.changed_at := coalesce(NEW.changed_at, now());
	ELSIF NEW.enabled IS DISTINCT FROM OLD.enabled THEN
		IF NOT workflow_perms.in_effect() THEN
			NEW.reason := 'user';
		END IF;
		NEW.changed_at := now();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_enablement() IS 'Internal trigger: why an enablement is as it is, and since when.';

-- Called by effect(), because who starts a run need not see the workflow's row.
CREATE FUNCTION workflow_perms._write_run() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	workflow record;
BEGIN
	SELECT w.live_version, w.run_as INTO workflow
		FROM workflow_perms.workflows w
		WHERE w.account_id = NEW.account_id AND w.workflow_id = NEW.workflow_id;
	NEW.version := coalesce(NEW.version, workflow.live_version);
	NEW.run_as := coalesce(NEW.run_as, workflow.run_as);
	IF NEW.started_by IS NULL AND workflow_perms.principal_account() = NEW.account_id THEN
		NEW.started_by := workflow_perms.principal_user();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_run() IS 'Internal trigger: a run''s version and run-as are the workflow''s as it starts, its starter the session''s principal.';
-- model/effects.sql: what the extension does by itself when rows change. All of
-- these are called by effect(), as the owner of the tables.
CREATE FUNCTION workflow_perms._create_built_in_roles() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	INSERT INTO workflow_perms.roles (account_id, role)
		SELECT NEW.account_id, unnest(ARRAY['Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser']);
	INSERT INTO workflow_perms.role_capabilities (account_id, role, capability)
		SELECT NEW.account_id, r.role, b.capability
		FROM workflow_perms._built_in_capabilities() b, unnest(b.roles) r (role);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_built_in_roles() IS 'Internal effect: the built-in roles appear with the account. Spec 6.1.';

-- Runs, their steps and the audit log have no foreign keys: without this, a new
-- account of the same id would find them.
CREATE FUNCTION workflow_perms._forget_account() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_forget_account';
COMMENT ON FUNCTION workflow_perms._forget_account() IS 'Internal effect: the history of an account goes with it.';

CREATE FUNCTION workflow_perms._create_first_owner() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
		VALUES (NEW.account_id, NEW.workflow_id, NEW.created_by, true);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_first_owner() IS 'Internal effect: the creator of a workflow is its first owner. Spec 1.';

-- Before the user goes, so that the foreign keys hold at every moment. With the
-- account go the workflows too, and there is nothing to do.
CREATE FUNCTION workflow_perms._unname_user() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF EXISTS (SELECT FROM workflow_perms.accounts WHERE account_id = OLD.account_id) THEN
		UPDATE workflow_perms.workflows SET created_by = NULL
			WHERE account_id = OLD.account_id AND created_by = OLD.user_id;
		UPDATE workflow_perms.workflows SET run_as = NULL
			WHERE account_id = OLD.account_id AND run_as = OLD.user_id;
		UPDATE workflow_perms.workflow_versions SET published_by = NULL
			WHERE account_id = OLD.account_id AND published_by = OLD.user_id;
	END IF;
	RETURN OLD;
END
$body$;
COMMENT ON FUNCTION workflow_perms._unname_user() IS 'Internal effect: created_by, run_as and published_by become NULL with the user. Spec 6.1.';
-- model/triggers.sql: which function stands where. Triggers of one event run in the
-- order of their names: authorize (the write matrix, see policies.sql),
-- extension_writes, keep_columns (refuse), write_… (fill in). Foreign keys (RI_…) come before all
-- triggers that run after the row.
CREATE FUNCTION workflow_perms._create_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
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
$body$;
COMMENT ON FUNCTION workflow_perms._create_triggers() IS 'Internal step of create_model(): the triggers that keep the model true.';

-- Nobody needs to call these, or to put the wrappers onto tables of their own.
REVOKE EXECUTE ON FUNCTION
	workflow_perms.guard(), workflow_perms.effect(), workflow_perms._invariant(), workflow_perms._keep_columns(),
	workflow_perms._extension_writes(), workflow_perms._check_capability(), workflow_perms._check_workspace_kind(),
	workflow_perms._canonical_role(), workflow_perms._write_created_by(), workflow_perms._write_updated_at(),
	workflow_perms._write_published_at(), workflow_perms._write_connected_at(), workflow_perms._write_enablement(),
	workflow_perms._write_run(), workflow_perms._create_built_in_roles(), workflow_perms._forget_account(),
	workflow_perms._create_first_owner(), workflow_perms._unname_user(), workflow_perms._create_tables(),
	workflow_perms._create_indexes(), workflow_perms._comment_tables(), workflow_perms._create_triggers()
FROM PUBLIC;
-- model/account.sql: making an account.
CREATE FUNCTION workflow_perms.create_account(account text, first_user text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_create_account';
COMMENT ON FUNCTION workflow_perms.create_account(text, text) IS
'Makes the account, its built-in roles and its first user: a member with the account role admin and the role Admin for the whole account. EXECUTE is granted to nobody by default. Errors: 23505 if the account exists, 23514 for an id that is empty or over 255 bytes, 22004 for NULL, 55000 before create_model(). Spec 6.2.';
REVOKE EXECUTE ON FUNCTION workflow_perms.create_account(text, text) FROM PUBLIC;
-- model/refusal.sql: how a guard says no, and what the guards of several tables ask.
--
-- A guard answers for one row that the caller may see (or wants to insert): it
-- works out a code, NULL for "allowed", and hands it to _refuse.  Codes of the
-- spec (section 4) are used where one fits; those that the write matrix (6.3)
-- needs besides are:
--   own_row      the rule is "never own row"
--   not_own      the rule is "own"
--   system       written by the extension's own functions only
--   not_draft    a workflow starts as a draft
--   used_id      the history of runs names this id, of something that is gone (rules.c)
-- What binds every role (keys, kinds, `!` columns, last owners, built-in roles)
-- is not said here but by the invariants' triggers.
--
-- Guards are STABLE: each row is judged by what held when the statement began, as
-- it is by the policies. Otherwise an owner who crowns another and steps down in
-- one UPDATE would succeed or fail by the order of the rows.
--
-- These functions are plpgsql because the tables they read are made later, by
-- create_model().  The guards call them as the owner of the tables; anybody else
-- who does reads under row-level security and learns nothing.

CREATE FUNCTION workflow_perms._refuse(action text, object_kind text, object_id text, code text)
RETURNS void LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'permission denied to % % "%": %', action, object_kind, coalesce(object_id, ''), code
		USING ERRCODE = 'insufficient_privilege',
			HINT = CASE code
				WHEN 'no_principal' THEN 'Call set_principal() or authenticate() in this transaction first.'
				WHEN 'inactive' THEN 'The user is not active.'
				WHEN 'not_found' THEN 'There is no such row in the account of the session''s principal.'
				WHEN 'account_role' THEN 'The user''s account role does not allow this.'
				WHEN 'no_capability' THEN 'It takes a capability that the user does not hold here.'
				WHEN 'not_owner' THEN 'It takes an owner.'
				WHEN 'not_connected' THEN 'Connected users enable workflows, and not those of an app.'
				WHEN 'not_live' THEN 'The workflow is not live.'
				WHEN 'condition' THEN 'The user''s metadata does not match the workflow''s condition.'
				WHEN 'not_visible' THEN 'It takes the right to view the workflow.'
				WHEN 'workspace_restricted' THEN 'The user has no access to a workspace that this touches.'
				WHEN 'board_restricted' THEN 'The user may not see a board that this touches.'
				WHEN 'column_restricted' THEN 'The user may not see a column that this touches.'
				WHEN 'not_failed' THEN 'Only a run that failed is replayed.'
				WHEN 'own_row' THEN 'Nobody does this for themselves: someone else with the right has to.'
				WHEN 'not_own' THEN 'Only the user whose row it is does this.'
				WHEN 'system' THEN 'Only the extension''s own functions do this.'
				WHEN 'not_draft' THEN 'Insert it with status draft and publish it then.'
				WHEN 'not_open' THEN 'It takes a grant on the workflow itself, or the right to view it.'
				WHEN 'not_enabled' THEN 'The user has not enabled the workflow, or it was disabled.'
				ELSE CASE
					WHEN code LIKE 'denied%' THEN 'An execution rule, or the account''s default, denies it.'
					ELSE 'The user may view the workflow but not do this.'
				END
			END;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse(text, text, text, text) IS
'Raises the refusal of a write: "permission denied to <action> <object kind> "<id>": <code>", SQLSTATE 42501. Spec 6.3.';

-- No principal truncates: a table holds the rows of every account.
CREATE FUNCTION workflow_perms._refuse_truncate()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._refuse('truncate', 'table', TG_TABLE_NAME, 'system');
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_truncate() IS 'Trigger: refuses TRUNCATE to whoever row security binds. Spec 6.3.';
REVOKE EXECUTE ON FUNCTION workflow_perms._refuse_truncate() FROM PUBLIC;

-- The gates of every action, in their order (spec 4); NULL where all are passed.
CREATE FUNCTION workflow_perms._caller_refusal(account_id text)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
BEGIN
	IF account IS NULL THEN
		RETURN 'no_principal';
	END IF;
	-- An anonymous principal passes here: it holds nothing, and the rules say which nothing.
	IF me IS NOT NULL AND NOT workflow_perms.principal_is(account, me) THEN
		RETURN 'inactive';
	END IF;
	IF account_id IS DISTINCT FROM account THEN
		RETURN 'not_found';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._caller_refusal(text) IS
'no_principal, inactive or not_found where the session''s principal may do nothing in that account, else NULL. Spec 4.';

CREATE FUNCTION workflow_perms._workflow_refusal(action text, account text, workflow text)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
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
	RETURN NULLIF(code, 'allowed');
END
$$;
COMMENT ON FUNCTION workflow_perms._workflow_refusal(text, text, text) IS
'The code of the first gate that refuses the session''s principal that action on the workflow, NULL where it is allowed. Spec 4.';
-- model/guards_account.sql: who writes accounts and users (spec 6.3).

CREATE FUNCTION workflow_perms.guard_accounts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP <> 'UPDATE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_has_account_role(account, 'admin')
			-- default_execution alone is also for who manages roles.
			AND NOT (workflow_perms.principal_holds(account, 'team.manage_roles')
				AND NEW.creator_roles IS NOT DISTINCT FROM OLD.creator_roles
				AND NEW.guests_see_open_main IS NOT DISTINCT FROM OLD.guests_see_open_main)
		THEN
			code := 'account_role';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'account', account, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_accounts() IS 'Trigger: who writes accounts. Spec 6.3.';

-- May the session's principal add this user?  The code, or NULL.
CREATE FUNCTION workflow_perms._insert_user_refusal(account text, kind workflow_perms.user_kind, account_role workflow_perms.account_role)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	is_admin CONSTANT boolean := workflow_perms.principal_has_account_role(account, 'admin');
BEGIN
	RETURN CASE kind
		WHEN 'member' THEN
			CASE
				WHEN is_admin THEN NULL
				WHEN account_role = 'admin' THEN 'account_role'
				WHEN workflow_perms.principal_holds(account, 'team.invite') THEN NULL
				ELSE 'no_capability'
			END
		WHEN 'service' THEN
			CASE
				WHEN account_role = 'admin' THEN 'account_role'
				WHEN is_admin OR workflow_perms.principal_holds(account, 'api_keys.manage') THEN NULL
				ELSE 'no_capability'
			END
		WHEN 'connected' THEN
			CASE WHEN workflow_perms.principal_holds(account, 'connected_users.manage') THEN NULL ELSE 'no_capability' END
		ELSE 'no_capability'
	END;
END
$$;
COMMENT ON FUNCTION workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role) IS
'NULL where the session''s principal may add a user of that kind and account role, else the code. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_users()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
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
			code := 'no_capability';
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
$$;
COMMENT ON FUNCTION workflow_perms.guard_users() IS 'Trigger: who writes users. Spec 6.3.';
-- model/guards_roles.sql: who writes roles, role_capabilities, role_includes and
-- role_grants (spec 6.3).  Nobody gives what they do not hold, nobody gives
-- themselves anything.

-- The role and every role that its holders hold with it.
CREATE FUNCTION workflow_perms._role_closure(account text, role text)
RETURNS SETOF text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	WITH RECURSIVE closure(role) AS (
		SELECT _role_closure.role COLLATE "C"
		UNION
		SELECT i.included_role
		FROM closure c
		JOIN workflow_perms.role_includes i ON i.account_id = _role_closure.account AND i.role = c.role
	)
	SELECT c.role FROM closure c;
END
$$;
COMMENT ON FUNCTION workflow_perms._role_closure(text, text) IS 'The role and all roles it includes, however far.';

-- Does the session's principal hold, in that scope, every capability of the role's closure?
CREATE FUNCTION workflow_perms._holds_capabilities_of(account text, role text, workspace text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN NOT EXISTS (
		SELECT
		FROM workflow_perms._role_closure(_holds_capabilities_of.account, _holds_capabilities_of.role) AS c(role)
		JOIN workflow_perms.role_capabilities rc ON rc.account_id = _holds_capabilities_of.account AND rc.role = c.role
		WHERE NOT CASE
			WHEN _holds_capabilities_of.workspace IS NULL
			THEN workflow_perms.principal_holds(rc.account_id, rc.capability)
			ELSE workflow_perms.principal_holds(rc.account_id, rc.capability, _holds_capabilities_of.workspace)
		END);
END
$$;
COMMENT ON FUNCTION workflow_perms._holds_capabilities_of(text, text, text) IS
'Whether the session''s principal holds all capabilities of the role and what it includes, for that workspace (NULL: org-wide). Spec 6.3.';

-- Where does the session's principal hold which role?  NULL: everywhere.
CREATE FUNCTION workflow_perms._held_roles(account text)
RETURNS TABLE (role text, workspace_id text) LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH RECURSIVE held(role, workspace_id) AS (
		SELECT g.role::text, g.workspace_id::text
		FROM workflow_perms.role_grants g
		WHERE g.account_id = _held_roles.account
			AND g.account_id = workflow_perms.principal_account()
			AND g.user_id = workflow_perms.principal_user()
			AND (g.expires_at IS NULL OR g.expires_at > now())
		UNION
		SELECT i.included_role::text, h.workspace_id
		FROM held h
		JOIN workflow_perms.role_includes i ON i.account_id = _held_roles.account AND i.role = h.role
	)
	SELECT h.role, h.workspace_id FROM held h;
END
$$;
COMMENT ON FUNCTION workflow_perms._held_roles(text) IS
'The roles of the session''s principal, inclusion followed, each with its workspace (NULL: org-wide).';

CREATE FUNCTION workflow_perms.guard_roles()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles')
			AND NOT workflow_perms.principal_has_account_role(account, 'admin')
		THEN
			code := 'no_capability';
		END IF;
		-- "not built-in" is an invariant, "not while named" is what the foreign keys say.
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_roles() IS 'Trigger: who writes roles. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_capabilities()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'capability of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_capabilities() IS 'Trigger: who writes role_capabilities. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_includes()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.role ELSE OLD.role END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF NOT workflow_perms.principal_holds(account, 'team.manage_roles') THEN
			code := 'no_capability';

		ELSIF TG_OP = 'INSERT' THEN
			IF NOT workflow_perms._holds_capabilities_of(account, NEW.included_role, NULL) THEN
				code := 'no_capability';
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

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'inclusion of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_includes() IS 'Trigger: who writes role_includes. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_role_grants()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
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
			code := 'no_capability';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'grant of role', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_role_grants() IS 'Trigger: who writes role_grants. Spec 6.3.';
-- model/guards_workspaces.sql: who writes workspaces and workspace_members (spec 6.3).

CREATE FUNCTION workflow_perms.guard_workspaces()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
		END IF;

	ELSIF code IS NULL THEN
		IF kind IN ('open', 'closed') THEN
			IF NOT workflow_perms.principal_owns_workspace(account, subject) THEN
				code := 'not_owner';
			END IF;
		ELSIF NOT workflow_perms.principal_holds(account, 'projects.modify', subject) THEN
			code := 'no_capability';
		END IF;
		-- "only when empty" is what the foreign keys say; that only open and closed change, an invariant.
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'workspace', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workspaces() IS 'Trigger: who writes workspaces. Spec 6.3.';

-- Whoever makes an open or closed workspace owns it.  Without a principal (a load
-- by a superuser, a restore) there is nobody to own it.
CREATE FUNCTION workflow_perms._create_first_workspace_owner()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NEW.kind IN ('open', 'closed') AND workflow_perms.principal_is_team(NEW.account_id) THEN
		INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner)
		VALUES (NEW.account_id, NEW.workspace_id, workflow_perms.principal_user(), true);
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_first_workspace_owner() IS
'Internal effect: who makes an open or closed workspace becomes its owner. Spec 6.3.';

CREATE FUNCTION workflow_perms._has_active_workspace_owner(account text, workspace text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT
		FROM workflow_perms.workspace_members m
		JOIN workflow_perms.users u USING (account_id, user_id)
		WHERE m.account_id = account AND m.workspace_id = workspace
			AND m.is_owner AND u.active AND (m.expires_at IS NULL OR m.expires_at > now()));
END
$$;
COMMENT ON FUNCTION workflow_perms._has_active_workspace_owner(text, text) IS
'Whether somebody active owns the workspace now. Spec 4.2.';

CREATE FUNCTION workflow_perms.guard_workspace_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
		ELSIF workflow_perms.principal_owns_workspace(account, workspace) THEN
			NULL;
		ELSIF TG_OP = 'INSERT' AND kind = 'open' AND NOT NEW.is_owner
			AND workflow_perms.principal_is(account, NEW.user_id)
			-- Joining gives nobody what they could not reach: not guests, nor
			-- services without an account role.
			AND workflow_perms.principal_has_account_role(account, 'admin', 'member', 'viewer')
		THEN
			NULL;
		ELSIF TG_OP = 'INSERT' AND workflow_perms.principal_has_account_role(account, 'admin')
			AND NOT workflow_perms._has_active_workspace_owner(account, workspace)
		THEN
			NULL;
		ELSIF TG_OP = 'DELETE' AND workflow_perms.principal_is(account, OLD.user_id) THEN
			NULL;
		ELSE
			code := 'not_owner';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workspace', workspace, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workspace_members() IS 'Trigger: who writes workspace_members. Spec 6.3.';
-- model/guards_workflows.sql: who writes workflows and workflow_members (spec 6.3).
-- The rules themselves are decide/'s; here is which of them a write asks.

CREATE FUNCTION workflow_perms.guard_workflows()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- The row as it is: what one may do to it does not depend on what one makes of it.
	code text;
	in_project boolean;
BEGIN
	IF TG_OP = 'INSERT' THEN
		code := NULLIF(workflow_perms.create_verdict(NEW.account_id, NEW.workspace_id), 'allowed');
		IF code IS NULL AND NEW.status <> 'draft' THEN
			SELECT w.kind IN ('project', 'app') INTO in_project
			FROM workflow_perms.workspaces w
			WHERE w.account_id = NEW.account_id AND w.workspace_id = NEW.workspace_id;
			code := CASE
				WHEN in_project IS NOT TRUE OR NEW.status <> 'live' THEN 'not_draft'
				WHEN NOT workflow_perms.principal_holds(NEW.account_id, 'workflows.deploy', NEW.workspace_id) THEN 'no_capability'
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
			PERFORM workflow_perms._refuse('delete', 'workflow', OLD.workflow_id, code);
		END IF;
		RETURN OLD;
	END IF;

	-- publish asks all that edit asks, so whoever changes nothing but the status is asked both.
	code := NULLIF(workflow_perms.workflow_verdict('edit', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
		OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed');
	IF code IS NULL AND NEW.status IS DISTINCT FROM OLD.status THEN
		code := NULLIF(workflow_perms.workflow_verdict('publish', OLD.account_id, OLD.workflow_id, OLD.workspace_id,
			OLD.visibility, OLD.status, OLD.condition, OLD.hidden), 'allowed');
	END IF;
	IF code IS NULL AND NEW.workspace_id IS DISTINCT FROM OLD.workspace_id THEN
		code := NULLIF(workflow_perms.create_verdict(OLD.account_id, NEW.workspace_id), 'allowed');
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse('update', 'workflow', OLD.workflow_id, code);
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflows() IS 'Trigger: who writes workflows. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workflow_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	code text := workflow_perms._workflow_refusal('manage_members', account, subject);
BEGIN
	-- "not as owner" is the invariant of crowning.
	IF TG_OP = 'DELETE' AND code <> 'not_found' AND workflow_perms.principal_is(account, OLD.user_id) THEN
		code := NULL;  -- anybody leaves
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'member of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_members() IS 'Trigger: who writes workflow_members. Spec 6.3.';
-- model/drafts.sql: who writes drafts and versions (spec 6.3), and how a draft ends
-- when its user may no longer edit (spec 4.7).
--
-- The right to edit is lost in two ways. By a change: somebody is demoted, stopped,
-- moved, a role loses a capability, a step comes to touch another workspace. And by
-- time: a membership or a grant expires, and nothing happens at that moment. Either
-- way the draft is gone for good, so that it must not come back with the right:
--
--  1. Whoever may not edit does not see the draft and cannot publish it. That is the
--     policy's, definition()'s and publish()'s doing; it needs no row to go.
--  2. Nothing but a change gives a right, for rows expire but never begin by
--     themselves. So with every change that may give or take the right to edit, the
--     drafts that it may concern are looked at twice: as things stood before the
--     statement and as they stand after it. A draft whose user could not edit before
--     had lapsed, by time or otherwise, and goes before the right is back; one whose
--     user cannot edit after goes now.
--
-- A right that is given anew before it ends, or is held in two ways of which one
-- ends, was never lost, and the draft stays. So does, unseen, a draft that was saved
-- while another transaction took the right away: the next change finds it by 2.
--
-- That costs writers one probe of workflow_drafts by key or by user, and a look at
-- whole accounts only where roles themselves change.

CREATE FUNCTION workflow_perms.guard_workflow_drafts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	editor CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._workflow_refusal('view_draft', account, subject);
BEGIN
	IF code IS NULL AND NOT workflow_perms.principal_is(account, editor) THEN
		code := 'not_own';
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'draft of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_drafts() IS 'Trigger: who writes workflow_drafts. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workflow_versions()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP), 'version of workflow', subject,
		coalesce(workflow_perms._caller_refusal(account), 'system'));
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_versions() IS 'Trigger: versions are written by publish() alone. Spec 6.3.';

-- A user whom the snapshot no longer shows is going, and the drafts go along by key.
CREATE FUNCTION workflow_perms._lapsed_drafts(accounts text[], workflows text[], users text[])
RETURNS TABLE (account_id text, workflow_id text, user_id text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
		WITH draft AS (
			SELECT d.account_id, d.workflow_id, d.user_id
			FROM unnest(accounts, workflows, users) AS k (account_id, workflow_id, user_id)
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id, user_id)
		), editor AS MATERIALIZED (
			SELECT u.account_id, u.user_id, workflow_perms.principal(a.account_id, u.user_id) AS principal
			FROM (SELECT DISTINCT draft.account_id, draft.user_id FROM draft) AS k
			JOIN workflow_perms.users u USING (account_id, user_id)
			JOIN workflow_perms.accounts a USING (account_id)
		)
		SELECT d.account_id, d.workflow_id, d.user_id
		FROM draft d
		JOIN editor e USING (account_id, user_id)
		JOIN workflow_perms.workflows w USING (account_id, workflow_id)
		WHERE NOT workflow_perms.can_view_draft(e.principal, w.account_id, w.workflow_id, w.workspace_id,
			w.visibility, w.status, w.condition, w.hidden);
END
$$;
COMMENT ON FUNCTION workflow_perms._lapsed_drafts(text[], text[], text[]) IS
'Internal: those of the drafts with these keys whose users may not edit the workflow, by the state that the calling query sees. Spec 4.7.';

CREATE FUNCTION workflow_perms._discard_lapsed(accounts text[], workflows text[], users text[],
	lapsed_accounts text[], lapsed_workflows text[], lapsed_users text[])
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM workflow_perms.workflow_drafts d
	USING (
		SELECT * FROM unnest(lapsed_accounts, lapsed_workflows, lapsed_users) AS k (account_id, workflow_id, user_id)
		UNION
		SELECT * FROM workflow_perms._lapsed_drafts(accounts, workflows, users)
	) AS l
	WHERE d.account_id = l.account_id AND d.workflow_id = l.workflow_id AND d.user_id = l.user_id;
END
$$;
COMMENT ON FUNCTION workflow_perms._discard_lapsed(text[], text[], text[], text[], text[], text[]) IS
'Internal: discards those of the drafts with these keys whose users may not edit now, and those that had lapsed before. Spec 4.7.';

-- STABLE, so that it sees what stood before the statement; what it calls last is
-- VOLATILE and sees what stands now.
CREATE FUNCTION workflow_perms._discard_drafts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- the drafts that the change may concern
	accounts text[];
	workflows text[];
	users text[];
BEGIN
	CASE TG_ARGV[1]
		WHEN 'this user' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.user_id = NEW.user_id;
		WHEN 'this workflow' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.workflow_id = NEW.workflow_id;
		WHEN 'this workspace' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND (
				EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id = d.account_id
					AND w.workflow_id = d.workflow_id AND w.workspace_id = NEW.workspace_id)
				OR EXISTS (SELECT FROM workflow_perms.workflow_steps s WHERE s.account_id = d.account_id
					AND s.workflow_id = d.workflow_id AND s.workspace_id = NEW.workspace_id));
		WHEN 'members' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id, user_id);
		WHEN 'users' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, user_id);
		WHEN 'users or roles' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (
				SELECT u.* FROM changed c JOIN workflow_perms.workflow_drafts u USING (account_id, user_id)
				UNION
				SELECT r.* FROM changed c JOIN workflow_perms.workflow_drafts r USING (account_id) WHERE c.role IS NOT NULL
			) AS d;
		WHEN 'workflows' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id);
		WHEN 'accounts' THEN
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
$$;
COMMENT ON FUNCTION workflow_perms._discard_drafts() IS
'Internal effect: after a change that may give or take the right to edit, discards the drafts of those who could not edit before it or cannot after it. Its second argument says whose drafts the rows may concern. Spec 4.7.';

-- Everything that the right to edit hangs on (spec 4.2). A user's account role and
-- workflows and workspaces that change otherwise are written all the time: there
-- the row says whether it matters.
CREATE FUNCTION workflow_perms._create_draft_triggers()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t record;
BEGIN
	CREATE TRIGGER discard_drafts AFTER UPDATE ON workflow_perms.users FOR EACH ROW
		WHEN (OLD.active IS DISTINCT FROM NEW.active OR OLD.account_role IS DISTINCT FROM NEW.account_role)
		EXECUTE FUNCTION workflow_perms.effect('_discard_drafts', 'this user');
	CREATE TRIGGER discard_drafts AFTER UPDATE ON workflow_perms.workflows FOR EACH ROW
		WHEN (OLD.workspace_id IS DISTINCT FROM NEW.workspace_id)
		EXECUTE FUNCTION workflow_perms.effect('_discard_drafts', 'this workflow');
	CREATE TRIGGER discard_drafts AFTER UPDATE ON workflow_perms.workspaces FOR EACH ROW
		WHEN (OLD.kind IS DISTINCT FROM NEW.kind)
		EXECUTE FUNCTION workflow_perms.effect('_discard_drafts', 'this workspace');

	FOR t IN
		SELECT w.relation, w.concerns, e.event
		FROM (VALUES
			('workflow_members', 'members', true),
			('workspace_members', 'users or roles', true),
			('workflow_steps', 'workflows', true),
			('role_grants', 'users', true),
			-- all columns are keys: never updated
			('role_capabilities', 'accounts', false),
			('role_includes', 'accounts', false)
		) AS w (relation, concerns, updated)
		CROSS JOIN (VALUES ('insert'), ('update'), ('delete')) AS e (event)
		WHERE w.updated OR e.event <> 'update'
	LOOP
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON workflow_perms.%I REFERENCING %s TABLE AS changed'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.effect(''_discard_drafts'', %L)',
			'discard_drafts_' || t.event, t.event, t.relation,
			CASE t.event WHEN 'insert' THEN 'NEW' ELSE 'OLD' END, t.concerns);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_draft_triggers() IS
'Internal step of create_model(): the triggers that discard drafts. Spec 4.7.';

REVOKE EXECUTE ON FUNCTION
	workflow_perms.guard_workflow_drafts(), workflow_perms.guard_workflow_versions(),
	workflow_perms._lapsed_drafts(text[], text[], text[]),
	workflow_perms._discard_lapsed(text[], text[], text[], text[], text[], text[]),
	workflow_perms._discard_drafts(), workflow_perms._create_draft_triggers()
FROM PUBLIC;
-- model/publishing.sql: the live version (spec 4.7) and who owns a workflow
-- (spec 4.2): publish(), definition(), transfer_ownership().
--
-- What they write nobody may write himself, so their bodies (_publish and
-- _transfer_ownership) run as the owner of the tables, see call.c. They queue up
-- behind the workflow's row and ask the gate twice: before they wait, so that who
-- may not does not hold up others, and afterwards, by what is true then.

CREATE FUNCTION workflow_perms.publish(workflow_id text)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.publish(text) IS
'Makes the caller''s draft the live version under the next number, and the caller the user with whose rights it runs; a workflow in status draft becomes live, its steps stay as they are. All other drafts are discarded and returned. Takes the right to publish. Errors: 42501 with the code of the gate, 55000 without a draft, 40001 at REPEATABLE READ or above if another published meanwhile; at READ COMMITTED the last one wins. Spec 4.7.';

CREATE FUNCTION workflow_perms._publish(workflow_id text)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
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
	mine := coalesce(latest, mine);
	IF mine IS NULL THEN
		RAISE EXCEPTION 'workflow "%" has no draft of yours to publish', subject
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Save one first: INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES …';
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
$$;
COMMENT ON FUNCTION workflow_perms._publish(text) IS 'Internal: the body of publish(). Spec 4.7.';

CREATE FUNCTION workflow_perms._check_steps(steps jsonb)
RETURNS void LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
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
		RAISE EXCEPTION 'invalid steps: steps%', wrong
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Steps are an array of {"step_id": …, "workspace_id": …, "board_id": …, "column_id": …, "access": "read" or "write"}; board_id and column_id may be left out.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_steps(jsonb) IS 'Internal: raises 22023 where the steps given to publish() are not of the form it reads, naming the place.';

-- The steps are written as the caller, whom the guard of workflow_steps asks about
-- each workspace, board and column; a step that stays as it is is not touched.
CREATE FUNCTION workflow_perms.publish(workflow_id text, steps jsonb)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	subject CONSTANT text := $1;
BEGIN
	PERFORM workflow_perms._check_steps(steps);
	RETURN QUERY SELECT p.user_id, p.definition, p.updated_at FROM workflow_perms.publish(subject) p;
	IF steps IS NULL THEN
		RETURN;
	END IF;

	DELETE FROM workflow_perms.workflow_steps s
		WHERE s.account_id = account AND s.workflow_id = subject
			AND NOT EXISTS (SELECT FROM jsonb_array_elements(steps) n WHERE n ->> 'step_id' = s.step_id);
	UPDATE workflow_perms.workflow_steps s
		SET workspace_id = n.workspace_id, board_id = n.board_id, column_id = n.column_id, access = n.access
		FROM jsonb_to_recordset(steps) AS n (step_id text, workspace_id text, board_id text, column_id text,
			access workflow_perms.step_access)
		WHERE s.account_id = account AND s.workflow_id = subject AND s.step_id = n.step_id
			AND (s.workspace_id, s.board_id, s.column_id, s.access)
				IS DISTINCT FROM (n.workspace_id, n.board_id, n.column_id, n.access);
	INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access)
		SELECT account, subject, n.step_id, n.workspace_id, n.board_id, n.column_id, n.access
		FROM jsonb_to_recordset(steps) AS n (step_id text, workspace_id text, board_id text, column_id text,
			access workflow_perms.step_access)
		WHERE NOT EXISTS (SELECT FROM workflow_perms.workflow_steps s
			WHERE s.account_id = account AND s.workflow_id = subject AND s.step_id = n.step_id);
END
$$;
COMMENT ON FUNCTION workflow_perms.publish(text, jsonb) IS
'As publish(workflow_id): makes the caller''s draft the live version. Besides, the workflow''s steps become those given, an array of {"step_id", "workspace_id", "board_id", "column_id", "access"}; NULL leaves them as they are. A step that is new or changes takes the right to edit and access to its workspace, board and column; the step rows are written as the calling role. Errors besides: 22023 for steps of another form, 42501 with the code for a step that may not be, 23503 for one of a board or column that does not exist. Spec 4.7.';

CREATE FUNCTION workflow_perms.definition(workflow_id text, OUT state text, OUT version integer, OUT definition jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	-- The gates are asked here too: row security does not bind every role.
	RETURN QUERY
		SELECT
			CASE
				WHEN d.user_id IS NOT NULL THEN 'draft'
				-- live without a version: the application keeps the definition
				WHEN w.live_version IS NOT NULL OR w.status <> 'draft' THEN 'live'
				ELSE 'unpublished'
			END,
			CASE WHEN d.user_id IS NULL THEN v.version END,
			CASE WHEN d.user_id IS NULL THEN v.definition ELSE d.definition END
		FROM workflow_perms.workflows w
		LEFT JOIN workflow_perms.workflow_drafts d
			ON d.account_id = w.account_id AND d.workflow_id = w.workflow_id AND d.user_id = workflow_perms.principal_user()
			AND workflow_perms.can_view_draft(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)
		LEFT JOIN workflow_perms.workflow_versions v
			ON v.account_id = w.account_id AND v.workflow_id = w.workflow_id AND v.version = w.live_version
		WHERE w.account_id = workflow_perms.principal_account() AND w.workflow_id = $1
			AND workflow_perms.principal_is_team(w.account_id)
			AND workflow_perms.can_view(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden);
END
$$;
COMMENT ON FUNCTION workflow_perms.definition(text) IS
'What the session''s principal sees of a workflow: state draft and its own draft; else live with the number and the definition of the live version, both NULL where the application keeps the definition; else unpublished and nothing. No row for whoever may not view it, and for connected and anonymous principals. Spec 4.7.';

CREATE FUNCTION workflow_perms._has_active_workflow_owner(account text, workflow text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT
		FROM workflow_perms.workflow_members m
		JOIN workflow_perms.users u USING (account_id, user_id)
		WHERE m.account_id = account AND m.workflow_id = workflow
			AND m.is_owner AND u.active AND (m.expires_at IS NULL OR m.expires_at > now()));
END
$$;
COMMENT ON FUNCTION workflow_perms._has_active_workflow_owner(text, text) IS
'Whether somebody active owns the workflow now. Spec 4.2.';

CREATE FUNCTION workflow_perms.transfer_ownership(workflow_id text, to_user text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.transfer_ownership(text, text) IS
'Moves the caller''s ownership and draft of the workflow to a member of it, whose own draft, if there is one, wins; the caller keeps neither. Takes the right to manage members and an owner row of one''s own. With whose rights the workflow runs stays as it is, unless one transfers to oneself. Where no active user owns the workflow, an account admin may move the ownership of those inactive to any active member or service of the account, and the workflow runs with the rights of that user then. Errors: 42501 with the code of the gate, 23514 for a user who cannot be made its owner, 22004 for NULL. Spec 4.2, 4.8.';

CREATE FUNCTION workflow_perms._transfer_refusal(account text, workflow text, OUT code text, OUT abandoned boolean)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 200
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	abandoned := workflow_perms.principal_has_account_role(account, 'admin')
		AND EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id = account AND w.workflow_id = workflow)
		AND NOT workflow_perms._has_active_workflow_owner(account, workflow);
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
$$;
COMMENT ON FUNCTION workflow_perms._transfer_refusal(text, text) IS
'Internal: why the session''s principal may not transfer the workflow, NULL if it may; whether it may because it is an account admin and the workflow has no active owner. Spec 4.2.';

CREATE FUNCTION workflow_perms._transfer_ownership(workflow_id text, to_user text) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
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
		RAISE EXCEPTION 'argument "to_user" of transfer_ownership() must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the user who is to own the workflow.';
	END IF;
	-- The row is held, so that who is stopped or removed meanwhile does not become the owner.
	PERFORM FROM workflow_perms.users u
		WHERE u.account_id = account AND u.user_id = heir AND u.active AND u.kind <> 'connected' FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'user "%" cannot be made an owner of the workflow', heir
			USING ERRCODE = 'check_violation', HINT = 'An owner is an active member or service of the account.';
	END IF;
	SELECT m.is_owner, m.expires_at INTO member
		FROM workflow_perms.workflow_members m
		WHERE m.account_id = account AND m.workflow_id = subject AND m.user_id = heir
			AND (m.expires_at IS NULL OR m.expires_at > now());
	is_member := FOUND;
	-- Nobody but an owner invites members, so where there is none an admin names anybody.
	IF NOT is_member AND NOT gate.abandoned THEN
		RAISE EXCEPTION 'user "%" is no member of the workflow and cannot be made its owner', heir
			USING ERRCODE = 'check_violation', HINT = 'Invite the user first: INSERT INTO workflow_perms.workflow_members …';
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
$$;
COMMENT ON FUNCTION workflow_perms._transfer_ownership(text, text) IS 'Internal: the body of transfer_ownership(). Spec 4.2, 4.8.';

-- Those that write are granted to the application's role by create_model().
REVOKE EXECUTE ON FUNCTION
	workflow_perms.publish(text), workflow_perms._publish(text), workflow_perms.publish(text, jsonb),
	workflow_perms.transfer_ownership(text, text), workflow_perms._transfer_ownership(text, text)
FROM PUBLIC;
-- model/guards_execution.sql: who writes execution_rules (spec 6.3).

CREATE FUNCTION workflow_perms.guard_execution_rules()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	named CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND subject IS NULL THEN
		IF NOT (workflow_perms.principal_has_account_role(account, 'admin')
				OR workflow_perms.principal_holds(account, 'team.manage_roles')) THEN
			code := 'no_capability';
		END IF;
	ELSIF code IS NULL THEN
		SELECT workflow_perms.workflow_verdict('manage_rules', w.account_id, w.workflow_id, w.workspace_id,
				w.visibility, w.status, w.condition, w.hidden)
			INTO code
		FROM workflow_perms.workflows w
		WHERE w.account_id = account AND w.workflow_id = subject;
		code := NULLIF(coalesce(code, 'not_found'), 'allowed');
	END IF;

	-- Nobody lets themselves run: neither by a rule of their own nor by taking away
	-- what denies them. A grant to oneself may go.
	IF code IS NULL AND workflow_perms.principal_is(account, named)
		AND (TG_OP <> 'DELETE' OR OLD.effect = 'deny') THEN
		code := 'own_row';
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP),
			CASE WHEN subject IS NULL THEN 'execution rule of account' ELSE 'execution rule of workflow' END,
			coalesce(subject, account), code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_execution_rules() IS 'Trigger: who writes execution_rules. Spec 6.3.';
-- model/guards_boards.sql: who writes boards, their members, columns and lists, and
-- the steps of workflows (spec 6.3).

CREATE FUNCTION workflow_perms.guard_boards()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
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
$$;
COMMENT ON FUNCTION workflow_perms.guard_boards() IS 'Trigger: who writes boards. Spec 6.3.';

-- Whoever makes a board owns it, in a project too, where nobody else could own it.
-- Without a principal (a load by a superuser, a restore) there is nobody to own it.
CREATE FUNCTION workflow_perms._create_first_board_owner()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF workflow_perms.principal_is_team(NEW.account_id) THEN
		INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner)
		VALUES (NEW.account_id, NEW.board_id, workflow_perms.principal_user(), true);
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_first_board_owner() IS
'Internal effect: who makes a board becomes its owner. Spec 6.3.';

CREATE FUNCTION workflow_perms._has_active_board_owner(account text, board text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT
		FROM workflow_perms.board_members m
		JOIN workflow_perms.users u USING (account_id, user_id)
		WHERE m.account_id = account AND m.board_id = board
			AND m.is_owner AND u.active AND (m.expires_at IS NULL OR m.expires_at > now()));
END
$$;
COMMENT ON FUNCTION workflow_perms._has_active_board_owner(text, text) IS
'Whether somebody active owns the board now. Spec 4.2.';

CREATE FUNCTION workflow_perms.guard_board_members()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
		ELSIF workflow_perms.principal_owns_board(account, board) THEN
			NULL;
		ELSIF TG_OP = 'INSERT' AND workflow_perms.principal_has_account_role(account, 'admin')
			AND NOT workflow_perms._has_active_board_owner(account, board)
		THEN
			NULL;
		ELSIF TG_OP = 'DELETE' AND workflow_perms.principal_is(account, OLD.user_id) THEN
			NULL;  -- anybody leaves
		ELSE
			code := 'not_owner';
		END IF;
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
$$;
COMMENT ON FUNCTION workflow_perms.guard_board_members() IS 'Trigger: who writes board_members. Spec 6.3.';

-- Of a board's columns and of their lists alike: its owners.
CREATE FUNCTION workflow_perms._require_board_owner(action text, object_kind text, account text, board text, object_id text)
RETURNS void LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL AND NOT workflow_perms.principal_owns_board(account, board) THEN
		code := 'not_owner';
	END IF;
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(action, object_kind, object_id, code);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._require_board_owner(text, text, text, text, text) IS
'Internal: raises the refusal unless the session''s principal owns the board. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_board_columns()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM workflow_perms._require_board_owner(lower(TG_OP), 'column', OLD.account_id, OLD.board_id, OLD.column_id);
	ELSE
		PERFORM workflow_perms._require_board_owner('insert', 'column', NEW.account_id, NEW.board_id, NEW.column_id);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_board_columns() IS 'Trigger: who writes board_columns. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_column_access()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		PERFORM workflow_perms._require_board_owner(lower(TG_OP), 'access to column', OLD.account_id, OLD.board_id, OLD.column_id);
	ELSE
		PERFORM workflow_perms._require_board_owner('insert', 'access to column', NEW.account_id, NEW.board_id, NEW.column_id);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_column_access() IS 'Trigger: who writes column_access. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_workflow_steps()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	workflow CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.step_id ELSE OLD.step_id END;
	code text := workflow_perms._workflow_refusal('edit', account, workflow);
BEGIN
	IF code IS NULL AND TG_OP <> 'DELETE' THEN
		code := NULLIF(workflow_perms.configure_step_verdict(account, workflow, subject,
			NEW.workspace_id, NEW.board_id, NEW.column_id, NEW.access), 'allowed');
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'step', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_steps() IS 'Trigger: who writes workflow_steps. Spec 6.3.';

REVOKE EXECUTE ON FUNCTION
	workflow_perms.guard_boards(), workflow_perms.guard_board_members(), workflow_perms.guard_board_columns(),
	workflow_perms.guard_column_access(),
	workflow_perms.guard_workflow_steps(), workflow_perms._create_first_board_owner()
FROM PUBLIC;
-- model/runs.sql: what is recorded of runs, by whom, and what is refused (spec 4.8).
--
-- The engine's role is trusted with the runs of every account: it says which ran,
-- how far they came and what their steps touched and did. It is not trusted with
-- what a run may do: whether it may start is asked when its row comes in, and a
-- step that the run's run-as may not do is stored as failed, whatever the engine
-- wrote. It reads and writes no other table.

-- Who the engine is stands in its policy and nowhere else: so it is renamed,
-- dumped and restored with the role. Evaluated as the caller, in the conditions
-- of the triggers below.
CREATE FUNCTION workflow_perms._is_engine()
RETURNS boolean LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 20
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN EXISTS (
		SELECT
		FROM pg_policy p, unnest(p.polroles) AS engine (role)
		WHERE p.polrelid = to_regclass('workflow_perms.runs') AND p.polname = 'runs_engine_insert'
			AND pg_has_role(current_user, engine.role, 'usage'));
END
$$;
COMMENT ON FUNCTION workflow_perms._is_engine() IS
'Internal: whether the current role has the rights of the engine''s, which create_model() was given. Spec 6.3.';

CREATE FUNCTION workflow_perms._create_engine_policy_set(relation text, engine regrole)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR SELECT TO %3$s USING (true)',
		relation || '_engine_select', relation, engine);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR INSERT TO %3$s WITH CHECK (true)',
		relation || '_engine_insert', relation, engine);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR UPDATE TO %3$s USING (true) WITH CHECK (true)',
		relation || '_engine_update', relation, engine);
	-- For everybody else these are written by the extension's functions alone.
	EXECUTE format('DROP TRIGGER authorize ON workflow_perms.%I', relation);
	EXECUTE format('CREATE TRIGGER authorize BEFORE INSERT OR UPDATE OR DELETE ON workflow_perms.%1$I'
		' FOR EACH ROW WHEN (NOT workflow_perms._is_engine())'
		' EXECUTE FUNCTION workflow_perms.guard(''_refuse_history'')', relation);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_engine_policy_set(text, regrole) IS
'Part of create_model(): the engine sees and writes the table''s rows of every account; everybody else writes none. Spec 6.3.';

CREATE FUNCTION workflow_perms._create_engine_policies(engine regrole)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
	CREATE TRIGGER write_status BEFORE UPDATE ON workflow_perms.runs
		FOR EACH ROW WHEN (OLD.status <> NEW.status)
		EXECUTE FUNCTION workflow_perms._write_run_status();
	CREATE TRIGGER write_step BEFORE INSERT OR UPDATE ON workflow_perms.run_steps
		FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_write_run_step');
	CREATE TRIGGER fail_run AFTER INSERT OR UPDATE ON workflow_perms.run_steps
		FOR EACH ROW WHEN (NEW.reason IS NOT NULL)
		EXECUTE FUNCTION workflow_perms.effect('_fail_run');
END
$$;
COMMENT ON FUNCTION workflow_perms._create_engine_policies(regrole) IS
'Part of create_model(): policies, guards and effects on runs and run_steps. Spec 4.8, 6.3.';

CREATE FUNCTION workflow_perms._refuse_history()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP),
		CASE TG_TABLE_NAME WHEN 'runs' THEN 'run' ELSE 'step of run' END,
		CASE TG_OP WHEN 'INSERT' THEN NEW.run_id ELSE OLD.run_id END,
		coalesce(workflow_perms._caller_refusal(account), 'system'));
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_history() IS
'Trigger: nobody but the engine writes runs and run_steps by hand. Spec 6.3.';

-- With a principal, the run is started by it; without, by nobody: a schedule, a
-- trigger of the product.
CREATE FUNCTION workflow_perms.guard_runs()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	code text;
BEGIN
	IF workflow_perms.principal_account() IS NULL THEN
		code := workflow_perms._start_verdict(NEW.account_id, NEW.workflow_id, NULL, NEW.for_user);
	ELSE
		code := coalesce(workflow_perms._caller_refusal(NEW.account_id),
			workflow_perms._start_verdict(NEW.workflow_id, NEW.for_user));
	END IF;
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('insert', 'run', NEW.run_id, code);
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_runs() IS 'Trigger: which runs the engine may start. Spec 4.5, 6.3.';

CREATE FUNCTION workflow_perms._write_run_status()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- The extension itself fails a run that had succeeded before a step was refused.
	IF OLD.status <> 'running' AND NOT workflow_perms.in_effect() THEN
		RAISE EXCEPTION 'run "%" cannot go from % to %', OLD.run_id, OLD.status, NEW.status
			USING ERRCODE = 'check_violation', HINT = 'A run goes from running to succeeded or failed, once. Replay it for another run.';
	END IF;
	NEW.finished_at := coalesce(NEW.finished_at, now());
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION workflow_perms._write_run_status() IS
'Internal trigger: the status of a run only goes forward, 23514; a run that ends has an end. Spec 6.3.';

-- A step is checked when it is recorded, and again when what it touches changes.
CREATE FUNCTION workflow_perms._write_run_step()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run record;
	saved record;
	verdict text;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF OLD.status <> 'running' AND NEW.status <> OLD.status THEN
			RAISE EXCEPTION 'step % of run "%" cannot go from % to %', OLD.step_no, OLD.run_id, OLD.status, NEW.status
				USING ERRCODE = 'check_violation', HINT = 'A step goes from running to succeeded or failed, once.';
		END IF;
		IF (NEW.step_id, NEW.workspace_id, NEW.board_id, NEW.column_id, NEW.access)
			IS NOT DISTINCT FROM (OLD.step_id, OLD.workspace_id, OLD.board_id, OLD.column_id, OLD.access)
		THEN
			RETURN NEW;
		END IF;
	END IF;

	SELECT r.workflow_id, r.version IS NOT DISTINCT FROM w.live_version AS is_live INTO run
	FROM workflow_perms.runs r
	LEFT JOIN workflow_perms.workflows w ON w.account_id = r.account_id AND w.workflow_id = r.workflow_id
	WHERE r.account_id = NEW.account_id AND r.run_id = NEW.run_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run "%" does not exist', NEW.run_id
			USING ERRCODE = 'foreign_key_violation', HINT = 'Insert the run before its steps.';
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
$$;
COMMENT ON FUNCTION workflow_perms._write_run_step() IS
'Internal effect: a step that the run''s run-as may not do is stored as failed, with the reason. Spec 4.8.';

CREATE FUNCTION workflow_perms._fail_run()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE workflow_perms.runs SET status = 'failed'
		WHERE account_id = NEW.account_id AND run_id = NEW.run_id AND status <> 'failed';
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._fail_run() IS 'Internal effect: a run fails with a step that was refused. Spec 4.8.';

-- Before the row is made: the constraints of the table would refuse it too, but
-- show all of it, to whom need not see the workflow that it runs.
CREATE FUNCTION workflow_perms._check_run_id(run_id text)
RETURNS void LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (octet_length(run_id) BETWEEN 1 AND 255) IS NOT TRUE THEN
		RAISE EXCEPTION 'the run id must have 1 to 255 bytes'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = coalesce('It has ' || octet_length(run_id) || '.', 'It is null.'),
				HINT = 'Give every run an id of its own.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_run_id(text) IS 'Internal: raises 22023 for what cannot be the id of a run.';

-- The functions. Each has its body beside it, which runs as the owner (call.c).
CREATE FUNCTION workflow_perms.start_run(workflow_id text, run_id text, for_user text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.start_run(text, text, text) IS
'Starts a run of a workflow of the session principal''s account under this id, by the principal and, where for_user is given, for that user: records it as running, with the workflow''s live version and run-as. That run-as may do nothing is no reason to refuse it. Errors: 42501 with the code of the first run gate that fails, 22023 for a run id that is none, 23505 for one that is taken, 42704 for a for_user that does not exist. EXECUTE is granted to the application''s role and the engine''s. Spec 4.5, 4.8.';

CREATE FUNCTION workflow_perms._start_run(workflow_id text, run_id text, for_user text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	code CONSTANT text := workflow_perms._start_verdict(_start_run.workflow_id, _start_run.for_user);
BEGIN
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('run', 'workflow', _start_run.workflow_id, code);
	END IF;
	PERFORM workflow_perms._check_run_id(_start_run.run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	VALUES (workflow_perms.principal_account(), _start_run.run_id, _start_run.workflow_id, _start_run.for_user, 'running', now());
END
$$;
COMMENT ON FUNCTION workflow_perms._start_run(text, text, text) IS 'Internal: the body of start_run().';

CREATE FUNCTION workflow_perms.replay(run_id text, new_run_id text)
RETURNS void LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.replay(text, text) IS
'Starts the workflow of a failed run of the session principal''s account anew, for the same user, as another run, started by the principal. Errors: 42501 with the code of the first gate of replay that fails, 22023 for a run id that is none, 23505 for one that is taken. EXECUTE is granted to the application''s role and the engine''s. Spec 4.8.';

CREATE FUNCTION workflow_perms._replay(run_id text, new_run_id text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	code CONSTANT text := workflow_perms.replay_verdict(_replay.run_id);
BEGIN
	IF code <> 'allowed' THEN
		PERFORM workflow_perms._refuse('replay', 'run', _replay.run_id, code);
	END IF;
	PERFORM workflow_perms._check_run_id(new_run_id);
	INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at)
	SELECT r.account_id, new_run_id, r.workflow_id, r.for_user, 'running', now()
	FROM workflow_perms.runs r
	WHERE r.account_id = workflow_perms.principal_account() AND r.run_id = _replay.run_id;
END
$$;
COMMENT ON FUNCTION workflow_perms._replay(text, text) IS 'Internal: the body of replay().';

CREATE FUNCTION workflow_perms.record_step(account text, run_id text, step_no integer, step_id text,
	status workflow_perms.run_status, details jsonb DEFAULT NULL, error text DEFAULT NULL,
	workspace_id text DEFAULT NULL, board_id text DEFAULT NULL, column_id text DEFAULT NULL,
	access workflow_perms.step_access DEFAULT NULL, OUT allowed boolean, OUT reason text)
RETURNS record LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access) IS
'Records a step of a run, or how far a recorded one has come (status, details, error). What a step of the live version touches is copied from workflow_steps; workspace, board, column and access say it for others. Answers whether the run''s run-as may do it; if not, step and run have failed, and reason is the code. Errors: 23503 for a run that does not exist, 23514 for a step that would go back. EXECUTE is granted to the engine''s role only. Spec 4.8.';

CREATE FUNCTION workflow_perms._record_step(account text, run_id text, step_no integer, step_id text,
	status workflow_perms.run_status, details jsonb, error text,
	workspace_id text, board_id text, column_id text,
	access workflow_perms.step_access, OUT allowed boolean, OUT reason text)
RETURNS record LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	UPDATE workflow_perms.run_steps s
		SET status = CASE WHEN s.reason IS NULL THEN _record_step.status ELSE s.status END,
			details = coalesce(_record_step.details, s.details), error = coalesce(_record_step.error, s.error)
		WHERE s.account_id = account AND s.run_id = _record_step.run_id AND s.step_no = _record_step.step_no
		RETURNING s.reason IS NULL, s.reason INTO _record_step.allowed, _record_step.reason;
	IF NOT FOUND THEN
		INSERT INTO workflow_perms.run_steps AS s
			(account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, details, error)
			VALUES (account, _record_step.run_id, _record_step.step_no, _record_step.step_id, _record_step.workspace_id,
				_record_step.board_id, _record_step.column_id, _record_step.access, _record_step.status,
				_record_step.details, _record_step.error)
			RETURNING s.reason IS NULL, s.reason INTO _record_step.allowed, _record_step.reason;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access) IS
'Internal: the body of record_step().';

CREATE FUNCTION workflow_perms.finish_run(account text, run_id text, status workflow_perms.run_status)
RETURNS workflow_perms.run_status LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.finish_run(text, text, workflow_perms.run_status) IS
'Ends a run as succeeded or failed and returns how it ended: failed, where a step was refused, whatever is said here. Errors: 42704 for a run that does not exist, 22023 for a status that is no end. EXECUTE is granted to the engine''s role only. Spec 4.8.';

CREATE FUNCTION workflow_perms._finish_run(account text, run_id text, status workflow_perms.run_status)
RETURNS workflow_perms.run_status LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	ended workflow_perms.run_status;
BEGIN
	IF _finish_run.status IS NULL OR _finish_run.status = 'running' THEN
		RAISE EXCEPTION 'a run cannot end as %', coalesce(_finish_run.status::text, 'null')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Say succeeded or failed.';
	END IF;
	-- Locked first, so that a step refused meanwhile counts.
	SELECT r.status INTO ended
		FROM workflow_perms.runs r
		WHERE r.account_id = account AND r.run_id = _finish_run.run_id
		FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run "%" does not exist', _finish_run.run_id
			USING ERRCODE = 'undefined_object', HINT = 'Runs are started by start_run(), or inserted by the engine.';
	ELSIF ended = 'running' THEN
		ended := _finish_run.status;
		UPDATE workflow_perms.runs r SET status = ended
			WHERE r.account_id = account AND r.run_id = _finish_run.run_id;
	END IF;
	RETURN ended;
END
$$;
COMMENT ON FUNCTION workflow_perms._finish_run(text, text, workflow_perms.run_status) IS 'Internal: the body of finish_run().';

-- The history. It reads as the owner of the tables, and decides row by row: what
-- comes out is a row whose restricted parts are gone, before any condition or
-- function of the caller's sees it (security_barrier).
CREATE FUNCTION workflow_perms._create_history()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
END
$$;
COMMENT ON FUNCTION workflow_perms._create_history() IS 'Part of create_model(): the view run_history. Spec 4.8.';

REVOKE EXECUTE ON FUNCTION
	workflow_perms._create_engine_policy_set(text, regrole), workflow_perms._create_engine_policies(regrole),
	workflow_perms._refuse_history(), workflow_perms.guard_runs(), workflow_perms._write_run_status(),
	workflow_perms._write_run_step(), workflow_perms._fail_run(), workflow_perms._create_history(),
	workflow_perms._start_run(text, text, text), workflow_perms.start_run(text, text, text),
	workflow_perms._replay(text, text), workflow_perms.replay(text, text),
	workflow_perms._record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access),
	workflow_perms.record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access),
	workflow_perms._finish_run(text, text, workflow_perms.run_status),
	workflow_perms.finish_run(text, text, workflow_perms.run_status),
	workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access),
	workflow_perms.step_access(text, text, text)
FROM PUBLIC;
-- model/guards_enabling.sql: who writes connections and enablements (spec 6.3).
-- What may be enabled at all binds every role: see enabling.sql.

CREATE FUNCTION workflow_perms.guard_connections()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._caller_refusal(account);
BEGIN
	IF code IS NULL THEN
		IF TG_OP <> 'DELETE' THEN
			code := 'system';
		ELSIF NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN
			code := 'no_capability';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'connection of user', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_connections() IS 'Trigger: who writes connections. Spec 6.3.';

CREATE FUNCTION workflow_perms.guard_enablements()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			code := 'no_capability';
		END IF;
	END IF;

	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse(lower(TG_OP), 'enablement of workflow', subject, code);
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_enablements() IS 'Trigger: who writes enablements. Spec 6.3.';
REVOKE EXECUTE ON FUNCTION workflow_perms.guard_connections(), workflow_perms.guard_enablements() FROM PUBLIC;
-- model/enabling.sql: enabling, disabling, connecting, and the gate that every way
-- of enabling passes, whichever role tries it (spec 4.4). What ends enablements
-- when something else changes is reevaluate.c.
--
-- Locks. Whoever enables holds the user's row, the workflow's and its workspace's
-- FOR SHARE before looking at them, always in this order; whoever changes one of
-- them holds that row by the change itself. So the two queue up: the enabler
-- decides on what was changed before, or the change finds the enablement when it
-- re-evaluates. At REPEATABLE READ an enabler that cannot see the change fails
-- with a serialization error, and a re-evaluation looks at what is committed.

CREATE FUNCTION workflow_perms._gate_enabling(account text, workflow text, subject text)
RETURNS text LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 200
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	u record;
	w record;
	workspace_kind workflow_perms.workspace_kind;
BEGIN
	-- One after the other: a join would lose the row that moved while it waited.
	SELECT f.kind, f.active, f.metadata INTO u FROM workflow_perms.users f
		WHERE f.account_id = account AND f.user_id = subject FOR SHARE;
	IF NOT FOUND THEN
		RETURN 'not_found';
	END IF;
	SELECT f.workspace_id, f.visibility, f.status, f.condition INTO w FROM workflow_perms.workflows f
		WHERE f.account_id = account AND f.workflow_id = workflow FOR SHARE;
	IF NOT FOUND THEN
		RETURN 'not_found';
	END IF;
	SELECT f.kind INTO workspace_kind FROM workflow_perms.workspaces f
		WHERE f.account_id = account AND f.workspace_id = w.workspace_id FOR SHARE;
	RETURN workflow_perms._enable_refusal(subject, u.kind, u.active, u.metadata, workspace_kind, w.visibility, w.status, w.condition);
END
$$;
COMMENT ON FUNCTION workflow_perms._gate_enabling(text, text, text) IS
'Internal: the code for which the user may not enable the workflow, NULL where they may. What it was decided on stays as it is until the transaction ends. Spec 4.4.';

CREATE FUNCTION workflow_perms._check_enabling()
RETURNS trigger LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	code CONSTANT text := workflow_perms._gate_enabling(NEW.account_id, NEW.workflow_id, NEW.user_id);
BEGIN
	IF code IS NOT NULL THEN
		PERFORM workflow_perms._refuse('enable', 'workflow', NEW.workflow_id, code);
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_enabling() IS 'Internal trigger: raises 42501 where an enablement would be what its user may not enable, whoever writes it. Spec 4.4.';

CREATE FUNCTION workflow_perms._reevaluate() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_reevaluate';
COMMENT ON FUNCTION workflow_perms._reevaluate() IS 'Internal effect: disables what its gate no longer allows after a change of the table that the trigger''s second argument names, with the code as reason. Spec 4.4.';

-- Both write under the caller's own rights: the guard says who may, the gate what.
CREATE FUNCTION workflow_perms._set_enabled(workflow text, configuration text, subject text, enabled boolean)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
BEGIN
	IF account IS NULL OR workflow IS NULL OR subject IS NULL THEN
		PERFORM workflow_perms._refuse(CASE WHEN enabled THEN 'enable' ELSE 'disable' END, 'workflow', workflow,
			CASE WHEN account IS NULL THEN 'no_principal' WHEN workflow IS NULL THEN 'not_found' ELSE 'not_connected' END);
	END IF;
	INSERT INTO workflow_perms.enablements AS e (account_id, workflow_id, user_id, configuration, enabled)
		VALUES (account, workflow, subject, configuration, enabled)
		ON CONFLICT ON CONSTRAINT enablements_pkey
		DO UPDATE SET enabled = EXCLUDED.enabled WHERE e.enabled <> EXCLUDED.enabled;
END
$$;
COMMENT ON FUNCTION workflow_perms._set_enabled(text, text, text, boolean) IS 'Internal: what enable() and disable() do. Spec 4.4.';

CREATE FUNCTION workflow_perms.enable(workflow_id text, configuration text DEFAULT '')
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._set_enabled(workflow_id, configuration, workflow_perms.principal_user(), true);
END
$$;
COMMENT ON FUNCTION workflow_perms.enable(text, text) IS
'Enables the workflow for the session''s principal, a connected user, in this configuration; to enable it again does nothing. Raises 42501 with the code where can_enable is false. Permission: one''s own. Spec 4.4.';

CREATE FUNCTION workflow_perms.enable(workflow_id text, configuration text, user_id text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._set_enabled(workflow_id, configuration, user_id, true);
END
$$;
COMMENT ON FUNCTION workflow_perms.enable(text, text, text) IS
'Enables the workflow for this connected user, who must be able to enable it themselves. Raises 42501 with the code of the user''s can_enable, or for who may not do this. Permission: connected_users.manage for the account or the workflow''s workspace, or oneself. Spec 4.4.';

CREATE FUNCTION workflow_perms.disable(workflow_id text, configuration text DEFAULT '')
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._set_enabled(workflow_id, configuration, workflow_perms.principal_user(), false);
END
$$;
COMMENT ON FUNCTION workflow_perms.disable(text, text) IS
'Disables the workflow for the session''s principal in this configuration, whether or not it was enabled: connecting later does not enable it. Raises 42501 without a connected user, 23503 for a workflow that does not exist. Permission: one''s own. Spec 4.4.';

CREATE FUNCTION workflow_perms.disable(workflow_id text, configuration text, user_id text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM workflow_perms._set_enabled(workflow_id, configuration, user_id, false);
END
$$;
COMMENT ON FUNCTION workflow_perms.disable(text, text, text) IS
'Disables the workflow for this connected user in this configuration. Raises 42501 for who may not do this, 23503 for a workflow or user that does not exist. Permission: connected_users.manage for the account or the workflow''s workspace, or oneself. Spec 4.4.';

-- connect(): the body, which runs as the owner of the tables (see call.c).
CREATE FUNCTION workflow_perms._connect(configuration text, user_id text)
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
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
				AND NOT workflow_perms.principal_holds(account, 'connected_users.manage') THEN 'no_capability'
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
$$;
COMMENT ON FUNCTION workflow_perms._connect(text, text) IS 'Internal: the body of connect(). Spec 4.4.';

CREATE FUNCTION workflow_perms.connect(configuration text, user_id text)
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.connect(text, text) IS
'Records that this connected user has connected the configuration and, the first time only, enables the workflows that are default_enabled and that the user may enable. Returns a row for each of them: whether it was enabled, or the code for which it was not; none when connected before. Raises 42501 for an inactive or unknown user and for who may not do this. Permission: connected_users.manage for the account, or oneself. Spec 4.4.';

CREATE FUNCTION workflow_perms.connect(configuration text DEFAULT '')
RETURNS TABLE (workflow_id text, enabled boolean, code text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT * FROM workflow_perms.connect(configuration, workflow_perms.principal_user());
END
$$;
COMMENT ON FUNCTION workflow_perms.connect(text) IS
'As connect(configuration, user_id), for the session''s principal: records that it has connected the configuration and, the first time only, enables what is default_enabled. Raises 42501 where it is no connected user. Permission: one''s own. Spec 4.4.';

-- create_model() grants the public ones to the application.
REVOKE EXECUTE ON FUNCTION
	workflow_perms.enable(text, text), workflow_perms.enable(text, text, text),
	workflow_perms.disable(text, text), workflow_perms.disable(text, text, text),
	workflow_perms.connect(text), workflow_perms.connect(text, text), workflow_perms._set_enabled(text, text, text, boolean),
	workflow_perms._gate_enabling(text, text, text), workflow_perms._check_enabling(), workflow_perms._reevaluate(),
	workflow_perms._connect(text, text)
FROM PUBLIC;
-- model/metadata.sql: changing the metadata of connected users (spec 4.4).
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
COMMENT ON FUNCTION workflow_perms._merge_json(jsonb, jsonb) IS 'Internal: the target with the patch merged into it, objects deeply, anything else replaced.';

CREATE FUNCTION workflow_perms.merge_metadata(user_id text, metadata jsonb)
RETURNS jsonb LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	subject CONSTANT text := merge_metadata.user_id;
	patch CONSTANT jsonb := merge_metadata.metadata;
	result jsonb;
BEGIN
	IF jsonb_typeof(patch) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'argument "metadata" of merge_metadata() must be a JSON object'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = format('It is of type %s.', coalesce(jsonb_typeof(patch), 'null')),
				HINT = 'Give the keys that change: {"plan": "pro"}.';
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
$$;
COMMENT ON FUNCTION workflow_perms.merge_metadata(text, jsonb) IS
'Merges into the metadata of this user, as Paragon''s PATCH does: objects deeply, arrays and everything else replaced; null is a value. Returns the metadata as it is now; what changes nothing writes nothing. To replace it all, update users. Raises 22023 for what is no object, 42501 for a user that one may not see or change. Permission: that of updating users.metadata. Spec 4.4.';
REVOKE EXECUTE ON FUNCTION workflow_perms.merge_metadata(text, jsonb) FROM PUBLIC;
-- model/audit.sql: the audit log (spec 5): what writes it, what keeps it as it was
-- written, and who reads it.
--
-- An entry is a row that changed.  `action` is insert, update or delete; `before`
-- and `after` are the whole row as JSON; an update that changes nothing leaves
-- none.  `object` is the table and the row's key after account_id, in the order of
-- the list below, such as `workflow_members w1 u2 -`: NULL is -, and a value that is
-- empty, is -, or has a space, a control character or a double quote in it is
-- written as a JSON string.  A publish is an update of `workflows` that changes
-- live_version; an automatic disable is an update of `enablements` whose reason is
-- a code.
--
-- `principal` is the session's, NULL where there is none, or an anonymous one, or
-- one of another account; a principal that was reset in the transaction stays
-- answerable for it; `database_role` is the role that the session has taken.
-- What the extension does of itself is theirs who caused it.  The triggers are for
-- statements, and so run after all invariants and row by row effects: an effect's
-- entry (the first owner) can stand before that of its cause.
CREATE FUNCTION workflow_perms._audit() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_audit';
COMMENT ON FUNCTION workflow_perms._audit() IS 'Internal effect: writes an entry into the audit log for each row that the statement changed. Spec 5.';

CREATE FUNCTION workflow_perms._keep_entries() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF TG_OP = 'INSERT' THEN
		RAISE EXCEPTION 'entries of the audit log are written by the extension only'
			USING ERRCODE = 'check_violation', HINT = 'Every change is logged by itself.';
	END IF;
	RAISE EXCEPTION 'entries of the audit log stay as they were written'
		USING ERRCODE = 'restrict_violation', HINT = 'They go with their account only.';
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_entries() IS 'Internal trigger: refuses to write the audit log, 23514, and to change or empty it, 23001, for every role.';

CREATE FUNCTION workflow_perms._keep_rows() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	RAISE EXCEPTION 'table "%" cannot be truncated, because its changes are audited', TG_TABLE_NAME
		USING ERRCODE = 'restrict_violation', HINT = 'Delete the rows, or the accounts.';
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_rows() IS 'Internal trigger: refuses to truncate a table whose changes are audited, 23001.';

CREATE FUNCTION workflow_perms.guard_audit_log()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	object CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.object ELSE OLD.object END;
BEGIN
	PERFORM workflow_perms._refuse(lower(TG_OP), 'audit entry', object,
		coalesce(workflow_perms._caller_refusal(account), 'system'));
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_audit_log() IS 'Trigger: nobody writes audit_log. Spec 6.3.';

CREATE FUNCTION workflow_perms._create_audit()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	audited record;
	event record;
BEGIN
	FOR audited IN
		SELECT *
		FROM (VALUES
			('accounts', '{account_id}'::text[]),
			('users', '{user_id}'),
			('roles', '{role}'),
			('role_capabilities', '{role,capability}'),
			('role_includes', '{role,included_role}'),
			('role_grants', '{user_id,role,workspace_id}'),
			('workspaces', '{workspace_id}'),
			('workspace_members', '{workspace_id,user_id,role}'),
			('workflows', '{workflow_id}'),
			('workflow_members', '{workflow_id,user_id,role}'),
			('boards', '{board_id}'),
			('board_members', '{board_id,user_id,role}'),
			('board_columns', '{board_id,column_id}'),
			('column_access', '{board_id,column_id,access,user_id,role}'),
			('execution_rules', '{workflow_id,user_id,role}'),
			('enablements', '{workflow_id,user_id,configuration}')
		) AS t (relation, key)
	LOOP
		FOR event IN
			SELECT *
			FROM (VALUES
				('insert', 'NEW TABLE AS new_rows'),
				('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
				('delete', 'OLD TABLE AS old_rows')
			) AS t (name, tables)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON workflow_perms.%I REFERENCING %s'
				' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.effect(''_audit'', %s)',
				'audit_' || event.name, event.name, audited.relation, event.tables,
				(SELECT string_agg(quote_literal(k.name), ', ' ORDER BY k.place)
					FROM unnest(audited.key) WITH ORDINALITY AS k (name, place)));
		END LOOP;
		EXECUTE format('CREATE TRIGGER keep_rows BEFORE TRUNCATE ON workflow_perms.%I'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._keep_rows()', audited.relation);
	END LOOP;

	-- Written by effects, and deleted by the one that forgets an account; by nobody else.
	CREATE TRIGGER keep_entries_from_others BEFORE INSERT OR DELETE ON workflow_perms.audit_log
		FOR EACH ROW WHEN (NOT workflow_perms.in_effect())
		EXECUTE FUNCTION workflow_perms._keep_entries();
	CREATE TRIGGER keep_entries BEFORE UPDATE ON workflow_perms.audit_log
		FOR EACH ROW EXECUTE FUNCTION workflow_perms._keep_entries();
	CREATE TRIGGER keep_rows BEFORE TRUNCATE ON workflow_perms.audit_log
		FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._keep_entries();

	PERFORM workflow_perms._create_policy_set('audit_log', concat_ws(' OR ',
		'workflow_perms.principal_has_account_role(account_id, ''admin'')',
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')'));
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_audit() IS 'Internal step of create_model(): what writes the audit log, what keeps it, and its policies. Spec 5.';

REVOKE EXECUTE ON FUNCTION
	workflow_perms._audit(), workflow_perms._keep_entries(), workflow_perms._keep_rows(),
	workflow_perms.guard_audit_log(), workflow_perms._create_audit()
FROM PUBLIC;
-- model/protect.sql: row security on an application's own tables (spec 6.2).
--
-- A table either is a table of workflows (it has the columns of one, see below) or
-- refers to workflows by account and id.  SELECT shows the rows of workflows that
-- the session's principal may view; INSERT, UPDATE and DELETE reach those it may
-- edit, and a row can be moved only between two of them.  There is no trigger: on
-- somebody else's table a row that one may not write is simply not there to be
-- written, as with any policy, and a new row that one may not leave is an error.
--
-- What says so are RESTRICTIVE policies, since PostgreSQL joins permissive ones by
-- OR: one USING (true), there already or made later, would open the table. As
-- restrictive policies alone show nothing, a permissive one opens the account's
-- rows to them: but not where the table has permissive policies of its own, which
-- keep saying what they said.  protect() narrows such a table and never widens it.
--
-- Partitions and children get the same policies, because a query that names one of
-- them is not bound by its parent's.  What protect() made carries a comment; that is
-- how unprotect() knows it, and what was there before.  All of it runs as the
-- caller, who must own the tables: these functions lend nobody any right.

-- The type below all domains.
CREATE FUNCTION workflow_perms._base_type(type oid) RETURNS oid
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	WITH RECURSIVE below (oid, typbasetype) AS (
		SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = type
		UNION ALL
		SELECT t.oid, t.typbasetype FROM below b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype
	)
	SELECT b.oid FROM below b WHERE b.typbasetype = 0;
END;
COMMENT ON FUNCTION workflow_perms._base_type(oid) IS 'Internal: the type that a domain stands for, or the type itself.';

-- NULL for a column that does not exist and for one of a type that ids do not have.
CREATE FUNCTION workflow_perms._id_type(relation oid, column_name name) RETURNS regtype
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50
BEGIN ATOMIC
	SELECT workflow_perms._base_type(a.atttypid)
	FROM pg_catalog.pg_attribute a
	WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
		AND workflow_perms._base_type(a.atttypid) = ANY (ARRAY['text', 'character varying', 'uuid', 'bigint', 'integer']::pg_catalog.regtype[]::oid[]);
END;
COMMENT ON FUNCTION workflow_perms._id_type(oid, name) IS 'Internal: the base type of a column that can hold ids (text, varchar, uuid, bigint, integer), else NULL. Spec 6.2.';

-- The table first, then what inherits from it, parents before children.
CREATE FUNCTION workflow_perms._table_family(relation oid) RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 5
BEGIN ATOMIC
	WITH RECURSIVE family (oid, depth) AS (
		SELECT relation, 0
		UNION ALL
		SELECT i.inhrelid, f.depth + 1 FROM family f JOIN pg_catalog.pg_inherits i ON i.inhparent = f.oid
	)
	SELECT f.oid::pg_catalog.regclass FROM family f GROUP BY f.oid ORDER BY max(f.depth), f.oid;
END;
COMMENT ON FUNCTION workflow_perms._table_family(oid) IS 'Internal: a table and all its partitions and children.';

-- What protect() put on a table: its policies, and what their comments say.
CREATE FUNCTION workflow_perms._protection(relation oid,
	OUT policy name, OUT account_column name, OUT workflow_column name, OUT row_security_was_off boolean)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 5
BEGIN ATOMIC
	SELECT p.polname, replace(words.found[1], '''''', ''''), replace(words.found[2], '''''', ''''), words.found[3] <> ''
	FROM pg_catalog.pg_policy p,
		LATERAL pg_catalog.regexp_match(pg_catalog.obj_description(p.oid, 'pg_policy'),
			'^Made by workflow_perms\.protect\(account_column => ''((?:[^'']|'''')+)'', workflow_column => ''((?:[^'']|'''')+)''\)\.( Row security was off before\.|)$') AS words (found)
	WHERE p.polrelid = relation AND words.found IS NOT NULL
		AND p.polname IN ('workflow_perms_account', 'workflow_perms_select', 'workflow_perms_insert',
			'workflow_perms_update', 'workflow_perms_delete');
END;
COMMENT ON FUNCTION workflow_perms._protection(oid) IS 'Internal: the policies that protect() made on a table, with what it was called with.';

-- Roles that row security is there for: who was given the model's workflows.
CREATE FUNCTION workflow_perms._application_roles() RETURNS SETOF oid
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 50 ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT DISTINCT a.grantee
		FROM pg_class c, aclexplode(c.relacl) a
		WHERE c.oid = to_regclass('workflow_perms.workflows') AND a.privilege_type = 'SELECT'
			AND a.grantee NOT IN (0, c.relowner);
END
$$;
COMMENT ON FUNCTION workflow_perms._application_roles() IS 'Internal: the roles that were given the workflows: the application''s, and others that the superuser gave them to.';

-- The owner of a table, and who may become it, stand above its policies.
CREATE FUNCTION workflow_perms._application_owns(relation oid) RETURNS name
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT min(r.rolname::text)::name
	FROM pg_catalog.pg_class c, workflow_perms._application_roles() a (oid)
		JOIN pg_catalog.pg_roles r ON r.oid = a.oid
	WHERE c.oid = relation AND NOT c.relforcerowsecurity AND NOT r.rolsuper
		AND pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER');
END;
COMMENT ON FUNCTION workflow_perms._application_owns(oid) IS 'Internal: a role of the application that owns the table, or can become its owner, and whom its policies would not bind; else NULL.';

-- Raises where the table itself stands in the way.
CREATE FUNCTION workflow_perms._check_protectable(root regclass) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
			RAISE EXCEPTION '% cannot be protected, because %', t.relation, reason
				USING ERRCODE = 'wrong_object_type', HINT = coalesce(hint, 'Name a table of the application.');
		END IF;
		IF NOT pg_has_role(current_user, t.relowner, 'USAGE') THEN
			RAISE EXCEPTION 'must be owner of table %', t.relation
				USING ERRCODE = 'insufficient_privilege', HINT = 'Only its owner puts policies on a table.';
		END IF;
	END LOOP;
	IF reason IS NULL AND t IS NULL THEN
		RAISE EXCEPTION 'there is no such table'
			USING ERRCODE = 'undefined_table', HINT = 'Name a table of the application.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_protectable(regclass) IS 'Internal step of protect() and unprotect(): 42809 for what is no table of the application, 42501 for who does not own it.';

-- Raises where what is on the table stands in the way.
CREATE FUNCTION workflow_perms._check_policies(root regclass) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	offender name;
BEGIN
	FOR relation IN SELECT * FROM workflow_perms._table_family(root) LOOP
		offender := workflow_perms._application_owns(relation);
		IF offender IS NOT NULL THEN
			RAISE EXCEPTION 'policies on % would not bind role "%", which owns it or can become its owner', relation, offender
				USING ERRCODE = 'object_not_in_prerequisite_state',
					HINT = format('Give the table to another role, or have its owner bound too: ALTER TABLE %s FORCE ROW LEVEL SECURITY;', relation);
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p
			WHERE p.polrelid = relation AND p.polname ^@ 'workflow_perms_'
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '% has a policy "%" that protect() did not make', relation, offender
				USING ERRCODE = 'duplicate_object', HINT = format('Rename it: ALTER POLICY %I ON %s RENAME TO …;', offender, relation);
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
			WHERE p.polrelid = relation AND NOT c.relrowsecurity
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '% has a policy "%" that is not in force', relation, offender
				USING ERRCODE = 'object_not_in_prerequisite_state',
					DETAIL = 'Protecting the table would put it in force.',
					HINT = format('Do so first, ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; or DROP POLICY %2$I ON %1$s;', relation, offender);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_policies(regclass) IS 'Internal step of protect(): 55000 where policies would not bind the application or others would come into force, 42710 for a policy of a name that protect() needs.';

-- Raises unless the column is there and holds ids.
CREATE FUNCTION workflow_perms._check_id_column(relation regclass, column_name name) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	type text;
BEGIN
	SELECT format_type(a.atttypid, a.atttypmod) INTO type
		FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% cannot be protected, because it has no column "%"', relation, column_name
			USING ERRCODE = 'undefined_column',
				HINT = 'Name its columns: protect(table, account_column => ''…'', workflow_column => ''…'').';
	ELSIF workflow_perms._id_type(relation, column_name) IS NULL THEN
		RAISE EXCEPTION '% cannot be protected, because its column "%" is of type %', relation, column_name, type
			USING ERRCODE = 'datatype_mismatch', HINT = 'Ids are text, varchar, uuid, bigint or integer.';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_id_column(regclass, name) IS 'Internal step of protect(): 42703 for a column that does not exist, 42804 for one of a type that ids do not have.';

-- A table with the other five columns of a workflow is one of workflows: its rows
-- decide by themselves.  metadata_condition is what tells it from tables that
-- happen to have a status and a visibility.
CREATE FUNCTION workflow_perms._holds_workflows(relation regclass) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
		RAISE EXCEPTION '% cannot be protected, because its column "%" is of type %', relation, wrong.attname, wrong.type
			USING ERRCODE = 'datatype_mismatch',
				DETAIL = 'The table has the columns of a workflow.',
				HINT = format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s USING %2$I::text::%3$s;', relation, wrong.attname, wrong.wanted);
	END IF;
	PERFORM workflow_perms._check_id_column(relation, 'workspace_id');
	RETURN true;
END
$$;
COMMENT ON FUNCTION workflow_perms._holds_workflows(regclass) IS 'Internal step of protect(): whether the rows of a table are workflows, with all columns of one; 42804 where they are but for a type. Spec 6.2.';

-- The comparison with the account is there for indexes; the decision asks about it again.
CREATE FUNCTION workflow_perms._protecting_predicates(relation regclass, account_column name, workflow_column name,
	OUT of_account text, OUT viewed text, OUT edited text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	type CONSTANT regtype := workflow_perms._id_type(relation, account_column);
	key CONSTANT text := format('%I::text, %I::text', account_column, workflow_column);
	decision text;
BEGIN
	of_account := CASE type
		WHEN 'uuid'::regtype THEN format('%I::uuid = workflow_perms.principal_account_uuid()', account_column)
		WHEN 'bigint'::regtype THEN format('%I::bigint = workflow_perms.principal_account_bigint()', account_column)
		WHEN 'integer'::regtype THEN format('%I::integer = workflow_perms.principal_account_bigint()', account_column)
		ELSE format('%I::text = workflow_perms.principal_account()', account_column)
	END;
	decision := CASE WHEN workflow_perms._holds_workflows(relation)
		THEN format('workflow_perms.%%s(%s, workspace_id::text, visibility, status, condition, hidden)', key)
		ELSE format('workflow_perms.%%s_in(%s)', key)
	END;
	viewed := of_account || ' AND ' || format(decision, 'can_view');
	edited := of_account || ' AND ' || format(decision, 'can_edit');
END
$$;
COMMENT ON FUNCTION workflow_perms._protecting_predicates(regclass, name, name) IS 'Internal step of protect(): which rows are of the account, which may be viewed, which edited, as text.';

CREATE FUNCTION workflow_perms._drop_protection(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	policy name;
BEGIN
	FOR policy IN SELECT p.policy FROM workflow_perms._protection(relation) p LOOP
		EXECUTE format('DROP POLICY %I ON %s', policy, relation);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._drop_protection(regclass) IS 'Internal step of protect() and unprotect(): drops the policies that protect() made on one table.';

-- One table of the family.  Made anew each time, so that protecting again also puts
-- right what was altered.
CREATE FUNCTION workflow_perms._create_protection(relation regclass, account_column name, workflow_column name, narrow boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	predicates CONSTANT record := workflow_perms._protecting_predicates(relation, account_column, workflow_column);
	was_off CONSTANT boolean := coalesce(
		(SELECT bool_or(p.row_security_was_off) FROM workflow_perms._protection(relation) p),
		(SELECT NOT c.relrowsecurity FROM pg_class c WHERE c.oid = relation));
	words CONSTANT text := format('Made by workflow_perms.protect(account_column => ''%s'', workflow_column => ''%s'').%s',
		replace(account_column, '''', ''''''), replace(workflow_column, '''', ''''''),
		CASE WHEN was_off THEN ' Row security was off before.' END);
	made record;
BEGIN
	PERFORM workflow_perms._drop_protection(relation);
	FOR made IN
		SELECT *
		FROM (VALUES
			('account', 'PERMISSIVE FOR ALL USING (%1$s) WITH CHECK (%1$s)'),
			('select', 'RESTRICTIVE FOR SELECT USING (%2$s)'),
			('insert', 'RESTRICTIVE FOR INSERT WITH CHECK (%3$s)'),
			('update', 'RESTRICTIVE FOR UPDATE USING (%3$s) WITH CHECK (%3$s)'),
			('delete', 'RESTRICTIVE FOR DELETE USING (%3$s)')
		) AS p (name, definition)
		WHERE NOT (narrow AND p.name = 'account')
	LOOP
		EXECUTE format('CREATE POLICY %I ON %s AS ', 'workflow_perms_' || made.name, relation)
			|| format(made.definition, predicates.of_account, predicates.viewed, predicates.edited);
		EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', 'workflow_perms_' || made.name, relation, words);
	END LOOP;
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_protection(regclass, name, name, boolean) IS 'Internal step of protect(): the policies of one table, without the permissive one where it is to be narrowed only.';

-- Valid, whole, and with the two columns first.
CREATE FUNCTION workflow_perms._has_key_index(relation oid, account_column name, workflow_column name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT
		FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
			JOIN pg_catalog.pg_am m ON m.oid = c.relam
			JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			JOIN pg_catalog.pg_attribute w ON w.attrelid = i.indrelid AND w.attnum = i.indkey[1]
		WHERE i.indrelid = relation AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts >= 2 AND m.amname = 'btree'
			AND a.attname = account_column AND w.attname = workflow_column);
END;
COMMENT ON FUNCTION workflow_perms._has_key_index(oid, name, name) IS 'Internal: whether a btree index of the table begins with these two columns.';

CREATE FUNCTION workflow_perms._create_key_index(root regclass, account_column name, workflow_column name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	before oid[];
	adopts boolean;
BEGIN
	FOR relation IN SELECT * FROM workflow_perms._table_family(root) LOOP
		CONTINUE WHEN workflow_perms._has_key_index(relation, account_column, workflow_column);
		-- An index on a partitioned table takes over such indexes of its partitions and
		-- would take them along when it is dropped: then it stays.
		SELECT coalesce(bool_or(workflow_perms._has_key_index(f.oid, account_column, workflow_column)), false) INTO adopts
			FROM workflow_perms._table_family(relation) f (oid);
		SELECT array_agg(i.indexrelid) INTO before FROM pg_index i WHERE i.indrelid = relation;
		EXECUTE format('CREATE INDEX ON %s (%I, %I)', relation, account_column, workflow_column);
		IF NOT adopts THEN
			EXECUTE (SELECT format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, 'Made by workflow_perms.protect().')
				FROM pg_index i WHERE i.indrelid = relation AND i.indexrelid <> ALL (coalesce(before, '{}')));
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_key_index(regclass, name, name) IS 'Internal step of protect(): an index on account and workflow, where none begins with them.';

CREATE FUNCTION workflow_perms.protect("table" regclass, account_column name DEFAULT 'account_id', workflow_column name DEFAULT 'workflow_id') RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	narrow boolean;
BEGIN
	IF "table" IS NULL OR account_column IS NULL OR workflow_column IS NULL THEN
		RAISE EXCEPTION 'no argument of protect() may be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Name a table and, where they are not account_id and workflow_id, its two columns.';
	END IF;
	IF to_regclass('workflow_perms.workflows') IS NULL THEN
		RAISE EXCEPTION 'the tables of workflow_perms do not exist in this database'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'A superuser makes them, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').';
	END IF;
	PERFORM workflow_perms._check_protectable("table");
	-- What is checked from here on stays as it is.
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', "table");
	PERFORM workflow_perms._check_protectable("table");
	PERFORM workflow_perms._check_id_column("table", account_column);
	PERFORM workflow_perms._check_id_column("table", workflow_column);
	IF account_column = workflow_column THEN
		RAISE EXCEPTION 'the account and the workflow cannot be the same column "%"', account_column
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name two columns.';
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
$$;
COMMENT ON FUNCTION workflow_perms.protect(regclass, name, name) IS
'Puts a table of the application, with its partitions and children, under row security: SELECT shows the rows of workflows that the session''s principal may view, INSERT, UPDATE and DELETE reach those it may edit (others are not there; a new row that it may not leave is 42501). A row with all columns of a workflow decides by itself, any other by the workflow it names. Permissive policies of the table''s own stay and are narrowed. Makes an index on the two columns where none serves. Again: the same. Locks the table; runs as the caller, who must own it (42501). Refuses what is no table of the application (42809), columns that are missing (42703) or hold no ids (42804), an owner that is the application, or policies that are not in force (55000). A partition that comes later: protect the table again. Row security does not bind TRUNCATE, which is to be granted to nobody, and PostgreSQL refuses COPY FROM under it. Spec 6.2.';

CREATE FUNCTION workflow_perms.unprotect("table" regclass) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	index regclass;
	was_off boolean;
	any_found boolean := false;
BEGIN
	IF "table" IS NULL THEN
		RAISE EXCEPTION 'the argument of unprotect() must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Name a table that protect() was called for.';
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
$$;
COMMENT ON FUNCTION workflow_perms.unprotect(regclass) IS
'Takes off a table, its partitions and children what protect() put on them, and nothing else: policies, the index, and row security where it was off before and no other policy has come. A notice where there is nothing to take off. Locks the table; runs as the caller, who must own it (42501). Spec 6.2.';
-- model/drift.sql: permission_drift(), what has come loose since it was set up
-- (spec 5).  Everything here reads catalogs only.
--
-- Each finding carries the command that mends it, to be read before it is run: it
-- does the least that ends the finding, and takes nothing away that is wanted
-- elsewhere as far as can be known.  Whatever comes from a name in the database is
-- quoted in it.

-- Functions by which a role is, or learns about, whoever it likes.
CREATE FUNCTION workflow_perms._privileged_functions() RETURNS SETOF regprocedure
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 100 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT p.oid::regprocedure
		FROM pg_proc p
		WHERE p.pronamespace = 'workflow_perms'::regnamespace
			AND (p.proname IN ('set_principal', 'principal', 'create_account', '_start_verdict', '_run_step_verdict')
				OR (p.provolatile <> 'i' AND 'workflow_perms.principal'::regtype = ANY (p.proargtypes)))
		ORDER BY p.oid::regprocedure::text COLLATE "C";
END
$$;
COMMENT ON FUNCTION workflow_perms._privileged_functions() IS 'Internal: the functions that take another''s place or read the tables for another than the session''s principal; executable by nobody by default. Spec 3.';

CREATE FUNCTION workflow_perms._model_relations() RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 23
BEGIN ATOMIC
	SELECT c.oid::pg_catalog.regclass
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'workflow_perms' AND c.relkind IN ('r', 'p') AND c.relname::text = ANY (workflow_perms._model_tables());
END;
COMMENT ON FUNCTION workflow_perms._model_relations() IS 'Internal: those tables of the model that exist.';

-- A setting given to a role or a database, and how it is taken back.
CREATE FUNCTION workflow_perms._given_settings(setting text, OUT object text, OUT value text, OUT mend text)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 1
BEGIN ATOMIC
	SELECT w.words, substr(c.entry, length(setting) + 2), format('ALTER %s RESET %s;', w.words, setting)
	FROM pg_catalog.pg_db_role_setting s
		LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
		LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
		LATERAL unnest(s.setconfig) AS c (entry),
		LATERAL (SELECT CASE
			WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ROLE ALL'
			WHEN s.setrole = 0 THEN format('DATABASE %I', d.datname)
			ELSE format('ROLE %I', r.rolname) || CASE WHEN s.setdatabase = 0 THEN '' ELSE format(' IN DATABASE %I', d.datname) END
		END) AS w (words)
	WHERE c.entry ^@ (setting || '=') AND (s.setdatabase = 0 OR d.datname = current_database())
	UNION ALL
	-- who may set it without being a superuser
	SELECT 'ROLE ' || g.who, 'any', format('REVOKE SET ON PARAMETER %s FROM %s CASCADE;', setting, g.who)
	FROM pg_catalog.pg_parameter_acl p, LATERAL pg_catalog.aclexplode(p.paracl) a,
		LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
	WHERE p.parname = setting AND a.privilege_type = 'SET'
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = a.grantee AND r.rolsuper);
END;
COMMENT ON FUNCTION workflow_perms._given_settings(text) IS 'Internal: where a setting is made for roles or databases, and which roles were granted it, each with the command that takes it back.';

CREATE FUNCTION workflow_perms._drift_of_tables()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 5000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
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
			CASE t.tgenabled WHEN 'D' THEN 'It does not fire.' ELSE 'It fires on replicas only.' END
			|| CASE WHEN t.tgisinternal THEN ' It keeps a foreign key.' ELSE '' END,
			format('ALTER TABLE %s ENABLE TRIGGER %I;', m, t.tgname)
		FROM workflow_perms._model_relations() m
			JOIN pg_trigger t ON t.tgrelid = m
			JOIN pg_proc p ON p.oid = t.tgfoid
		WHERE t.tgenabled IN ('D', 'R') AND (t.tgisinternal OR p.pronamespace = 'workflow_perms'::regnamespace);
	RETURN QUERY
		SELECT 'trigger_disabled', s.object, 'Can have, or has, session_replication_role on replica, where no trigger of the model fires.', s.mend
		FROM workflow_perms._given_settings('session_replication_role') s
		WHERE s.value IN ('replica', 'any');
END
$$;
COMMENT ON FUNCTION workflow_perms._drift_of_tables() IS 'Internal: the findings of permission_drift() about tables and their triggers. Spec 5.';

-- Whom row security does not bind: owners, superusers, BYPASSRLS, and who can become one.
CREATE FUNCTION workflow_perms._drift_of_owners()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 2000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT 'owner_bypasses_row_security', m::text, format('It belongs to %I and not to workflow_perms_owner.', pg_get_userbyid(c.relowner)),
			format('ALTER TABLE %s OWNER TO workflow_perms_owner;', m)
		FROM workflow_perms._model_relations() m JOIN pg_class c ON c.oid = m
		WHERE c.relowner IS DISTINCT FROM (SELECT r.oid FROM pg_roles r WHERE r.rolname = 'workflow_perms_owner');
	RETURN QUERY
		SELECT 'owner_bypasses_row_security', 'workflow_perms_owner',
			concat_ws(' ', 'The owner of the model',
				nullif(concat_ws(' and ', CASE WHEN r.rolcanlogin THEN 'can log in' END,
					CASE WHEN r.rolsuper THEN 'is a superuser' END, CASE WHEN r.rolbypassrls THEN 'has BYPASSRLS' END), '')) || '.',
			'ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;'
		FROM pg_roles r
		WHERE r.rolname = 'workflow_perms_owner' AND (r.rolcanlogin OR r.rolsuper OR r.rolbypassrls);
	RETURN QUERY
		SELECT DISTINCT 'owner_bypasses_row_security', quote_ident(pg_get_userbyid(g.member)::text), 'It can become the owner of the model.',
			format('REVOKE workflow_perms_owner FROM %I GRANTED BY %I CASCADE;', pg_get_userbyid(g.member), pg_get_userbyid(g.grantor))
		FROM pg_auth_members g JOIN pg_roles r ON r.oid = g.roleid
		WHERE r.rolname = 'workflow_perms_owner';

	-- Owners above row security altogether are a matter of their own; forcing binds the others.
	RETURN QUERY
		SELECT 'owner_bypasses_row_security', c.oid::regclass::text,
			format('The table is protected, but not from its owner, as whom %I can work.', min(l.rolname::text)),
			format('ALTER TABLE %s FORCE ROW LEVEL SECURITY;', c.oid::regclass)
		FROM pg_class c
			JOIN pg_roles o ON o.oid = c.relowner
			JOIN pg_roles l ON l.rolcanlogin AND NOT l.rolsuper AND NOT l.rolbypassrls AND pg_has_role(l.oid, o.oid, 'MEMBER')
		WHERE c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity AND NOT o.rolsuper AND NOT o.rolbypassrls
			AND EXISTS (SELECT FROM workflow_perms._protection(c.oid))
		GROUP BY c.oid;

	-- The application's roles and the engine's: themselves, who works as one of them
	-- (down), and whom they can become (up).
	RETURN QUERY
		WITH RECURSIVE bound (oid) AS (
			SELECT a.oid FROM workflow_perms._application_roles() a (oid)
			UNION
			SELECT unnest(p.polroles) FROM pg_policy p WHERE p.polrelid = to_regclass('workflow_perms.runs') AND p.polname = 'runs_engine_insert'
		), down (roleid, member, grantor) AS (
			SELECT g.roleid, g.member, g.grantor FROM bound b JOIN pg_auth_members g ON g.roleid = b.oid
			UNION
			SELECT g.roleid, g.member, g.grantor FROM down d JOIN pg_auth_members g ON g.roleid = d.member
		), up (roleid, member, grantor) AS (
			SELECT g.roleid, g.member, g.grantor FROM bound b JOIN pg_auth_members g ON g.member = b.oid
			UNION
			SELECT g.roleid, g.member, g.grantor FROM up u JOIN pg_auth_members g ON g.member = u.roleid
		)
		SELECT 'owner_bypasses_row_security', quote_ident(r.rolname::text), 'Row security does not bind this role, to which the model''s tables were given.',
			format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', r.rolname)
		FROM bound b JOIN pg_roles r ON r.oid = b.oid
		WHERE r.rolsuper OR r.rolbypassrls
		UNION
		SELECT 'owner_bypasses_row_security', quote_ident(r.rolname::text), format('Works as %I, and row security does not bind it.', pg_get_userbyid(d.roleid)),
			CASE WHEN r.rolsuper
				THEN format('REVOKE %I FROM %I GRANTED BY %I CASCADE;', pg_get_userbyid(d.roleid), r.rolname, pg_get_userbyid(d.grantor))
				ELSE format('ALTER ROLE %I NOBYPASSRLS;', r.rolname) END
		FROM down d JOIN pg_roles r ON r.oid = d.member
		WHERE r.rolsuper OR r.rolbypassrls
		UNION
		SELECT 'owner_bypasses_row_security', quote_ident(pg_get_userbyid(u.member)::text), format('Can become %I, whom row security does not bind.', r.rolname),
			format('REVOKE %I FROM %I GRANTED BY %I CASCADE;', r.rolname, pg_get_userbyid(u.member), pg_get_userbyid(u.grantor))
		FROM up u JOIN pg_roles r ON r.oid = u.roleid
		WHERE r.rolsuper OR r.rolbypassrls;
END
$$;
COMMENT ON FUNCTION workflow_perms._drift_of_owners() IS 'Internal: the findings of permission_drift() about roles that row security does not bind. Spec 5.';

CREATE FUNCTION workflow_perms._drift_of_identity()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT CASE p.proname WHEN 'set_principal' THEN 'sets_principal' ELSE 'knows_any_principal' END, g.who,
			CASE p.proname WHEN 'set_principal' THEN 'Can be any user of any account.'
				ELSE format('Can ask or act for any user of any account, by %s.', f) END,
			format('REVOKE EXECUTE ON FUNCTION %s FROM %s CASCADE;', f, g.who)
		FROM workflow_perms._privileged_functions() f
			JOIN pg_proc p ON p.oid = f,
			LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
		WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
			AND pg_get_userbyid(a.grantee) <> 'workflow_perms_owner';

	-- What may be false is written in many ways; anything else is on, or will be tried.
	RETURN QUERY
		SELECT 'trusts_claims', s.object, 'Whoever can set request.jwt.claims in such a session can be any user of any account.', s.mend
		FROM workflow_perms._given_settings('workflow_perms.trust_request_claims') s
		WHERE lower(s.value) NOT IN ('off', 'of', 'false', 'fals', 'fal', 'fa', 'f', 'no', 'n', '0');
END
$$;
COMMENT ON FUNCTION workflow_perms._drift_of_identity() IS 'Internal: the findings of permission_drift() about who can be somebody else. Spec 3, 5.';

CREATE FUNCTION workflow_perms.permission_drift()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
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
		SELECT d.* FROM workflow_perms._drift_of_tables() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_owners() d
		UNION ALL
		SELECT d.* FROM workflow_perms._drift_of_identity() d
		ORDER BY 1, 2, 4, 3;
END
$$;
COMMENT ON FUNCTION workflow_perms.permission_drift() IS
'What weakens the permissions of this database, a row for each finding, with the command that mends it: policies_without_row_security, workflow_ids_without_policy, owner_bypasses_row_security, row_security_forced, extension_member, dangerous_privilege and foreign_trigger (what GRANT ALL opens), trigger_disabled, sets_principal and knows_any_principal (who was granted what nobody has by default: to be known rather than mended where it is meant), trusts_claims. For superusers and the owner of the model''s tables (42501). Spec 5.';
-- model/policies.sql: row-level security of the tables (spec 6.3), and who
-- asks the guards.
--
-- The shape is the same for every table.  One predicate says which rows are
-- there; SELECT, UPDATE and DELETE all use it, so a row that one may not see is
-- not there to be written either: 0 rows, no error, nothing learnt.  Whether a
-- visible row may be written is said by the guard, a BEFORE trigger, which can
-- raise the code where a policy could only hide the row.  The checks on new rows
-- are a second lock behind the guard: nothing is written into an account by
-- anybody but its team, and by connected users for themselves.
--
-- Policies are TO PUBLIC: they decide by the session's principal, whatever role
-- the query comes under; which roles get at the tables at all is a matter of
-- grants.  They use columns and functions only, no sub-select, so that the
-- planner can turn them into index conditions and a distributed engine can ship
-- them. The account, which every decision asks about anyway, is asked about first
-- and by itself: with it every key of every table serves as an index.

CREATE FUNCTION workflow_perms._create_policy_set(relation text, visible text,
	writers text DEFAULT 'workflow_perms.principal_is_team(account_id)')
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows_there CONSTANT text := format('account_id = workflow_perms.principal_account() AND (%s)', visible);
BEGIN
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR SELECT USING (%3$s)',
		relation || '_select', relation, rows_there);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR INSERT WITH CHECK (%3$s)',
		relation || '_insert', relation, writers);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR UPDATE USING (%3$s) WITH CHECK (%4$s)',
		relation || '_update', relation, rows_there, writers);
	EXECUTE format('CREATE POLICY %1$I ON workflow_perms.%2$I FOR DELETE USING (%3$s)',
		relation || '_delete', relation, rows_there);
	-- The name sorts before the invariants' triggers: who may not write learns nothing else.
	EXECUTE format('CREATE TRIGGER authorize BEFORE INSERT OR UPDATE OR DELETE ON workflow_perms.%1$I'
		' FOR EACH ROW EXECUTE FUNCTION workflow_perms.guard(%2$L)', relation, 'guard_' || relation);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_policy_set(text, text, text) IS
'Puts the policies and the guard on one table: the first predicate says which rows are there, the other who may leave a row behind at all. Spec 6.3.';

CREATE FUNCTION workflow_perms._create_policies()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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

	PERFORM workflow_perms._create_policy_set('workspace_members', concat_ws(' OR ',
		oneself,
		format('(%s AND workflow_perms.can_access_workspace(workspace_id))', team)));

	-- The second line is for INSERT ... RETURNING: the creator is made the owner
	-- when the row is in, and the row is returned before that.
	PERFORM workflow_perms._create_policy_set('workflows', concat_ws(' OR ',
		'workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)',
		'(created_by = workflow_perms.principal_user()'
		' AND workflow_perms.principal_created(account_id, workflow_id, workspace_id, created_by))'));

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
		FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_create_first_board_owner');

	PERFORM workflow_perms._create_policy_set('connections', concat_ws(' OR ',
		oneself,
		'workflow_perms.principal_holds(account_id, ''connected_users.view'')'));

	PERFORM workflow_perms._create_policy_set('enablements', concat_ws(' OR ',
			oneself,
			'workflow_perms.principal_holds_for_workflow(account_id, ''connected_users.view'', workflow_id)'),
		concat_ws(' OR ', oneself, team));

	CREATE TRIGGER create_first_owner AFTER INSERT ON workflow_perms.workspaces
		FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_create_first_workspace_owner');
END
$$;
COMMENT ON FUNCTION workflow_perms._create_policies() IS
'Part of create_model(): policies, guards and the effect on workspaces. Spec 6.3.';
-- model/grants.sql: what the application's role and the engine's may ask for at
-- all.  Which rows is the policies' matter; this is which statements and columns.
--
-- INSERT and UPDATE are granted by column: keys and what the extension alone
-- writes (spec 6.1, `!`) are left out, so a statement that names one is refused
-- by PostgreSQL itself, before any row is looked at.  The triggers refuse them
-- too, for roles that were given more.  Who adds columns of their own grants them.

CREATE FUNCTION workflow_perms._create_grants(application regrole, engine regrole)
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
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
		workflow_perms._run_step_verdict(text, text, text, text, text, workflow_perms.step_access),
		workflow_perms._has_active_board_owner(text, text),
		workflow_perms._has_active_workflow_owner(text, text),
		workflow_perms._has_active_workspace_owner(text, text),
		workflow_perms._held_roles(text),
		workflow_perms._holds_capabilities_of(text, text, text),
		workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role),
		workflow_perms._require_board_owner(text, text, text, text, text),
		workflow_perms._role_closure(text, text),
		workflow_perms._transfer_refusal(text, text),
		workflow_perms._workflow_refusal(text, text, text)
		TO workflow_perms_owner;

	-- permission_drift() is for the owner too.
	GRANT EXECUTE ON FUNCTION workflow_perms._drift_of_identity(), workflow_perms._drift_of_owners(),
		workflow_perms._drift_of_tables(), workflow_perms._given_settings(text), workflow_perms._model_relations(),
		workflow_perms._privileged_functions()
		TO workflow_perms_owner;

	-- Enabling, whose gate asks as the tables' owner.
	EXECUTE format('GRANT EXECUTE ON FUNCTION workflow_perms.enable(text, text), workflow_perms.enable(text, text, text),'
		' workflow_perms.disable(text, text), workflow_perms.disable(text, text, text),'
		' workflow_perms._set_enabled(text, text, text, boolean), workflow_perms.connect(text),'
		' workflow_perms.connect(text, text), workflow_perms.merge_metadata(text, jsonb) TO %s', application);
	GRANT EXECUTE ON FUNCTION workflow_perms._gate_enabling(text, text, text) TO workflow_perms_owner;

	EXECUTE format('GRANT USAGE ON SCHEMA workflow_perms TO %s, %s', application, engine);
END
$$;
COMMENT ON FUNCTION workflow_perms._create_grants(regrole, regrole) IS
'Part of create_model(): the privileges of the application''s role and the engine''s on the tables. Spec 6.3.';

-- Nobody needs to call these, nor to put guards onto tables of their own.
REVOKE EXECUTE ON FUNCTION
	workflow_perms.guard_accounts(), workflow_perms.guard_users(), workflow_perms.guard_roles(),
	workflow_perms.guard_role_capabilities(), workflow_perms.guard_role_includes(), workflow_perms.guard_role_grants(),
	workflow_perms.guard_workspaces(), workflow_perms.guard_workspace_members(), workflow_perms.guard_workflows(),
	workflow_perms.guard_workflow_members(), workflow_perms.guard_execution_rules(), workflow_perms._create_first_workspace_owner(),
	workflow_perms._create_policy_set(text, text, text), workflow_perms._create_policies(),
	workflow_perms._create_grants(regrole, regrole)
FROM PUBLIC;
-- model/model.sql: create_model(), which makes the tables once, in steps that
-- each have a file of their own.
CREATE FUNCTION workflow_perms._creating_extension() RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'wp_creating_extension';
COMMENT ON FUNCTION workflow_perms._creating_extension() IS 'Internal: whether an extension script runs, so that what is made now becomes a member of that extension.';

-- Refuses what create_model() cannot be run with; returns nothing otherwise.
CREATE FUNCTION workflow_perms._check_model_arguments(application regrole, engine regrole) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found text;
	role record;
BEGIN
	IF workflow_perms._creating_extension() THEN
		RAISE EXCEPTION 'create_model() cannot be run inside an extension script'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = 'The tables would become members of the extension, and dumps would lose their rows.',
				HINT = 'Run it after CREATE EXTENSION, in a statement of its own.';
	END IF;
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		RAISE EXCEPTION 'permission denied to create the model'
			USING ERRCODE = 'insufficient_privilege', HINT = 'Only a superuser may run create_model().';
	END IF;

	SELECT string_agg('workflow_perms.' || c.relname, ', ' ORDER BY array_position(workflow_perms._model_tables(), c.relname::text))
		INTO found
		FROM pg_class c
		WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relname = ANY (workflow_perms._model_tables());
	IF found IS NOT NULL THEN
		RAISE EXCEPTION 'the model exists already'
			USING ERRCODE = 'duplicate_object', DETAIL = 'Found ' || found || '.',
				HINT = 'create_model() is run once in a database.';
	END IF;

	FOR role IN
		SELECT a.argument, a.oid, r.rolname, r.rolsuper, r.rolbypassrls
			FROM (VALUES ('application', application::oid), ('engine', engine::oid)) AS a (argument, oid)
			LEFT JOIN pg_roles r USING (oid)
	LOOP
		IF role.rolname IS NULL THEN
			RAISE EXCEPTION 'argument "%" of create_model() names no role', role.argument
				USING ERRCODE = 'undefined_object',
					HINT = 'Name two roles: create_model(application => ''app'', engine => ''flow_engine'').';
		ELSIF role.rolname = 'workflow_perms_owner' THEN
			RAISE EXCEPTION 'role "%" cannot be the % role', role.rolname, role.argument
				USING ERRCODE = 'invalid_parameter_value', HINT = 'That role owns the tables; name another.';
		ELSIF role.rolsuper OR role.rolbypassrls THEN
			RAISE EXCEPTION 'role "%" cannot be the % role, because row security never binds it', role.rolname, role.argument
				USING ERRCODE = 'invalid_parameter_value',
					HINT = format('Take away what frees it: ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role.rolname);
		END IF;
	END LOOP;
	IF application = engine THEN
		RAISE EXCEPTION 'the application role and the engine role must be two roles'
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'The engine records runs, which the application may only read.';
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_model_arguments(regrole, regrole) IS 'Internal step of create_model(): refuses a second run, an extension script, and roles that cannot do.';

-- The role that owns the tables: nobody logs in as it and nobody is a member of
-- it, for both would stand above row security.
CREATE FUNCTION workflow_perms._create_model_owner() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
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
		RAISE EXCEPTION 'role "workflow_perms_owner" cannot own the tables, because it can log in or is above row security'
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Run ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;';
	END IF;
	SELECT string_agg(quote_ident(m.rolname), ', ' ORDER BY m.rolname COLLATE "C") INTO members
		FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
		WHERE a.roleid = owner.oid;
	IF members IS NOT NULL THEN
		RAISE EXCEPTION 'role "workflow_perms_owner" cannot own the tables, because it has members'
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = format('Row security would not bind %s.', members),
				HINT = format('Run REVOKE workflow_perms_owner FROM %s;', members);
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_model_owner() IS 'Internal step of create_model(): makes the role that owns the tables, or refuses the one that exists.';

-- Hands the tables over and puts them under row security, which is never forced:
-- foreign keys, the extension's effects and pg_dump read as the owner.
CREATE FUNCTION workflow_perms._secure_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY workflow_perms._model_tables() LOOP
		EXECUTE format('ALTER TABLE workflow_perms.%I OWNER TO workflow_perms_owner', name);
		EXECUTE format('ALTER TABLE workflow_perms.%I ENABLE ROW LEVEL SECURITY', name);
		-- Policies say nothing about TRUNCATE, which would empty every account's rows.
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON workflow_perms.%I'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.guard(''_refuse_truncate'')', name);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._secure_tables() IS 'Internal step of create_model(): owner and row security of the tables.';

CREATE FUNCTION workflow_perms.create_model(application regrole, engine regrole) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM workflow_perms._check_model_arguments(application, engine);
	PERFORM workflow_perms._create_model_owner();
	PERFORM workflow_perms._create_tables();
	PERFORM workflow_perms._create_indexes();
	PERFORM workflow_perms._comment_tables();
	PERFORM workflow_perms._create_triggers();
	PERFORM workflow_perms._create_draft_triggers();
	PERFORM workflow_perms._secure_tables();
	PERFORM workflow_perms._create_policies();
	PERFORM workflow_perms._create_engine_policies(engine);
	PERFORM workflow_perms._create_history();
	PERFORM workflow_perms._create_audit();
	PERFORM workflow_perms._create_grants(application, engine);
END
$body$;
COMMENT ON FUNCTION workflow_perms.create_model(regrole, regrole) IS
'Makes the tables of the model in schema workflow_perms, with keys, constraints, indexes, triggers and row security, once in a database. application: the role under which the product connects; engine: the role under which its workflow engine records runs. Superusers only. Errors: 42710 if the model exists, 22023 or 42704 for roles that cannot do, 55000 inside an extension script. Spec 6.1.';
REVOKE EXECUTE ON FUNCTION
	workflow_perms._creating_extension(), workflow_perms._check_model_arguments(regrole, regrole),
	workflow_perms._create_model_owner(), workflow_perms._secure_tables(), workflow_perms.create_model(regrole, regrole)
FROM PUBLIC;
-- privileges.sql: last part of the install script: who may call what.
GRANT USAGE ON SCHEMA workflow_perms TO PUBLIC;

-- Steps of create_model(), which only a superuser runs.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._check_model_arguments(regrole, regrole),
	workflow_perms._comment_tables(),
	workflow_perms._create_indexes(),
	workflow_perms._create_model_owner(),
	workflow_perms._create_tables(),
	workflow_perms._creating_extension(),
	workflow_perms._secure_tables()
FROM PUBLIC;

-- Whoever may call these may know about anybody: a principal other than the
-- session's (spec 3).
REVOKE EXECUTE ON FUNCTION
	workflow_perms.principal(text, text),
	workflow_perms.with_role(workflow_perms.principal, text),
	workflow_perms.without_role(workflow_perms.principal, text),
	workflow_perms.can_view(workflow_perms.principal, text),
	workflow_perms.can_view_draft(workflow_perms.principal, text),
	workflow_perms.can_edit(workflow_perms.principal, text),
	workflow_perms.can_publish(workflow_perms.principal, text),
	workflow_perms.can_delete(workflow_perms.principal, text),
	workflow_perms.can_manage_members(workflow_perms.principal, text),
	workflow_perms.can_enable(workflow_perms.principal, text),
	workflow_perms.can_run(workflow_perms.principal, text),
	workflow_perms._start_verdict(text, text, text, text),
	workflow_perms._start_verdict(text, text)
FROM PUBLIC;

-- What guards ask, as the owner of the tables; asked by anybody else they would
-- answer under that role's row security, which is of use to nobody.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._has_active_board_owner(text, text),
	workflow_perms._has_active_workflow_owner(text, text),
	workflow_perms._has_active_workspace_owner(text, text),
	workflow_perms._held_roles(text),
	workflow_perms._holds_capabilities_of(text, text, text),
	workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role),
	workflow_perms._require_board_owner(text, text, text, text, text),
	workflow_perms._role_closure(text, text),
	workflow_perms._transfer_refusal(text, text),
	workflow_perms._workflow_refusal(text, text, text)
FROM PUBLIC;

-- Steps of permission_drift(), which says itself who may look.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._drift_of_identity(),
	workflow_perms._drift_of_owners(),
	workflow_perms._drift_of_tables(),
	workflow_perms._given_settings(text),
	workflow_perms._model_relations(),
	workflow_perms._privileged_functions()
FROM PUBLIC;
