-- A question to the scope is one look at what the opening kept, and most of it is part of the statement that asks.
--
-- Before, each question (sec.scope, sec.conflicts …) was a function of many expressions over another such function: 14 µs for
-- the first of a transaction, for which PostgreSQL makes each expression ready anew, and as much again in sec.open. Now
--
--   sec.open    keeps what it checked as one text, in the setting only this schema finds (0017), and nothing else:
--                 expires|actor|none or some\n@=… the signed text
--               `none`: no grant of any time is held under the names in the scope, so no law asks for grants again
--   sec.kept()  gives that text back. It is the one question that needs its owner's rights
--   the others  are expressions over sec.kept(), which PostgreSQL takes into the statement that asks; they have no rights
--               of their own and need none
--
-- The signed text names the tokens of a set once, behind the pairs they open (authz/scope.py):
--   \tchild/P0\tcase/P0\t=tokens
-- Whoever puts the four settings in place by hand (app.scope, app.actor, app.expires, app.sig) is served as before, with a
-- hash at each question; and so is refused whoever sets any of them beside a scope that was opened.
SET LOCAL ROLE yidang_owner;

-- Whether a scope's text, with person and end, is signed with the key.
CREATE FUNCTION sec.well_signed(said text, sig text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN EXISTS (
    SELECT FROM sec.secret AS k
    WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex'));

-- What is not simply kept: settings put in place by hand, a scope that is over, or no scope at all.
CREATE OR REPLACE FUNCTION sec.checked_scope() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope   text := current_setting('app.scope', true);
    actor   text := current_setting('app.actor', true);
    expires text := current_setting('app.expires', true);
    kept    text := CASE WHEN current_setting('app.kept', true) = 'y'
                         THEN current_setting('app.k' || currval('sec.mark'), true) END;
BEGIN
    IF coalesce(scope, '') = '' AND coalesce(kept, '') = '' THEN
        RETURN NULL;
    END IF;
    IF concat(scope, actor, expires) <> '' THEN
        IF sec.well_signed(concat_ws('|', actor, expires, scope), current_setting('app.sig', true)) IS NOT TRUE THEN
            RAISE EXCEPTION 'scope signature' USING ERRCODE = '42501';
        END IF;
        kept := concat_ws('|', expires, actor, 'some') || scope;
    END IF;
    IF to_timestamp(split_part(kept, '|', 1)::double precision) <= statement_timestamp() THEN
        RAISE EXCEPTION 'scope expired' USING ERRCODE = '42501';
    END IF;
    RETURN kept;
END $$;

CREATE FUNCTION sec.kept() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept text := CASE WHEN current_setting('app.kept', true) = 'y'
                      THEN current_setting('app.k' || currval('sec.mark'), true) END;
BEGIN
    RETURN CASE
        WHEN kept <> '' AND concat(current_setting('app.scope', true), current_setting('app.actor', true),
                                   current_setting('app.expires', true)) = ''
         AND to_timestamp(split_part(kept, '|', 1)::double precision) > statement_timestamp()
        THEN kept ELSE sec.checked_scope() END;
END $$;
COMMENT ON FUNCTION sec.kept() IS
    'The scope of this transaction, checked: the second it ends, the person, whether grants are held, and the signed text; '
    'NULL when none is set. Raises 42501 for one that is not well signed or is over.';

CREATE OR REPLACE FUNCTION sec.scope(obj text, cls text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN coalesce(string_to_array(split_part(split_part(split_part(
    sec.kept(), chr(9) || obj || '/' || cls || chr(9), 2), '=', 2), chr(10), 1), ' '), '{}');

CREATE OR REPLACE FUNCTION sec.conflicts() RETURNS text[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN coalesce(string_to_array(split_part(split_part(sec.kept(), chr(10) || '!=', 2), chr(10), 1), ' '), '{}');

CREATE OR REPLACE FUNCTION sec.grantees() RETURNS text[]
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN coalesce(string_to_array(split_part(split_part(sec.kept(), chr(10) || 'G=', 2), chr(10), 1), ' '), '{}');

CREATE OR REPLACE FUNCTION sec.actor() RETURNS uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN split_part(sec.kept(), '|', 2)::uuid;

CREATE OR REPLACE FUNCTION sec.moment() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN nullif(split_part(split_part(sec.kept(), chr(10) || '@=', 2), chr(10), 1), '')::timestamptz;

CREATE OR REPLACE FUNCTION sec.purpose() RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN nullif(split_part(split_part(sec.kept(), chr(10) || '?=', 2), chr(10), 1), '');

CREATE OR REPLACE FUNCTION sec.holds_none() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN coalesce(split_part(split_part(sec.kept(), chr(10), 1), '|', 3) = 'none', false);

CREATE OR REPLACE FUNCTION sec.open(scope text, actor text, expires text, sig text) RETURNS text
LANGUAGE plpgsql PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    names text[] := string_to_array(split_part(split_part(scope, chr(10) || 'G=', 2), chr(10), 1), ' ');
    held  boolean;
BEGIN
    IF concat(current_setting('app.scope', true), current_setting('app.actor', true),
              current_setting('app.expires', true)) <> '' THEN
        PERFORM set_config(s.name, '', true) FROM unnest(ARRAY['app.scope', 'app.actor', 'app.expires', 'app.sig']) AS s (name);
    END IF;
    IF current_setting('app.kept', true) IS DISTINCT FROM 'y' THEN
        PERFORM setval('sec.mark', greatest(1, 9223372036854775807 & ('x' || encode(
                    substring(sha256(uuid_send(gen_random_uuid())) FROM 1 FOR 8), 'hex'))::bit(64)::bigint)),
                set_config('app.kept', 'y', false);
    END IF;
    IF to_regclass('read.access_grant') IS NULL THEN  -- nothing has been told yet
        SELECT false INTO held FROM sec.secret AS k
        WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad
                  || convert_to(concat_ws('|', actor, expires, scope), 'UTF8'))), 'hex');
    ELSE
        SELECT EXISTS (SELECT FROM read.access_grant AS g WHERE g.grantee = ANY (names)) INTO held FROM sec.secret AS k
        WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad
                  || convert_to(concat_ws('|', actor, expires, scope), 'UTF8'))), 'hex');
    END IF;
    IF held IS NULL THEN  -- not well signed, so not kept: as if put in place by hand, which the first question refuses
        PERFORM set_config('app.k' || currval('sec.mark'), '', true), set_config('app.scope', scope, true),
                set_config('app.actor', actor, true), set_config('app.expires', expires, true),
                set_config('app.sig', sig, true);
        RETURN NULL;
    END IF;
    IF set_config('app.k' || currval('sec.mark'),
                  concat(expires, '|', actor, CASE WHEN held THEN '|some' ELSE '|none' END, scope), true) IS NULL
       OR NOT held OR to_timestamp(expires::double precision) <= statement_timestamp() THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT string_agg(g.subject_id || ' ' || g.grantee || '|' || array_to_string(g.classes, ' ')
                              || coalesce('|' || to_char(g.records_to, 'YYYY-MM-DD'), ''), chr(10))
            FROM read.access_grant AS g
            WHERE g.grantee = ANY (names)
              AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, sec.moment(), sec.purpose()));
