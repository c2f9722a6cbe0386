-- The model, and two roles that are nothing to the database but ordinary.
SET client_min_messages = warning;
CREATE ROLE demo_app NOLOGIN;
CREATE ROLE demo_engine NOLOGIN;
CREATE EXTENSION workflow_perms;
SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine');

-- Who may say on whose behalf a connection acts is the product's decision.
GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO demo_app;
