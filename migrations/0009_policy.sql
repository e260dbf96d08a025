-- The policy as published: every text that was ever in force, append-only, the newest last. Each process listens and
-- takes the newest that it understands wholly; a text it does not is refused there, and the one before stays.
SET LOCAL ROLE yidang_owner;

CREATE TABLE sec.policy (
    no           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version      text        NOT NULL,
    source       text        NOT NULL,
    origin       text        NOT NULL CHECK (origin IN ('RELEASE', 'OPERATOR')),
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE sec.policy IS '权限总表的历次发布 · Every policy published; the last row is the one to be in force.';
COMMENT ON COLUMN sec.policy.version IS 'Digest of the text, as decisions and the access journal name it.';
COMMENT ON COLUMN sec.policy.origin IS 'RELEASE: came with a version of the platform. OPERATOR: published beside it.';

CREATE FUNCTION sec.policy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published policy is neither changed nor taken away: publish another'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sec.policy
    FOR EACH STATEMENT EXECUTE FUNCTION sec.policy_stays();
ALTER TABLE sec.policy ENABLE ALWAYS TRIGGER append_only;

CREATE FUNCTION sec.tell_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('policy', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tell_policy AFTER INSERT ON sec.policy FOR EACH STATEMENT EXECUTE FUNCTION sec.tell_policy();
ALTER TABLE sec.policy ENABLE ALWAYS TRIGGER tell_policy;

REVOKE ALL ON sec.policy FROM PUBLIC;
GRANT SELECT ON sec.policy TO yidang_writer;
REVOKE ALL ON FUNCTION sec.policy_stays(), sec.tell_policy() FROM PUBLIC;

RESET ROLE;
