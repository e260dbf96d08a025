-- Whether there is room on the disk of the database, asked of the database itself.
--
-- A full disk is no read-only database: it says it takes what is new, and refuses each event that needs a page more. So
-- whoever looks after a process has half a megabyte written beside all tables (a temporary file, which is gone at once), as
-- much as a table grows by at the most. Nothing is logged, locked or left.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION es.room() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64kB' SET temp_tablespaces = '' AS $$
BEGIN
    PERFORM count(*) FROM (SELECT n, repeat('.', 1024) AS written FROM generate_series(1, 512) AS n
                           ORDER BY written, n OFFSET 0) AS page;
END $$;
COMMENT ON FUNCTION es.room() IS
    'Nothing, or an error of class 53100: the disk that the tables of this database lie on is full.';
REVOKE ALL ON FUNCTION es.room() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.room() TO yidang_writer;

RESET ROLE;
