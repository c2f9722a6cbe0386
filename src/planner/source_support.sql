-- planner/source_support.sql: functions in the model's queries and in views over sources
-- (spec 6.4; model/sources.sql) that the planner replaces by expressions which can use the
-- indexes of the application's tables.
--
-- Only the owner of the tables may execute them. So LEAKPROOF lets no other role past
-- policies. It is needed to read a source that is a security_barrier view by index.
CREATE FUNCTION workflow_perms._source_support(internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_source_support';
COMMENT ON FUNCTION workflow_perms._source_support(internal) IS 'Internal: planner support of ==, _id_in() and _not_false(): compares ids in the type of their column.';

CREATE FUNCTION workflow_perms._id_equal(text, text) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 11 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_id_equal';
COMMENT ON FUNCTION workflow_perms._id_equal(text, text) IS 'Internal: whether two ids have the same bytes. If not, the result is false or NULL.';
CREATE OPERATOR workflow_perms.== (
	LEFTARG = text, RIGHTARG = text, FUNCTION = workflow_perms._id_equal,
	COMMUTATOR = OPERATOR(workflow_perms.==), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR workflow_perms.== (text, text) IS 'Internal: whether two ids are the same. If not, the result is false or NULL, so it must not be used under NOT.';

CREATE OPERATOR FAMILY workflow_perms.ids USING btree;
ALTER OPERATOR FAMILY workflow_perms.ids USING btree ADD OPERATOR 3 workflow_perms.== (text, text);
COMMENT ON OPERATOR FAMILY workflow_perms.ids USING btree IS 'Internal: says that == is an equality, so that Citus finds the shard of an account.';

CREATE FUNCTION workflow_perms._id_in(id text, ids text[]) RETURNS boolean
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 11 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_id_in';
COMMENT ON FUNCTION workflow_perms._id_in(text, text[]) IS 'Internal: whether the id is one of these. If not, the result is false or NULL.';

CREATE FUNCTION workflow_perms._as_uuid(id text) RETURNS uuid
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_as_uuid';
COMMENT ON FUNCTION workflow_perms._as_uuid(text) IS 'Internal, in plans: the uuid with this text as PostgreSQL prints it; NULL if there is none. Never raises.';
CREATE FUNCTION workflow_perms._as_bigint(id text) RETURNS bigint
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'wp_as_bigint';
COMMENT ON FUNCTION workflow_perms._as_bigint(text) IS 'Internal, in plans: the number with this text as PostgreSQL prints it; NULL if there is none. Never raises.';
CREATE FUNCTION workflow_perms._as_uuids(ids text[]) RETURNS uuid[]
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_as_uuids';
COMMENT ON FUNCTION workflow_perms._as_uuids(text[]) IS 'Internal, in plans: the ids that are the text of a uuid, as uuid; the others are left out. Never raises.';
CREATE FUNCTION workflow_perms._as_bigints(ids text[]) RETURNS bigint[]
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'wp_as_bigints';
COMMENT ON FUNCTION workflow_perms._as_bigints(text[]) IS 'Internal, in plans: the ids that are the text of a number, as bigint; the others are left out. Never raises.';

CREATE FUNCTION workflow_perms._not_false(boolean) RETURNS boolean
	LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1 SUPPORT workflow_perms._source_support
	AS 'MODULE_PATHNAME', 'wp_not_false';
COMMENT ON FUNCTION workflow_perms._not_false(boolean) IS 'Internal, in views over sources: whether a check of the model''s table accepts the row: not false. The planner estimates that it accepts all rows.';
