-- A retelling that was cut short keeps its rows beside the live ones, to be gone on with. Where a key was destroyed since
-- it began, those rows may say what nobody may read any more: they are dropped, unless somebody is at it just now (who
-- then comes to the erasure in its place in the log, and empties them there).
--   7911310  the advisory lock of whoever retells (projections/resuming.py)
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION es.drop_overtaken_retelling() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    overtaken boolean;
BEGIN
    IF to_regclass('read_next.telling') IS NULL OR NOT pg_try_advisory_xact_lock(7911310) THEN
        RETURN false;
    END IF;
    SELECT EXISTS (SELECT FROM es.subject_key AS k, read_next.telling AS t WHERE k.destroyed_at >= t.began_at)
        INTO overtaken;
    IF overtaken THEN
        DROP SCHEMA read_next CASCADE;
    END IF;
    RETURN overtaken;
END $$;
COMMENT ON FUNCTION es.drop_overtaken_retelling() IS
    'Drops an unfinished retelling that may say what was erased since it began; answers whether it did.';
REVOKE ALL ON FUNCTION es.drop_overtaken_retelling() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.drop_overtaken_retelling() TO yidang_writer;

RESET ROLE;
