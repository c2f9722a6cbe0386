-- planner/source_support.sql: how the model's queries compare ids, and what the view over a
-- source asks of its rows (spec 6.4; model/sources.sql). The planner makes of it what the
-- indexes of the application's tables serve.
--
-- In plans that the owner of the tables runs, and nowhere else: so LEAKPROOF is no way past
-- policies for anybody else, who may not execute them. With it a source that is a
-- security_barrier view is read by index, too.
CREATE FUNCTION workflow_perms._source_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_source_support';
COMMENT ON FUNCTION workflow_perms._source_support(internal) IS 'Internal: planner support of ==, _id_in() and _not_false(): gives ids back in the type of their column.';

CREATE FUNCTION workflow_perms._id_equal(text, text) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 11 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_id_equal';
COMMENT ON FUNCTION workflow_perms._id_equal(text, text) IS 'Internal: whether two ids are the same bytes; where they are not, false or NULL.';
CREATE OPERATOR workflow_perms.== (
	LEFTARG = text, RIGHTARG = text, FUNCTION = workflow_perms._id_equal,
	COMMUTATOR = OPERATOR(workflow_perms.==), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR workflow_perms.== (text, text) IS 'Internal: the same id. In a condition, and not below NOT: where it does not hold, false or NULL.';

CREATE FUNCTION workflow_perms._id_in(id text, ids text[]) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 11 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_id_in';
COMMENT ON FUNCTION workflow_perms._id_in(text, text[]) IS 'Internal: whether the id is one of these; where it is not, false or NULL.';

CREATE FUNCTION workflow_perms._as_uuid(id text) RETURNS uuid
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_as_uuid';
COMMENT ON FUNCTION workflow_perms._as_uuid(text) IS 'Internal, in plans: the uuid that PostgreSQL prints so, else NULL. Never an error.';
CREATE FUNCTION workflow_perms._as_bigint(id text) RETURNS bigint
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_as_bigint';
COMMENT ON FUNCTION workflow_perms._as_bigint(text) IS 'Internal, in plans: the number that PostgreSQL prints so, else NULL. Never an error.';
CREATE FUNCTION workflow_perms._as_uuids(ids text[]) RETURNS uuid[]
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_as_uuids';
COMMENT ON FUNCTION workflow_perms._as_uuids(text[]) IS 'Internal, in plans: those of the ids that PostgreSQL prints so, as uuid. Never an error.';
CREATE FUNCTION workflow_perms._as_bigints(ids text[]) RETURNS bigint[]
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_as_bigints';
COMMENT ON FUNCTION workflow_perms._as_bigints(text[]) IS 'Internal, in plans: those of the ids that PostgreSQL prints so, as bigint. Never an error.';

CREATE FUNCTION workflow_perms._not_false(boolean) RETURNS boolean
	LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_not_false';
COMMENT ON FUNCTION workflow_perms._not_false(boolean) IS 'Internal, in views over sources: whether a constraint of the model''s table would take the row; estimated to be true of all.';
