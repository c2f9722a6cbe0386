-- What the tests of permission_drift() share: pg_temp.drift, its findings in an order that no collation changes;
-- pg_temp.mend(), which runs the commands that they named last, as often as it is told for those that wait for others,
-- and returns what is left; and no findings about a role of other tests.
CREATE TABLE pg_temp.named (mend text COLLATE "C");
CREATE FUNCTION pg_temp.look() RETURNS TABLE (finding text, object text, detail text, mend text) LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM pg_temp.named;
	FOR finding, object, detail, mend IN SELECT * FROM workflow_perms.permission_drift() LOOP
		INSERT INTO pg_temp.named VALUES (mend);
		RETURN NEXT;
	END LOOP;
END $$;
CREATE VIEW pg_temp.drift AS SELECT * FROM pg_temp.look() ORDER BY finding COLLATE "C", object COLLATE "C", mend COLLATE "C";
CREATE FUNCTION pg_temp.mend(passes int DEFAULT 1) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found record;
BEGIN
	FOR pass IN 1 .. passes LOOP
		IF pass > 1 OR NOT EXISTS (SELECT FROM pg_temp.named) THEN
			PERFORM FROM pg_temp.look();
		END IF;
		FOR found IN SELECT DISTINCT mend FROM pg_temp.named ORDER BY mend LOOP
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
