-- 登出 · Tokens that count no more although they have not run out: one by one, or all of a person's sign-ins up to a
-- moment. Each request asks this list in the statement that looks its assignment up; open streams are told by NOTIFY
-- `rights`: `token:<hex>`, `person:<uuid>`, and from the directory's projection `post:<uuid>`.
SET LOCAL ROLE yidang_owner;

CREATE TABLE sec.signed_out (
    token   bytea       PRIMARY KEY CHECK (length(token) = 32),
    ends_at timestamptz NOT NULL
);
COMMENT ON TABLE sec.signed_out IS '已登出的令牌 · Tokens signed out, kept until they would have run out by themselves.';
COMMENT ON COLUMN sec.signed_out.token IS 'SHA-256 of issuer and token id: the token itself is nowhere kept.';

CREATE TABLE sec.signed_out_person (
    person_id uuid        NOT NULL,
    until     timestamptz NOT NULL,
    PRIMARY KEY (person_id, until)
);
COMMENT ON TABLE sec.signed_out_person IS '已全部登出的人 · Nothing they signed in for up to then counts, nor what is refreshed from it.';

-- Nobody takes a token back from the list before it has run out; the writer only sweeps up behind it.
ALTER TABLE sec.signed_out ENABLE ROW LEVEL SECURITY;
CREATE POLICY looked_up ON sec.signed_out FOR SELECT TO yidang_writer USING (true);
CREATE POLICY signed_out ON sec.signed_out FOR INSERT TO yidang_writer WITH CHECK (true);
CREATE POLICY run_out ON sec.signed_out FOR DELETE TO yidang_writer USING (ends_at < statement_timestamp());

CREATE FUNCTION sec.tell_signed_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('rights', CASE TG_TABLE_NAME
        WHEN 'signed_out' THEN 'token:' || encode((to_jsonb(NEW) ->> 'token')::bytea, 'hex')
        ELSE 'person:' || (to_jsonb(NEW) ->> 'person_id') END);
    RETURN NULL;
END $$;
CREATE TRIGGER tell_signed_out AFTER INSERT ON sec.signed_out
    FOR EACH ROW EXECUTE FUNCTION sec.tell_signed_out();
CREATE TRIGGER tell_signed_out AFTER INSERT ON sec.signed_out_person
    FOR EACH ROW EXECUTE FUNCTION sec.tell_signed_out();
ALTER TABLE sec.signed_out ENABLE ALWAYS TRIGGER tell_signed_out;
ALTER TABLE sec.signed_out_person ENABLE ALWAYS TRIGGER tell_signed_out;

REVOKE ALL ON sec.signed_out, sec.signed_out_person FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON sec.signed_out TO yidang_writer;
GRANT SELECT, INSERT ON sec.signed_out_person TO yidang_writer;
REVOKE ALL ON FUNCTION sec.tell_signed_out() FROM PUBLIC;

RESET ROLE;
