-- A database of its own for a test of sources: the extension, the model, and the product of
-- test/tap/product.sql, whose tables belong to a role of its own.
SET client_min_messages = warning;
CREATE DATABASE regress_sources TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\c regress_sources
SET client_min_messages = warning;
SET jit = off;
CREATE EXTENSION workflow_perms;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['regress_app', 'regress_engine', 'regress_product'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
	PERFORM workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
END $$;
\set product :abs_srcdir '/test/tap/product.sql'
\i :product
