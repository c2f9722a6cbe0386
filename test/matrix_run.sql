\set ECHO none
-- Runs what stands in matrix.cells (sql/matrix_setup.sql), and prints a line for each.
\pset format unaligned
\pset tuples_only on
SELECT * FROM matrix.script \gexec
\pset tuples_only off
\pset format aligned
\set ECHO all