END $$;

-- As before; whether a scope is open is no longer told by a setting.
CREATE OR REPLACE FUNCTION sec.note(notes text, expires text, signature text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine  CONSTANT smallint := 128 + pg_backend_pid() % 64;
    now_  CONSTANT timestamptz := clock_timestamp();
    lines CONSTANT text[] := string_to_array(notes, chr(30));
    told  CONSTANT bytea := sha256(convert_to(notes, 'UTF8'));
BEGIN
    IF sec.kept() IS NOT NULL THEN
        IF EXISTS (SELECT FROM unnest(lines) AS u (line)
                   WHERE split_part(u.line, chr(31), 1) IS DISTINCT FROM sec.actor()::text) THEN
            RAISE EXCEPTION 'a note of somebody else' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    WITH link AS (
        UPDATE sec.journal_head AS h
           SET seq = h.seq + cardinality(lines),
               hash = sha256(h.hash || told || convert_to(concat_ws(chr(31), mine, h.seq + 1,
                   to_char(now_ AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')), 'UTF8'))
          FROM sec.secret AS k
         WHERE h.lane = mine AND to_timestamp(expires::double precision) > now_
           AND signature = encode(sha256(k.outer_pad || sha256(k.inner_pad || '\x00'::bytea
                   || convert_to('note|' || expires || '|', 'UTF8') || told)), 'hex')
        RETURNING h.seq - cardinality(lines) AS before, h.hash
    )
    INSERT INTO sec.access_journal (at, person_id, assignment_id, role, unit_id, division_id, purpose, trace_id,
        operation, policy_version, door, obj, act, outcome, relation, classes, withheld, subjects, lane, seq, hash)
    SELECT now_, f[1]::uuid, f[2]::uuid, f[3], f[4]::uuid, f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14],
        string_to_array(f[15], ' '), string_to_array(f[16], ' '), string_to_array(f[17], ',')::uuid[],
        mine, link.before + u.ord, link.hash
    FROM link
    CROSS JOIN unnest(lines) WITH ORDINALITY AS u (line, ord)
    CROSS JOIN LATERAL string_to_array(u.line, chr(31), chr(26)) AS f;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'note signature' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

REVOKE ALL ON FUNCTION sec.well_signed(text, text), sec.kept() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.kept() TO yidang_reader, yidang_writer;

RESET ROLE;
