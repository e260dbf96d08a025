-- A statement is made ready faster: what its laws ask of the scope is one function each, and the opening is shorter.
--
-- PostgreSQL makes a whole statement ready before it runs it, and a law is mostly sub-selects that no row comes to ask. Since
-- 0024 each of them was an expression of a dozen functions over sec.kept(); now sec.scope and sec.holds_none, which policies
-- name, are functions of their own again, over the same kept text, and the policies name fewer (projections/short_law.py).
-- What is put in place by hand beside a scope that was opened counts for nothing, where it was refused: the questions look at
-- what the opening kept, and no longer at four settings that nobody sets.
-- sec.open has three expressions where it had seven: PL/pgSQL makes each ready anew in every transaction.
SET LOCAL ROLE yidang_owner;

CREATE OR REPLACE FUNCTION sec.kept() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept text := CASE WHEN current_setting('app.kept', true) = 'y'
                      THEN current_setting('app.k' || currval('sec.mark'), true) END;
BEGIN
    RETURN CASE WHEN kept <> '' AND to_timestamp(split_part(kept, '|', 1)::double precision) > statement_timestamp()
                THEN kept ELSE sec.checked_scope() END;
END $$;

CREATE OR REPLACE FUNCTION sec.scope(obj text, cls text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept text := CASE WHEN current_setting('app.kept', true) = 'y'
                      THEN current_setting('app.k' || currval('sec.mark'), true) END;
BEGIN
    RETURN coalesce(string_to_array(split_part(split_part(split_part(
        CASE WHEN kept <> '' AND to_timestamp(split_part(kept, '|', 1)::double precision) > statement_timestamp()
             THEN kept ELSE sec.checked_scope() END,
        E'\t' || obj || '/' || cls || E'\t', 2), '=', 2), E'\n', 1), ' '), '{}');
END $$;

-- What is not simply kept: a scope that is over, settings put in place by hand, or no scope at all.
CREATE OR REPLACE FUNCTION sec.checked_scope() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope   text := current_setting('app.scope', true);
    actor   text := current_setting('app.actor', true);
    expires text := current_setting('app.expires', true);
    kept    text := CASE WHEN current_setting('app.kept', true) = 'y'
                         THEN current_setting('app.k' || currval('sec.mark'), true) END;
BEGIN
    IF coalesce(kept, '') = '' THEN
        IF coalesce(scope, '') = '' THEN
            RETURN NULL;
        END IF;
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

CREATE OR REPLACE FUNCTION sec.holds_none() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(split_part(split_part(sec.kept(), E'\n', 1), '|', 3) = 'none', false);
END $$;

CREATE OR REPLACE FUNCTION sec.open(scope text, actor text, expires text, sig text) RETURNS text
LANGUAGE plpgsql PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held boolean;
BEGIN
    IF current_setting('app.kept', true) IS DISTINCT FROM 'y' THEN  -- the first of a session
        IF to_regclass('read.access_grant') IS NULL THEN  -- nothing has been told yet: as if put in place by hand
            PERFORM set_config('app.scope', scope, true), set_config('app.actor', actor, true),
                    set_config('app.expires', expires, true), set_config('app.sig', sig, true);
            RETURN NULL;
        END IF;
        PERFORM setval('sec.mark', greatest(1, 9223372036854775807 & ('x' || encode(
                    substring(sha256(uuid_send(gen_random_uuid())) FROM 1 FOR 8), 'hex'))::bit(64)::bigint)),
                set_config('app.kept', 'y', false);
    END IF;
    SELECT EXISTS (SELECT FROM read.access_grant AS g
                   WHERE g.grantee = ANY (string_to_array(split_part(split_part(scope, E'\nG=', 2), E'\n', 1), ' ')))
      INTO held FROM sec.secret AS k
     WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad
               || convert_to(concat_ws('|', actor, expires, scope), 'UTF8'))), 'hex');
    IF NOT held AND set_config('app.k' || currval('sec.mark'), concat(expires, '|', actor, '|none', scope), true) <> '' THEN
        RETURN NULL;
    END IF;
    IF held IS NULL THEN  -- not well signed, so not kept: as if put in place by hand, which the first question refuses
        PERFORM set_config('app.k' || currval('sec.mark'), '', true), set_config('app.scope', scope, true),
                set_config('app.actor', actor, true), set_config('app.expires', expires, true),
                set_config('app.sig', sig, true);
        RETURN NULL;
    END IF;
    IF set_config('app.k' || currval('sec.mark'), concat(expires, '|', actor, '|some', scope), true) <> ''
       AND to_timestamp(expires::double precision) <= statement_timestamp() THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT string_agg(g.subject_id || ' ' || g.grantee || '|' || array_to_string(g.classes, ' ')
                              || coalesce('|' || to_char(g.records_to, 'YYYY-MM-DD'), ''), E'\n')
            FROM read.access_grant AS g
            WHERE g.grantee = ANY (sec.grantees())
              AND sec.valid(g.valid_from, g.valid_to, g.for_purpose, sec.moment(), sec.purpose()));
END $$;

GRANT EXECUTE ON FUNCTION sec.holds_none() TO yidang_reader, yidang_writer;

RESET ROLE;
