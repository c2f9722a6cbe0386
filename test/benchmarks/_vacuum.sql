-- Vacuums and analyzes the tables that have changed since they were: each file makes
-- some, and the large ones of others would be read again each time.
SELECT pg_stat_force_next_flush();
SELECT format('VACUUM ANALYZE %s', relid::regclass) FROM pg_stat_user_tables
	WHERE n_mod_since_analyze > 0 OR last_analyze IS NULL ORDER BY relid \gexec
