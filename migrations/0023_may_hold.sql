-- The three functions that look for grants begin with the same question, said once.
--
-- sec.stood asks it too now: whoever holds no grant has nothing looked up by it.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.may_hold(obj text, cls text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own text[];
BEGIN
    IF sec.holds_none() THEN
        RETURN '{}';
    END IF;
    own := sec.scope(obj, cls);
    RETURN CASE WHEN array_to_string(own, ' ') LIKE '%G:%' THEN own ELSE '{}' END;
END $$;
COMMENT ON FUNCTION sec.may_hold(text, text) IS
    'The tokens of the scope for a class of an object, where a grant may be among what they open; none where none can be.';

CREATE OR REPLACE FUNCTION sec.granted(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.may_hold(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF own = '{}' THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_));
END $$;

CREATE OR REPLACE FUNCTION sec.for_a_time(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.may_hold(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF own = '{}' THEN
        RETURN '{}';
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN ARRAY(
        SELECT g.subject_id FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_)
        GROUP BY g.subject_id HAVING bool_and(g.records_from IS NOT NULL));
END $$;

CREATE OR REPLACE FUNCTION sec.stood(subjects uuid[], obj text, cls text, first date, last date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[] := sec.may_hold(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF own = '{}' THEN
        RETURN false;
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN EXISTS (
        SELECT FROM read.access_grant AS g
        WHERE g.subject_id = ANY (subjects) AND g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_)
          AND (g.records_from IS NULL OR (g.records_from <= last AND g.records_to >= first)));
END $$;

REVOKE ALL ON FUNCTION sec.may_hold(text, text) FROM PUBLIC;

RESET ROLE;
