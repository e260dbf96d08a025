-- The access journal: who saw which child or case, in which classes, in which capacity and for what purpose.
-- Written in the same transaction as the read; insert-only for the API role, append-only for everybody.
-- Basis: 未成年人网络保护条例 36 (record access), PIPL 56 (kept at least three years); domain model A.2 rule 1.
set role yidang_owner;

create table sec.access_journal (
    id             bigint generated always as identity primary key,
    at             timestamptz not null default clock_timestamp(),
    person_id      uuid not null,
    assignment_id  uuid,
    role           text not null,
    purpose        text not null,
    trace_id       text not null,
    operation      text,
    policy_version text not null,
    subject_id     uuid not null,
    obj            text not null,
    classes        text[] not null
);
create index on sec.access_journal (subject_id, at);
comment on table sec.access_journal is '查阅记录 · Who saw whom, what and why';

create function sec.deny_change() returns trigger language plpgsql as $$
begin
    raise exception 'the access journal is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on sec.access_journal
    for each row execute function sec.deny_change();
create trigger append_only_whole before truncate on sec.access_journal
    for each statement execute function sec.deny_change();

alter table sec.access_journal enable row level security;
alter table sec.access_journal force row level security;
-- A reader notes only its own views, as the actor of its signed scope, and reads nothing back.
create policy noted on sec.access_journal for insert to yidang_reader
    with check (person_id = (select sec.actor()));
create policy audited on sec.access_journal for select to yidang_writer using (true);

revoke all on sec.access_journal from public;
grant insert on sec.access_journal to yidang_reader;
grant select on sec.access_journal to yidang_writer;
