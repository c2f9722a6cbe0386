-- What the tests of permission_drift() share: pg_temp.drift, its findings in an order that no collation changes;
-- pg_temp.mend(), which runs the commands that they name, as often as it is told for those that wait for others,
-- and returns what is left; and no findings about a role of other tests.
CREATE VIEW pg_temp.drift AS
	SELECT * FROM workflow_perms.permission_drift() ORDER BY finding COLLATE "C", object COLLATE "C", mend COLLATE "C";
CREATE FUNCTION pg_temp.mend(passes int DEFAULT 1) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found record;
BEGIN
	FOR pass IN 1 .. passes LOOP
		FOR found IN SELECT DISTINCT mend FROM pg_temp.drift LOOP
			BEGIN
				EXECUTE found.mend;
			EXCEPTION WHEN dependent_objects_still_exist THEN
				IF pass = passes THEN
					RAISE;
				END IF;
			END;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT 'still there: ' || d.mend FROM pg_temp.drift d;
END $$;
-- Other tests try what a role with every grant can do.
DO $$
BEGIN
	IF to_regrole('regress_full') IS NOT NULL THEN
		REVOKE ALL ON ALL TABLES IN SCHEMA workflow_perms FROM regress_full CASCADE;
	END IF;
END $$;
