-- Who puts conditions to a column learns nothing from the planner's estimates about rows
-- that row security hides: one estimate for all conditions; while whoever may read the
-- rows has estimates that are right. On the accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'my', 'st' || i, 'connected', jsonb_build_object('secret', i, 'n', md5(i::text)) FROM generate_series(1, 400) i;
CREATE TABLE public.kept (id int, metadata jsonb, condition workflow_perms.metadata_condition);
INSERT INTO public.kept SELECT i, jsonb_build_object('secret', i), format('{"secret": %s}', i)::workflow_perms.metadata_condition FROM generate_series(1, 400) i;
ALTER TABLE public.kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON public.kept USING (id < 3);
GRANT SELECT ON public.kept TO regress_app;
ANALYZE public.kept;
ANALYZE workflow_perms.users;
CREATE FUNCTION public.estimated(condition text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) SELECT ' || condition INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END
$$;
CREATE TABLE public.questions AS
	SELECT 'FROM ' || t || ' WHERE ' || replace(q, '$', s::text) AS question, t, q, s
	FROM (VALUES ('public.kept'), ('workflow_perms.users')) tables (t), generate_series(1, 400, 57) s, (VALUES
		('metadata OPERATOR(workflow_perms.~) ''{"secret": {"@gte": $}}''::workflow_perms.metadata_condition'),
		('metadata OPERATOR(workflow_perms.@~) ''{"secret": {"@gte": $}}''::workflow_perms.metadata_condition'),
		('NOT metadata OPERATOR(workflow_perms.~) ''{"secret": {"@gte": $}}''::workflow_perms.metadata_condition'),
		('workflow_perms.matches(metadata, ''u'', ''{"secret": {"@gte": $}}''::workflow_perms.metadata_condition)'),
		('condition OPERATOR(workflow_perms.~) ''{"secret": $, "other": 5}''::jsonb')) questions (q)
	WHERE t = 'public.kept' OR q !~ '^condition';
UPDATE public.questions SET question = replace(question, '@gte', '$gte');
GRANT SELECT ON public.questions TO PUBLIC;
-- (Of conditions, no two have the same estimate but by chance: asked for is that there are several.)
SELECT t, q, count(DISTINCT public.estimated(question)) > 1 AS differ FROM public.questions GROUP BY t, q ORDER BY t, q;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'pro');
SET LOCAL ROLE regress_app;
SELECT t, q, count(DISTINCT public.estimated(question)) > 1 AS differ FROM public.questions GROUP BY t, q ORDER BY t, q;
ROLLBACK;
DROP TABLE public.questions, public.kept;
DROP FUNCTION public.estimated(text);
DELETE FROM workflow_perms.users WHERE account_id = 'my' AND user_id ^@ 'st';
ANALYZE workflow_perms.users;
RESET client_min_messages;
