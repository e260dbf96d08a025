-- The moment and the purpose of a signed scope, so that a grant ends by the platform's clock and not by the server's.
--
-- The signed text ends with two more lines (authz/scope.py):
--   `@=moment`   when the request is made, ISO 8601 with offset, by the platform's clock
--   `?=purpose`  what for
-- Row security of read.access_grant (projections/readmodel.py) compares validity and purpose with them. A text without
-- them opens no grant: both functions answer NULL, and a comparison with NULL is not true.
--
-- Before: the policies compared with now(), which a platform at another hour (a rehearsal, a test, a replay) does not
-- share, and which an administrator of the server can move.

SET ROLE yidang_owner;

CREATE FUNCTION sec.moment() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN nullif(split_part(split_part(sec.checked_scope(), chr(10) || '@=', 2), chr(10), 1), '')::timestamptz;
END $$;
COMMENT ON FUNCTION sec.moment() IS 'When this transaction reads, by the platform''s clock; NULL when no scope is set.';

CREATE FUNCTION sec.purpose() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN nullif(split_part(split_part(sec.checked_scope(), chr(10) || '?=', 2), chr(10), 1), '');
END $$;
COMMENT ON FUNCTION sec.purpose() IS 'What this transaction reads for; NULL when no scope is set.';

REVOKE ALL ON FUNCTION sec.moment(), sec.purpose() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.moment(), sec.purpose() TO yidang_reader, yidang_writer;

-- The journal asks the grants by the same clock, purpose and classes.
CREATE OR REPLACE FUNCTION sec.opens_journal(subject uuid, cls text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own   text[] := sec.scope('access', cls);
    found text[];
BEGIN
    SELECT array_agg(a.token) INTO found FROM read.access_relation AS a WHERE a.subject_id = subject;
    IF found IS NULL OR found && sec.conflicts() THEN
        RETURN false;
    END IF;
    RETURN found && own OR EXISTS (
        SELECT FROM read.access_grant AS g
        WHERE g.subject_id = subject AND g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND g.valid_from <= sec.moment() AND g.valid_to > sec.moment()
          AND (g.for_purpose IS NULL OR g.for_purpose = sec.purpose()));
END $$;
