-- The grants of a scope are looked for once a transaction, when it is opened.
--
-- Before, every table whose rows a grant may open asked for the grants anew (sec.granted, sec.for_a_time, 20 µs each), and a
-- plan asked for them in a statement of its own; and nearly everybody holds none. Now sec.open answers the valid ones, and
-- where there is none at all, of any time, for the names in the scope, it says so beside the copy it keeps (0017): under the
-- session's own name, which no caller can write. That word can only close: whoever has it gets no row by a grant.
SET LOCAL ROLE yidang_owner;

DROP FUNCTION sec.open(text, text, text, text);
CREATE FUNCTION sec.open(scope text, actor text, expires text, sig text) RETURNS text
LANGUAGE plpgsql PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said  text := concat_ws('|', actor, expires, scope);
    mine  text;
    names text[];
    at_   timestamptz;
    for_  text;
BEGIN
    PERFORM set_config('app.scope', scope, true), set_config('app.actor', actor, true),
            set_config('app.expires', expires, true), set_config('app.sig', sig, true);
    IF current_setting('app.kept', true) IS DISTINCT FROM 'y' THEN
        PERFORM setval('sec.mark', greatest(1, 9223372036854775807 & ('x' || encode(
                    substring(sha256(uuid_send(gen_random_uuid())) FROM 1 FOR 8), 'hex'))::bit(64)::bigint)),
                set_config('app.kept', 'y', false);
    END IF;
    mine := currval('sec.mark');
    PERFORM set_config('app.n' || mine, '', true);
    -- What is not well signed is not kept: the first question will refuse it.
    PERFORM set_config('app.k' || mine, said, true) FROM sec.secret AS k
    WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex');
    IF NOT FOUND OR to_timestamp(expires::double precision) <= statement_timestamp() THEN
        RETURN NULL;
    END IF;
    names := string_to_array(split_part(split_part(scope, chr(10) || 'G=', 2), chr(10), 1), ' ');
    IF to_regclass('read.access_grant') IS NULL THEN  -- nothing has been told yet
        names := '{}';
    END IF;
    IF names <> '{}' THEN
        IF NOT EXISTS (SELECT FROM read.access_grant AS g WHERE g.grantee = ANY (names)) THEN
            names := '{}';
        END IF;
    END IF;
    IF names = '{}' THEN
        PERFORM set_config('app.n' || mine, 'none', true);
        RETURN NULL;
    END IF;
    at_ := sec.moment();
    for_ := sec.purpose();
    RETURN (SELECT string_agg(g.subject_id || ' ' || g.grantee || '|' || array_to_string(g.classes, ' ')
                              || coalesce('|' || to_char(g.records_to, 'YYYY-MM-DD'), ''), chr(10))
            FROM read.access_grant AS g
            WHERE g.grantee = ANY (names) AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, at_, for_));
END $$;
COMMENT ON FUNCTION sec.open(text, text, text, text) IS
    'Puts a signed scope into this transaction: its text, the person, the second it ends, its signature. Answers the grants '
    'that count: a line each, the child or case, a space, the grantee, "|" and classes, and "|" and the last day if it has one.';

-- Whether the opening found no grant, of whatever time, for the names in its scope.
CREATE FUNCTION sec.holds_none() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('app.kept', true) IS DISTINCT FROM 'y' THEN
        RETURN false;
    END IF;
    RETURN coalesce(current_setting('app.n' || currval('sec.mark'), true) = 'none', false);
END $$;

CREATE OR REPLACE FUNCTION sec.granted(obj text, cls text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own  text[];
    at_  timestamptz;
    for_ text;
BEGIN
    IF sec.holds_none() THEN
        RETURN '{}';
    END IF;
    own := sec.scope(obj, cls);
    IF array_to_string(own, ' ') NOT LIKE '%G:%' THEN
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
    own  text[];
    at_  timestamptz;
    for_ text;
BEGIN
    IF sec.holds_none() THEN
        RETURN '{}';
    END IF;
    own := sec.scope(obj, cls);
    IF array_to_string(own, ' ') NOT LIKE '%G:%' THEN
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

REVOKE ALL ON FUNCTION sec.open(text, text, text, text), sec.holds_none() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.open(text, text, text, text) TO yidang_reader, yidang_writer;

RESET ROLE;
