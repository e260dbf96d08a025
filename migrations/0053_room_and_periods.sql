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

-- What a grant for a period cuts is settled by the first words of a law (projections/short_law.py): until now each line that an
-- auditor read under such an order was put before the whole law, a millisecond and more a line.
CREATE FUNCTION sec.in_period(obj text, subject uuid, first date, last date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER COST 1 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stood boolean;
BEGIN
    SELECT bool_or(h.records_from IS NULL OR (h.records_from <= last AND h.records_to >= first)) INTO stood
      FROM sec.held(obj, 'P0') AS h WHERE h.subject_id = subject;
    IF stood IS DISTINCT FROM false THEN  -- null: no grant is on it
        RETURN true;
    END IF;
    RETURN coalesce(sec.scope(obj, 'P0') && CASE obj
        WHEN 'case' THEN (SELECT c.tokens FROM read.case_file AS c WHERE c.case_id = subject)
        WHEN 'child' THEN (SELECT c.tokens FROM read.child AS c WHERE c.child_id = subject) END, false);
END $$;
COMMENT ON FUNCTION sec.in_period(text, uuid, date, date) IS
    'Whether what stood between two days in a child or case is not cut: no grant for a period alone opens it to this actor, '
    'or one for such a period does.';
REVOKE ALL ON FUNCTION sec.in_period(text, uuid, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.in_period(text, uuid, date, date) TO yidang_reader, yidang_writer;

RESET ROLE;
