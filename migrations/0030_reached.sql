-- Which children are within reach, where these are few: a list of all one reaches then looks at these, and not at every child.
--
-- Row security judges a row when it has it: no index finds rows by their tokens for a role that is under it, since comparing
-- arrays could tell of rows that are not seen. So a village's list of forty was found among two hundred thousand. This looks
-- under the scope that was opened, as the owner, along the index of tokens. It answers no id that the scope would not open, and
-- what it answers only says where to look: every row is judged as before.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.reached(most integer, division text, school uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.scope('child', 'P0');
    from_ text[] := sec.conflicts();
    ids  uuid[];
BEGIN
    IF school IS NOT NULL THEN
        ids := ARRAY(SELECT c.child_id FROM read.child AS c
                     WHERE c.school_unit_id = school AND c.tokens && own AND NOT (c.keeping AND c.tokens && from_)
                     LIMIT most + 1);
    ELSIF division IS NOT NULL THEN
        ids := ARRAY(SELECT c.child_id FROM read.child AS c
                     WHERE c.tokens @> ARRAY['R:' || division] AND c.tokens && own
                       AND NOT (c.keeping AND c.tokens && from_)
                     LIMIT most + 1);
    ELSE
        ids := ARRAY(SELECT c.child_id FROM read.child AS c
                     WHERE c.tokens && own AND NOT (c.keeping AND c.tokens && from_)
                     LIMIT most + 1);
    END IF;
    IF cardinality(ids) > most THEN
        RETURN NULL;
    END IF;
    RETURN ids || sec.granted('child', 'P0');
END $$;
COMMENT ON FUNCTION sec.reached(integer, text, uuid) IS
    'The children that the opened scope may reach, of a division or a school where one is given; NULL where they are more than '
    'so many. All that are seen are among them; not all of them need be.';
REVOKE ALL ON FUNCTION sec.reached(integer, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.reached(integer, text, uuid) TO yidang_reader, yidang_writer;

RESET ROLE;
