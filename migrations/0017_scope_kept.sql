-- A scope is checked once a transaction: what was checked is kept where only the functions of this schema find it.
--
-- Before, every question of row security (sec.scope, sec.conflicts …) hashed the signed text anew, some twelve times in
-- a read of one child. Now sec.open puts the four settings in place, checks them, and keeps a copy of what it checked in
-- a setting whose name holds a random number of this session. A question compares the settings with that copy, byte by
-- byte; whatever differs is hashed as before. So nothing is trusted that was not checked:
--   the number  is drawn once a session and remembered by `currval`, which only whoever may read sec.mark can ask;
--               neither login may. It never lies in a table, a log or a catalogue: pg_settings does not show
--               settings of this kind, so a name that is not known cannot be found, read or written
--   the copy    ends with the transaction, as the scope does
--   app.kept    only says that the session has drawn its number; whoever sets it falsely gets an error
-- A caller that sets the four settings by itself is served as before, with a hash at each question.
SET LOCAL ROLE yidang_owner;

CREATE UNLOGGED SEQUENCE sec.mark;
COMMENT ON SEQUENCE sec.mark IS 'Each session''s own random number, by currval; no number is ever drawn from it.';
REVOKE ALL ON SEQUENCE sec.mark FROM PUBLIC;

CREATE OR REPLACE FUNCTION sec.checked_scope() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope   text := current_setting('app.scope', true);
    expires text := current_setting('app.expires', true);
    said    text;
    signed  text;
BEGIN
    IF scope IS NULL OR scope = '' THEN
        RETURN NULL;
    END IF;
    said := concat_ws('|', current_setting('app.actor', true), expires, scope);
    IF (CASE WHEN current_setting('app.kept', true) = 'y'
            THEN current_setting('app.k' || currval('sec.mark'), true) = said END) THEN
        NULL;  -- checked in this transaction already
    ELSE
        SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex')
          INTO signed FROM sec.secret AS k;
        IF signed IS NULL OR signed IS DISTINCT FROM current_setting('app.sig', true) THEN
            RAISE EXCEPTION 'scope signature' USING ERRCODE = '42501';
        END IF;
    END IF;
    IF to_timestamp(expires::double precision) <= statement_timestamp() THEN
        RAISE EXCEPTION 'scope expired' USING ERRCODE = '42501';
    END IF;
    RETURN scope;
END $$;

CREATE FUNCTION sec.open(scope text, actor text, expires text, sig text) RETURNS void
LANGUAGE plpgsql PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said text := concat_ws('|', actor, expires, scope);
BEGIN
    PERFORM set_config('app.scope', scope, true), set_config('app.actor', actor, true),
            set_config('app.expires', expires, true), set_config('app.sig', sig, true);
    IF current_setting('app.kept', true) IS DISTINCT FROM 'y' THEN
        PERFORM setval('sec.mark', greatest(1, 9223372036854775807 & ('x' || encode(
                    substring(sha256(uuid_send(gen_random_uuid())) FROM 1 FOR 8), 'hex'))::bit(64)::bigint)),
                set_config('app.kept', 'y', false);
    END IF;
    -- What is not well signed is not kept: the first question will refuse it.
    PERFORM set_config('app.k' || currval('sec.mark'), said, true) FROM sec.secret AS k
    WHERE sig = encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))), 'hex');
END $$;
COMMENT ON FUNCTION sec.open(text, text, text, text) IS
    'Puts a signed scope into this transaction: its text, the person, the second it ends, its signature.';

REVOKE ALL ON FUNCTION sec.open(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.open(text, text, text, text) TO yidang_reader, yidang_writer;

RESET ROLE;
