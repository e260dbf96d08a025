-- Why row-level security would not hold for the role that runs this: one row (problem, name) each.
-- %(schemas)s: the schemas of read models. %(definers)s: functions that may run with their owner's rights.
WITH me AS (
    SELECT * FROM pg_roles WHERE rolname = current_user
), model AS (
    SELECT c.*, format('%%I.%%I', n.nspname, c.relname) AS name
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (%(schemas)s)
), log AS (
    SELECT c.oid, format('%%I.%%I', n.nspname, c.relname) AS name
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'es' AND c.relkind IN ('r', 'p', 'v', 'm')
), definer AS (
    SELECT p.oid, n.oid AS schema, n.nspname || '.' || p.proname AS name
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.prosecdef
)
SELECT 'superuser', rolname::text FROM me WHERE rolsuper
UNION ALL
SELECT 'BYPASSRLS', rolname FROM me WHERE rolbypassrls
UNION ALL
SELECT 'may make roles', rolname FROM me WHERE rolcreaterole
UNION ALL
SELECT 'member of another role', g.rolname FROM pg_roles AS g, me
WHERE g.oid <> me.oid AND NOT me.rolsuper AND pg_has_role(me.oid, g.oid, 'MEMBER')
UNION ALL
SELECT 'owner', pg_describe_object(d.classid, d.objid, 0) FROM pg_shdepend AS d, me
WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = me.oid AND d.deptype = 'o'
  AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
UNION ALL
SELECT 'rights in the event log', n.nspname FROM pg_namespace AS n
WHERE n.nspname = 'es' AND has_schema_privilege(n.oid, 'USAGE')
UNION ALL
SELECT 'rights in the event log', name FROM log WHERE has_table_privilege(oid, 'SELECT')
UNION ALL
SELECT 'row-level security not forced', name FROM model
WHERE relkind IN ('r', 'p') AND NOT relispartition AND NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'no policy', name FROM model
WHERE relkind IN ('r', 'p') AND NOT relispartition
  AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = model.oid)
UNION ALL
SELECT 'a policy opens every row', name FROM model JOIN pg_policy AS p ON p.polrelid = model.oid
WHERE p.polpermissive AND p.polcmd IN ('r', '*')
  AND pg_get_expr(p.polqual, p.polrelid) = 'true'
  AND EXISTS (SELECT FROM unnest(p.polroles) AS g
              WHERE g = 0 OR pg_has_role(current_user, g, 'MEMBER'))
UNION ALL
SELECT 'a partition is granted', name FROM model
WHERE relispartition AND has_table_privilege(oid, 'SELECT')
UNION ALL
SELECT 'a view does not ask as its reader', name FROM model
WHERE relkind = 'v' AND NOT EXISTS (
    SELECT FROM pg_options_to_table(reloptions)
    WHERE option_name = 'security_invoker' AND lower(option_value) IN ('true', 'on', 'yes', '1'))
UNION ALL
SELECT 'a materialized view is granted', oid::regclass::text FROM pg_class
WHERE relkind = 'm' AND has_table_privilege(oid, 'SELECT')
UNION ALL
SELECT 'runs with its owner''s rights', name FROM definer
WHERE NOT name = ANY (%(definers)s)
  AND has_schema_privilege(schema, 'USAGE') AND has_function_privilege(oid, 'EXECUTE')
UNION ALL
SELECT 'the signing key is readable', 'sec.secret' WHERE has_any_column_privilege('sec.secret', 'SELECT')
UNION ALL
SELECT 'the key of relations is readable', 'sec.relation_key'
WHERE has_any_column_privilege('sec.relation_key', 'SELECT')
