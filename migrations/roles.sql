-- The three roles, made before the first migration and looked at again before each run.
--   yidang_owner   owns every object; nobody logs in as it
--   yidang_writer  appends events and writes read models
--   yidang_reader  answers reads under row-level security
-- Needs CREATEROLE and ownership of the database, not a superuser: a managed server will do.

DO $$
DECLARE
    wanted text[];
    powerful text;
BEGIN
    FOREACH wanted SLICE 1 IN ARRAY ARRAY[
        ['yidang_owner', 'NOLOGIN'], ['yidang_writer', 'LOGIN'], ['yidang_reader', 'LOGIN']]
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted[1]);
        BEGIN
            EXECUTE format('CREATE ROLE %I %s', wanted[1], wanted[2]);
        -- Roles belong to the whole server: another database's run may have been first.
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;

    SELECT string_agg(rolname, ', ') INTO powerful FROM pg_roles
    WHERE rolname IN ('yidang_owner', 'yidang_writer', 'yidang_reader')
      AND (rolsuper OR rolbypassrls OR rolcreaterole);
    IF powerful IS NOT NULL THEN
        RAISE EXCEPTION '% must not be superuser, BYPASSRLS or CREATEROLE: row-level security would not hold', powerful;
    END IF;

    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT yidang_owner TO %I', current_user);
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO yidang_writer, yidang_reader', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO yidang_owner', current_database());
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Read models are written and read unqualified, so that a retelling can build them beside the live ones.
ALTER ROLE yidang_writer SET search_path = read, pg_catalog;
ALTER ROLE yidang_reader SET search_path = read, pg_catalog;
