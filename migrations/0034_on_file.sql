-- Whether a child who is to be registered has a file already, wherever it is: one child, one file.
--
-- Row security shows a file to those within reach of it, and whoever registers a child that has moved reaches neither its old
-- file nor the unit that keeps it; so a second file was opened. This looks as the owner, for one identity at a time: an id
-- number, or a name with a birth date. It answers which unit keeps the file, and whether the scope reaches the child's
-- identity (P1) by itself; the id is for the journal, and is told to nobody who does not. Whoever can read no child's
-- identity learns nothing, and nobody learns of a file they are to be kept from.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.on_file(wanted_number text, wanted_name text, born date, most integer) RETURNS TABLE (
    child_id uuid, unit_id uuid, residence_id text, by_number boolean, reached boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own   text[] := sec.scope('child', 'P1');
    from_ text[] := sec.conflicts();
BEGIN
    IF coalesce(cardinality(own), 0) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.child_id, c.responsible_unit_id, c.residence_id, coalesce(c.id_number = wanted_number, false),
               c.tokens && own
        FROM read.child AS c
        WHERE (c.id_number = wanted_number OR c.name = wanted_name AND c.birth_on = born)
          AND c.file_status <> 'NONE' AND NOT (c.keeping AND c.tokens && from_)
        ORDER BY c.child_id LIMIT most;
END $$;
COMMENT ON FUNCTION sec.on_file(text, text, date, integer) IS
    'The files of one identity, within reach of the opened scope or not: which unit keeps each.';
REVOKE ALL ON FUNCTION sec.on_file(text, text, date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.on_file(text, text, date, integer) TO yidang_reader;

RESET ROLE;
