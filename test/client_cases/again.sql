-- What run.mjs and run.py begin with: nothing is left of the client before.
DELETE FROM workflow_perms.workflows WHERE workflow_id NOT IN ('letter', 'secret', 'sync');
UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE workflow_id = 'sync';
