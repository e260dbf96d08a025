-- The signed scope (schema sec): what this transaction may read, as the application computed and signed it.
--
-- The application sets, with set_config(…, true), in one statement (authz/scope_db.py):
--   app.scope    canonical text: a line `object/class=n` each, then `#n=tokens`, then `!=conflict tokens`,
--                then `G=grantees`
--   app.actor    the person's id        app.expires  epoch seconds
--   app.sig      hex of HMAC-SHA256(key, actor || '|' || expires || '|' || scope)
-- A scope somebody wrote into the session by SQL injection has no signature and opens nothing: error 42501.
-- After the transaction the settings are empty, and empty opens nothing.
--
-- Policy of a read model (projections generate it; `child` and `P0` stand for object and class):
--   USING (
--     NOT tokens && (SELECT sec.conflicts())::text[]
--     AND (tokens && (SELECT sec.scope('child', 'P0'))::text[]
--          OR id = ANY (ARRAY(SELECT g.subject_id FROM read.access_grant g
--                             WHERE g.grantee = ANY ((SELECT sec.scope('child', 'P0'))::text[])
--                               AND g.valid_to > now()))))
-- Each (SELECT …) is run once a statement, not once a row. The grants themselves are rows under the same law:
--   USING (grantee = ANY ((SELECT sec.grantees())::text[]))

SET ROLE yidang_owner;

CREATE SCHEMA sec;
REVOKE ALL ON SCHEMA sec FROM PUBLIC;

-- HMAC (RFC 2104) from core sha256(): the key is kept as its two padded blocks, so no extension is needed.
CREATE TABLE sec.secret (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
COMMENT ON TABLE sec.secret IS 'The key scopes are signed with. Read by nobody but the functions below.';
REVOKE ALL ON sec.secret FROM PUBLIC;

-- The scope text once its signature and time have been checked; NULL when none is set.
CREATE FUNCTION sec.checked_scope() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope   text := current_setting('app.scope', true);
    actor   text := current_setting('app.actor', true);
    expires text := current_setting('app.expires', true);
    signed  text;
BEGIN
    IF scope IS NULL OR scope = '' THEN
        RETURN NULL;
    END IF;
    SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad
               || convert_to(concat_ws('|', actor, expires, scope), 'UTF8'))), 'hex')
      INTO signed FROM sec.secret AS k;
    IF signed IS NULL OR signed IS DISTINCT FROM current_setting('app.sig', true) THEN
        RAISE EXCEPTION 'scope signature' USING ERRCODE = '42501';
    END IF;
    IF to_timestamp(expires::double precision) <= statement_timestamp() THEN
        RAISE EXCEPTION 'scope expired' USING ERRCODE = '42501';
    END IF;
    RETURN scope;
END $$;

CREATE FUNCTION sec.scope(obj text, cls text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope  text := sec.checked_scope();
    number text := split_part(split_part(scope, chr(10) || obj || '/' || cls || '=', 2), chr(10), 1);
BEGIN
    IF number IS NULL OR number = '' THEN
        RETURN '{}';
    END IF;
    RETURN string_to_array(
        split_part(split_part(scope, chr(10) || '#' || number || '=', 2), chr(10), 1), ' ');
END $$;
COMMENT ON FUNCTION sec.scope(text, text) IS
    'The tokens through which this transaction may read values of a class on rows of an object.';

CREATE FUNCTION sec.conflicts() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(string_to_array(nullif(
        split_part(split_part(sec.checked_scope(), chr(10) || '!=', 2), chr(10), 1), ''), ' '), '{}');
END $$;
COMMENT ON FUNCTION sec.conflicts() IS 'The tokens of rows this actor must be kept from, whatever else holds.';

CREATE FUNCTION sec.grantees() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(string_to_array(nullif(
        split_part(split_part(sec.checked_scope(), chr(10) || 'G=', 2), chr(10), 1), ''), ' '), '{}');
END $$;
COMMENT ON FUNCTION sec.grantees() IS 'The names under which time-limited grants open anything to this actor.';

CREATE FUNCTION sec.actor() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sec.checked_scope() IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN current_setting('app.actor')::uuid;
END $$;
COMMENT ON FUNCTION sec.actor() IS 'The person this transaction reads for; NULL when no scope is set.';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sec FROM PUBLIC;
GRANT USAGE ON SCHEMA sec TO yidang_reader, yidang_writer;
GRANT EXECUTE ON FUNCTION sec.scope(text, text), sec.conflicts(), sec.grantees(), sec.actor()
    TO yidang_reader, yidang_writer;
