"""The questions of `inventory`, to PostgreSQL's catalogue alone. `$1` are the schemas.

Names are sorted bytewise: the order is the same whatever the database's collation.
"""

from rbengine.contract.database import OWN_SCHEMA

VERSION = "SELECT pg_catalog.current_setting('server_version')"

ALL_SCHEMAS = f"""
SELECT n.nspname FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{OWN_SCHEMA}')
ORDER BY n.nspname COLLATE "C"
"""

_EXTENSION = """
(SELECT e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE d.classid = '{catalogue}'::pg_catalog.regclass AND d.objid = {oid} AND d.deptype = 'e')
"""

TABLES = f"""
SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text, c.relrowsecurity, c.relforcerowsecurity,
  CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN
    (SELECT i.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) END,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
  {_EXTENSION.format(catalogue="pg_catalog.pg_class", oid="c.oid")}
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't' AND n.nspname = ANY($1::text[])
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

COLUMNS = f"""
SELECT a.attrelid::int8, a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN ' COLLATE '
     || (SELECT pg_catalog.quote_ident(ns.nspname) || '.' || pg_catalog.quote_ident(l.collname)
         FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace ns ON ns.oid = l.collnamespace
         WHERE l.oid = a.attcollation) ELSE '' END,
  a.attnotnull, pg_catalog.pg_get_expr(f.adbin, f.adrelid), a.attidentity::text, a.attgenerated::text,
  {_EXTENSION.format(catalogue="pg_catalog.pg_type", oid="coalesce(nullif(t.typelem, 0), t.oid)")}
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname = ANY($1::text[])
ORDER BY a.attrelid, a.attnum
"""

CONSTRAINTS = """
SELECT k.conrelid::int8, k.conname, k.contype::text, pg_catalog.pg_get_constraintdef(k.oid)
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('c', 'p', 'u', 'x', 'f') AND k.conislocal AND k.conparentid = 0 AND n.nspname = ANY($1::text[])
ORDER BY k.conrelid, pg_catalog.array_position('{p,u,x,c,f}'::text[], k.contype::text), k.conname COLLATE "C"
"""

INDEXES = """
SELECT i.indrelid::int8, x.relname, 'index', pg_catalog.pg_get_indexdef(i.indexrelid)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisvalid AND c.relkind IN ('r', 'p', 'm') AND NOT x.relispartition AND n.nspname = ANY($1::text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname COLLATE "C"
"""

TRIGGERS = """
SELECT t.tgrelid::int8, t.tgname, t.tgenabled::text, pg_catalog.pg_get_triggerdef(t.oid)
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND n.nspname = ANY($1::text[])
ORDER BY t.tgrelid, t.tgname COLLATE "C"
"""

POLICIES = """
SELECT p.polrelid::int8, p.polname, p.polcmd::text, p.polpermissive,
  ARRAY(SELECT pg_catalog.quote_ident(r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY(p.polroles)
        ORDER BY r.rolname COLLATE "C"),
  pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1::text[])
ORDER BY p.polrelid, p.polname COLLATE "C"
"""

TYPES = f"""
SELECT n.nspname, t.typname, t.typtype::text,
  ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder),
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
    || coalesce(' DEFAULT ' || t.typdefault, '')
    || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce((SELECT pg_catalog.string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' '
         || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname COLLATE "C")
       FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
  END, t.typrelid::int8
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c')) AND n.nspname = ANY($1::text[])
  AND {_EXTENSION.format(catalogue="pg_catalog.pg_type", oid="t.oid")} IS NULL
ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"
"""

SEQUENCES = """
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname = ANY($1::text[])
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'i')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

FUNCTIONS = f"""
WITH relations AS (
  SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY($1::text[])
), things AS (
  SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass AS catalogue, oid FROM pg_catalog.pg_attrdef
    WHERE adrelid IN (SELECT oid FROM relations)
  UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, oid FROM pg_catalog.pg_constraint
    WHERE conrelid IN (SELECT oid FROM relations)
  UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, oid FROM pg_catalog.pg_rewrite
    WHERE ev_class IN (SELECT oid FROM relations)
  UNION ALL SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, oid FROM pg_catalog.pg_policy
    WHERE polrelid IN (SELECT oid FROM relations)
  UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, oid FROM pg_catalog.pg_trigger
    WHERE tgrelid IN (SELECT oid FROM relations) AND NOT tgisinternal
  UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid FROM pg_catalog.pg_index i
    WHERE i.indrelid IN (SELECT oid FROM relations)
), needed AS (
  SELECT d.refobjid AS oid FROM pg_catalog.pg_depend d JOIN things t ON t.catalogue = d.classid AND t.oid = d.objid
  WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
)
SELECT n.nspname, p.proname, pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid),
  l.lanname, p.provolatile::text, p.proisstrict, p.prokind::text, p.prosrc, pg_catalog.pg_get_functiondef(p.oid),
  {_EXTENSION.format(catalogue="pg_catalog.pg_proc", oid="p.oid")}
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (p.oid IN (SELECT oid FROM needed)
       OR n.nspname || '.' || p.proname = ANY($2::text[])
       OR (n.nspname = 'public' AND p.proname = ANY($2::text[])))
ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", pg_catalog.pg_get_function_identity_arguments(p.oid) COLLATE "C"
"""

PUBLICATIONS = """
SELECT p.pubname, ARRAY(SELECT t.schemaname || '.' || t.tablename FROM pg_catalog.pg_publication_tables t
                        WHERE t.pubname = p.pubname ORDER BY 1)
FROM pg_catalog.pg_publication p ORDER BY p.pubname COLLATE "C"
"""

TABLE_GRANTS = """
SELECT c.oid::int8, r.rolname,
  pg_catalog.string_agg(a.privilege_type, ', '
    ORDER BY pg_catalog.array_position('{SELECT,INSERT,UPDATE,DELETE}'::text[], a.privilege_type))
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname = ANY($1::text[]) AND r.rolname = ANY($2::text[])
  AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
GROUP BY c.oid, r.rolname ORDER BY c.oid, r.rolname COLLATE "C"
"""

SCHEMA_GRANTS = """
SELECT n.nspname, r.rolname
FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE a.privilege_type = 'USAGE' AND r.rolname = ANY($1::text[])
ORDER BY n.nspname COLLATE "C", r.rolname COLLATE "C"
"""
