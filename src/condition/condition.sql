-- condition/condition.sql: the type metadata_condition (spec 2).
--
-- The operators are in the schema workflow_perms, like all members.  `~` finds
-- them if workflow_perms is in the search_path (docs/operations.md sets it per
-- role: ALTER ROLE ... SET search_path = public, workflow_perms).
-- OPERATOR(workflow_perms.~) always finds them.

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
COMMENT ON TYPE workflow_perms.metadata_condition IS 'A predicate over a user''s metadata and id, in the MongoDB query style: {"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}} (spec 2). Input is checked once, and refused with 54000 beyond 1 MiB, 64 levels, 10,000 clauses, 50,000 JSON values, 20,000 keys of paths, or 6,000 transitions of all regular expressions together (docs/costs.md). The output is canonical. The value of a path is a value for $eq, or an object of operators: $eq, $ne (any value); $in, $nin, $all (a list of scalars); $gt, $gte, $lt, $lte (a number or a string); $contains, $startsWith, $endsWith, $regex with $options (a string); without ASCII case $eqi (a scalar), $ini, $nini, $alli (a list), $containsi, $startsWithi, $endsWithi, $regexi (a string); $before, $after, $at (an instant, or {"$ago": "P30D"}: an ISO 8601 duration before the principal''s time); $veq, $vne, $vgt, $vgte, $vlt, $vlte (a semantic version); $cidr (a network or a list of them); $exists, $empty (true or false); $type (the name of a JSON type); $size (a number or operators); $elemMatch (a condition or operators); $not (operators). Instead of a path: $and, $or, $nor (a list of conditions), $not (a condition), $userId (like a path), $rollout ({"percent": 25, "seed": "beta"}).';

-- Casts.

CREATE FUNCTION workflow_perms.metadata_condition(jsonb) RETURNS workflow_perms.metadata_condition
	AS 'MODULE_PATHNAME', 'metadata_condition_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 60;
COMMENT ON FUNCTION workflow_perms.metadata_condition(jsonb) IS 'The condition in a jsonb. Refused as its text would be, with the JSON path of the fault (spec 2.1, 7). jsonb has already dropped duplicate keys.';
CREATE FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'metadata_condition_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 40;
COMMENT ON FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) IS 'The canonical form of a condition as jsonb (spec 2.1).';
-- The cast that to_json() and to_jsonb() use, so that a row's condition is an
-- object in them and not a string.
CREATE FUNCTION workflow_perms.json(workflow_perms.metadata_condition) RETURNS json
	AS 'MODULE_PATHNAME', 'metadata_condition_to_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 30;
COMMENT ON FUNCTION workflow_perms.json(workflow_perms.metadata_condition) IS 'The canonical form of a condition as json (spec 2.1).';

CREATE CAST (jsonb AS workflow_perms.metadata_condition)
	WITH FUNCTION workflow_perms.metadata_condition(jsonb) AS ASSIGNMENT;
-- The types that drivers send for a column of conditions.  Text and json keep
-- duplicate keys, so these casts are as strict as a literal.
CREATE CAST (json AS workflow_perms.metadata_condition) WITH INOUT AS ASSIGNMENT;
CREATE CAST (text AS workflow_perms.metadata_condition) WITH INOUT AS ASSIGNMENT;
CREATE CAST (character varying AS workflow_perms.metadata_condition) WITH INOUT AS ASSIGNMENT;
CREATE CAST (workflow_perms.metadata_condition AS jsonb)
	WITH FUNCTION workflow_perms.jsonb(workflow_perms.metadata_condition) AS ASSIGNMENT;
CREATE CAST (workflow_perms.metadata_condition AS json)
	WITH FUNCTION workflow_perms.json(workflow_perms.metadata_condition) AS ASSIGNMENT;

-- Matching.  Nothing here raises for any value, but nothing is LEAKPROOF: a
-- query could learn about hidden rows (planner.sql).  Only _narrowed() may
-- become an index condition before a policy (gin.sql).

CREATE FUNCTION workflow_perms.metadata_matches(metadata jsonb, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms.metadata_matches(jsonb, workflow_perms.metadata_condition) IS 'metadata ~ condition: whether the metadata satisfies the condition. NULL if that is not known, such as for an absent path, $userId, $rollout or $ago, or if a test would exceed 3,000,000 steps (spec 2.2; docs/costs.md). Never an error.';
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

-- Not strict: with an unknown user there is a result too.
CREATE FUNCTION workflow_perms.matches(metadata jsonb, user_id text, condition workflow_perms.metadata_condition) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2;
COMMENT ON FUNCTION workflow_perms.matches(jsonb, text, workflow_perms.metadata_condition) IS 'As metadata ~ condition, for a known user, so that $userId and $rollout have a result; $ago has none. A NULL user_id is an unknown user. NULL metadata or a NULL condition gives NULL (spec 2.2). Never an error.';

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
COMMENT ON OPERATOR workflow_perms.< (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'before, in an arbitrary order of the stored form';
COMMENT ON OPERATOR workflow_perms.<= (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'before or equal, in an arbitrary order of the stored form';
COMMENT ON OPERATOR workflow_perms.> (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'after, in an arbitrary order of the stored form';
COMMENT ON OPERATOR workflow_perms.>= (workflow_perms.metadata_condition, workflow_perms.metadata_condition) IS 'after or equal, in an arbitrary order of the stored form';

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

-- Finds rows once it is known which conditions hold: one word instead of a
-- condition, which may be too long for a btree.  It raises nothing, but is not
-- LEAKPROOF, because the hash of a hidden condition reveals which condition it
-- is.
CREATE FUNCTION workflow_perms.condition_hash(condition workflow_perms.metadata_condition) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION workflow_perms.condition_hash(workflow_perms.metadata_condition) IS 'The 64-bit hash of a condition''s canonical form: equal for equal conditions, and nearly always different for different ones. For indexes: CREATE INDEX ON t (account_id, workflow_perms.condition_hash(condition)). NULL for NULL; never an error.';

-- The same for tables whose conditions are in no registry.  One row stands for all rows with
-- its digest, so nobody must be able to make another condition with the same.
CREATE FUNCTION workflow_perms.condition_digest(condition workflow_perms.metadata_condition) RETURNS uuid
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION workflow_perms.condition_digest(workflow_perms.metadata_condition) IS 'A digest of a condition''s canonical form, 128 bits of SHA-256: equal for equal conditions only. For indexes on tables of the application''s own, where each distinct condition is then evaluated once: CREATE INDEX ON t (account_id, workflow_perms.condition_digest(condition)). NULL for NULL. Spec 6.2.';
