-- Master keys can be changed while the platform runs: which are in force, and wrapping the subjects' keys anew.
--
--   in force  a key is born only under a master key that is in force; the first one of a new log registers itself
--   rewrap    only es.rewrap may change a living key, to a wrapping under another key in force; a destroyed one stays
--             destroyed. A login role cannot: the trigger lets through the tables' owner alone
--   retire    once nothing is under a master key; what a late process would still wrap with it is refused from then on
--
-- Before: a subject key could only be destroyed, and every wrapping was taken.
SET LOCAL ROLE yidang_owner;

CREATE TABLE es.master_key (
    id         bytea       PRIMARY KEY CHECK (length(id) = 8),
    since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at timestamptz
);
COMMENT ON TABLE es.master_key IS 'The master keys there were, by an id that gives nothing of the key away.';
INSERT INTO es.master_key (id, since)
    SELECT substring(wrapped FROM 2 FOR 8), min(created_at) FROM es.subject_key
    WHERE length(wrapped) = 69 GROUP BY 1;

CREATE FUNCTION es.born_in_force() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    master bytea := substring(NEW.wrapped FROM 2 FOR 8);
BEGIN
    IF length(NEW.wrapped) <> 69 THEN
        RAISE EXCEPTION 'not a wrapped key' USING ERRCODE = 'check_violation';
    END IF;
    -- The lock makes es.retire_master wait for this transaction.
    PERFORM FROM es.master_key WHERE id = master AND retired_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        IF EXISTS (SELECT FROM es.master_key) THEN
            RAISE EXCEPTION 'this master key is not in force' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        INSERT INTO es.master_key (id) VALUES (master) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER born_in_force BEFORE INSERT ON es.subject_key
    FOR EACH ROW WHEN (NEW.wrapped IS NOT NULL) EXECUTE FUNCTION es.born_in_force();
ALTER TABLE es.subject_key ENABLE ALWAYS TRIGGER born_in_force;

CREATE OR REPLACE FUNCTION es.destroy_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.scope <> OLD.scope OR NEW.created_at <> OLD.created_at
       OR (NEW.wrapped IS NOT NULL AND (OLD.wrapped IS NULL OR NEW.destroyed_at IS NOT NULL
           OR current_user <> 'yidang_owner' OR length(NEW.wrapped) <> length(OLD.wrapped)
           OR NOT EXISTS (SELECT FROM es.master_key AS m
                          WHERE m.id = substring(NEW.wrapped FROM 2 FOR 8) AND m.retired_at IS NULL))) THEN
        RAISE EXCEPTION 'a subject key can only be destroyed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.destroyed_at IS NOT NULL THEN
        RETURN NULL;  -- destroyed once is destroyed: the first date stands
    END IF;
    IF NEW.wrapped IS NULL THEN
        NEW.destroyed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

-- A key that is only wrapped anew is still the same key: nobody need forget it.
CREATE OR REPLACE FUNCTION es.tell_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed WHERE wrapped IS NULL) THEN
        PERFORM pg_notify('es_key', '');
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER tell_destroyed ON es.subject_key;
CREATE TRIGGER tell_destroyed AFTER UPDATE ON es.subject_key
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION es.tell_destroyed();

CREATE FUNCTION es.begin_master(next bytea) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO es.master_key (id) VALUES (next) ON CONFLICT DO NOTHING;
    RETURN EXISTS (SELECT FROM es.master_key WHERE id = next AND retired_at IS NULL);
END $$;
COMMENT ON FUNCTION es.begin_master(bytea) IS 'Puts a master key in force; false for one that was retired.';

CREATE FUNCTION es.rewrap(scopes text[], were bytea[], become bytea[]) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    WITH done AS (
        UPDATE es.subject_key AS k SET wrapped = t.become
        FROM unnest(scopes, were, become) AS t (scope, were, become)
        WHERE k.scope = t.scope AND k.wrapped = t.were
        RETURNING k.scope)
    SELECT count(*) FROM done
$$;
COMMENT ON FUNCTION es.rewrap(text[], bytea[], bytea[]) IS
    'Wraps living keys anew where they still are what they were; how many. A key destroyed meanwhile stays destroyed.';

CREATE FUNCTION es.retire_master(old bytea) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM es.master_key WHERE id = old FOR UPDATE;
    IF EXISTS (SELECT FROM es.subject_key WHERE substring(wrapped FROM 2 FOR 8) = old) THEN
        RETURN false;
    END IF;
    UPDATE es.master_key SET retired_at = clock_timestamp() WHERE id = old AND retired_at IS NULL;
    RETURN true;
END $$;
COMMENT ON FUNCTION es.retire_master(bytea) IS 'Takes a master key out of force for ever; false while keys are under it.';

REVOKE ALL ON FUNCTION es.born_in_force(), es.begin_master(bytea), es.rewrap(text[], bytea[], bytea[]),
    es.retire_master(bytea) FROM PUBLIC;
GRANT SELECT ON es.master_key TO yidang_writer;

RESET ROLE;
