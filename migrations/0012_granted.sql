-- The children and cases a valid grant opens, asked as one question: once a statement, and only if some row needs it.
--
-- Before, every law of a table held a query of the grants for every class that may open a row, under the grants' own
-- law: some seventy sub-plans in a statement over work items, which PostgreSQL set up each time and ran never.
SET ROLE yidang_owner;

CREATE FUNCTION sec.granted(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own text[] := sec.scope(obj, cls);
    at_ timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(own) AS o (token) WHERE o.token LIKE 'G:%') THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes) AND g.valid_from <= at_ AND g.valid_to > at_
          AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose()));
END $$;
COMMENT ON FUNCTION sec.granted(text, text) IS
    'The children and cases on which a grant valid now opens a class of an object to this actor.';

REVOKE ALL ON FUNCTION sec.granted(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.granted(text, text) TO yidang_reader, yidang_writer;
