\echo ok
