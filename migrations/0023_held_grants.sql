-- Which grants count for a class of an object is said once.
--
-- sec.granted, sec.for_a_time and sec.stood each wrote out the same question to read.access_grant; each asks sec.held now. And
-- whoever holds no grant has nothing looked up by any of the three.
SET LOCAL ROLE yidang_owner;

CREATE FUNCTION sec.held(obj text, cls text) RETURNS TABLE (subject_id uuid, records_from date, records_to date)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own  text[] := sec.scope(obj, cls);
    at_  timestamptz;
    for_ text;
BEGIN
    IF array_to_string(own, ' ') NOT LIKE '%G:%' THEN
        RETURN;
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN QUERY SELECT g.subject_id, g.records_from, g.records_to FROM read.access_grant AS g
        WHERE g.grantee = ANY (own) AND cls = ANY (g.classes)
          AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_);
END $$;
COMMENT ON FUNCTION sec.held(text, text) IS
    'The grants that open a class of an object to this actor now: on which child or case, and of which period if of one.';

CREATE OR REPLACE FUNCTION sec.granted(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.holds_none() THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT h.subject_id FROM sec.held(obj, cls) AS h);
END $$;

CREATE OR REPLACE FUNCTION sec.for_a_time(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.holds_none() THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT h.subject_id FROM sec.held(obj, cls) AS h
                 GROUP BY h.subject_id HAVING bool_and(h.records_from IS NOT NULL));
END $$;

CREATE OR REPLACE FUNCTION sec.stood(subjects uuid[], obj text, cls text, first date, last date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.holds_none() THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT FROM sec.held(obj, cls) AS h
        WHERE h.subject_id = ANY (subjects)
          AND (h.records_from IS NULL OR (h.records_from <= last AND h.records_to >= first)));
END $$;

REVOKE ALL ON FUNCTION sec.held(text, text) FROM PUBLIC;

RESET ROLE;
