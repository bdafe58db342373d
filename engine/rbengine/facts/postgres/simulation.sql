-- What a simulated world controls instead of the server: time, chance, and the server's own state. It stands before
-- pg_catalog on the search path of a rehearsal, so that a playbook's SQL finds it under the names it always uses.
-- Made by the superuser in the template of rehearsals; nothing of the project is made by that role.

CREATE SCHEMA simulation;
GRANT USAGE ON SCHEMA simulation TO PUBLIC;

-- Time. The simulated database sets `simulation.now` before each transaction. ----------------------------------------

CREATE FUNCTION simulation.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.transaction_timestamp() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
  $$ SELECT pg_catalog.current_setting('simulation.now')::timestamptz $$;
CREATE FUNCTION simulation.timeofday() RETURNS text LANGUAGE sql VOLATILE PARALLEL SAFE AS
  $$ SELECT pg_catalog.to_char(simulation.now(), 'Dy Mon DD HH24:MI:SS.US YYYY TZ') $$;

CREATE FUNCTION simulation."current_timestamp"() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT simulation.now() $$;
CREATE FUNCTION simulation."current_timestamp"(digits integer) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.timestamptz(simulation.now(), digits) $$;
CREATE FUNCTION simulation."current_date"() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT simulation.now()::date $$;
CREATE FUNCTION simulation."current_time"() RETURNS timetz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT simulation.now()::timetz $$;
CREATE FUNCTION simulation."current_time"(digits integer) RETURNS timetz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.timetz(simulation.now()::timetz, digits) $$;
CREATE FUNCTION simulation."localtime"() RETURNS time LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT simulation.now()::time $$;
CREATE FUNCTION simulation."localtime"(digits integer) RETURNS time LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.time(simulation.now()::time, digits) $$;
CREATE FUNCTION simulation."localtimestamp"() RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT simulation.now()::timestamp $$;
CREATE FUNCTION simulation."localtimestamp"(digits integer) RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.timestamp(simulation.now()::timestamp, digits) $$;

-- With one argument the age is taken from the beginning of today.
CREATE FUNCTION simulation.age(since timestamptz) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.age(simulation."current_date"()::timestamptz, since) $$;
CREATE FUNCTION simulation.age(since timestamp) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT pg_catalog.age(simulation."current_date"()::timestamp, since) $$;

-- Chance: the same in every rehearsal, counted from its beginning. ---------------------------------------------------

CREATE SEQUENCE simulation.chance;
GRANT USAGE, UPDATE, SELECT ON SEQUENCE simulation.chance TO PUBLIC;
CREATE FUNCTION simulation.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT overlay(overlay(pg_catalog.md5('uuid ' || pg_catalog.nextval('simulation.chance')) placing '4' from 13)
    placing 'a' from 17)::uuid
$$;
CREATE FUNCTION simulation.uuidv4() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT simulation.gen_random_uuid() $$;
CREATE FUNCTION simulation.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (pg_catalog.lpad(pg_catalog.to_hex((extract(epoch FROM simulation.now()) * 1000)::bigint), 12, '0')
    || '7' || pg_catalog.substr(pg_catalog.md5('uuid ' || pg_catalog.nextval('simulation.chance')), 1, 3)
    || 'a' || pg_catalog.substr(pg_catalog.md5('uuid ' || pg_catalog.currval('simulation.chance')), 4, 15))::uuid
$$;
CREATE FUNCTION simulation.random() RETURNS double precision LANGUAGE sql VOLATILE AS $$
  SELECT ('x' || pg_catalog.substr(pg_catalog.md5('random ' || pg_catalog.nextval('simulation.chance')), 1, 8))::bit(32)::bigint
    / 4294967296::double precision
$$;

-- The server's own state. -------------------------------------------------------------------------------------------

CREATE SEQUENCE simulation.process START 1001;
GRANT USAGE, UPDATE, SELECT ON SEQUENCE simulation.process TO PUBLIC;
CREATE TABLE simulation.pg_stat_activity AS SELECT * FROM pg_catalog.pg_stat_activity WITH NO DATA;
ALTER TABLE simulation.pg_stat_activity
  ALTER pid SET DEFAULT nextval('simulation.process'),
  ADD PRIMARY KEY (pid),
  ALTER datname SET DEFAULT 'postgres',
  ALTER usename SET DEFAULT 'authenticator',
  ALTER application_name SET DEFAULT '',
  ALTER backend_start SET DEFAULT simulation.now(),
  ALTER state_change SET DEFAULT simulation.now(),
  ALTER state SET DEFAULT 'active',
  ALTER query SET DEFAULT '',
  ALTER backend_type SET DEFAULT 'client backend';

-- The database's real name is another one in each process.
CREATE FUNCTION simulation.current_database() RETURNS name LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT 'postgres'::name $$;

-- Our own session is none of the world's, and its real number could be that of one.
CREATE FUNCTION simulation.pg_backend_pid() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT 1000 $$;
CREATE FUNCTION simulation.pg_terminate_backend(process integer, timeout bigint DEFAULT 0) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
  WITH gone AS (DELETE FROM simulation.pg_stat_activity WHERE pid = process RETURNING 1)
  SELECT EXISTS (SELECT FROM gone)
$$;
-- A session that waits for its client to take what it sends hears no cancel, but it can be terminated.
CREATE FUNCTION simulation.pg_cancel_backend(process integer) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  WITH idle AS (
    UPDATE simulation.pg_stat_activity SET state = 'idle', state_change = simulation.now()
    WHERE pid = process AND state = 'active' AND wait_event IS DISTINCT FROM 'ClientWrite' RETURNING 1
  )
  SELECT EXISTS (SELECT FROM simulation.pg_stat_activity WHERE pid = process) FROM (SELECT count(*) FROM idle) AS done
$$;

CREATE TABLE simulation.pg_stat_user_tables AS SELECT * FROM pg_catalog.pg_stat_user_tables WITH NO DATA;
ALTER TABLE simulation.pg_stat_user_tables
  ALTER schemaname SET DEFAULT 'public', ALTER seq_scan SET DEFAULT 0, ALTER seq_tup_read SET DEFAULT 0,
  ALTER n_live_tup SET DEFAULT 0, ALTER n_dead_tup SET DEFAULT 0;

-- Empty but for what a world says: the real ones tell of the machine, and of everybody else's databases.
CREATE TABLE simulation.pg_locks AS SELECT * FROM pg_catalog.pg_locks WITH NO DATA;
CREATE TABLE simulation.pg_stat_database AS SELECT * FROM pg_catalog.pg_stat_database WITH NO DATA;
ALTER TABLE simulation.pg_stat_database ALTER datname SET DEFAULT 'postgres';
CREATE TABLE simulation.pg_stat_replication AS SELECT * FROM pg_catalog.pg_stat_replication WITH NO DATA;
CREATE TABLE simulation.pg_stat_user_indexes AS SELECT * FROM pg_catalog.pg_stat_user_indexes WITH NO DATA;
ALTER TABLE simulation.pg_stat_user_indexes ALTER schemaname SET DEFAULT 'public', ALTER idx_scan SET DEFAULT 0;

CREATE TABLE simulation.pg_extension AS SELECT * FROM pg_catalog.pg_extension;
ALTER TABLE simulation.pg_extension
  ALTER oid SET DEFAULT nextval('simulation.process'), ADD PRIMARY KEY (oid), ADD UNIQUE (extname),
  ALTER extowner SET DEFAULT 10, ALTER extnamespace SET DEFAULT 11, ALTER extrelocatable SET DEFAULT false,
  ALTER extversion SET DEFAULT '1.0';
INSERT INTO simulation.pg_extension (oid, extname, extversion) VALUES (901, 'pg_cron', '1.6.4'), (902, 'pg_net', '0.14.0');

-- A world's server is a small one. Its settings may be updated as those of the real view may; only what differs is kept.
CREATE TABLE simulation.setting (name text PRIMARY KEY, setting text NOT NULL);
COMMENT ON TABLE simulation.setting IS 'rbengine: bookkeeping';
CREATE VIEW simulation.pg_settings AS
  SELECT p.name,
         coalesce((SELECT s.setting FROM simulation.setting s WHERE s.name = p.name),
                  CASE p.name WHEN 'max_connections' THEN '60' ELSE p.setting END) AS setting,
         p.unit, p.category, p.short_desc, p.extra_desc, p.context, p.vartype, p.source, p.min_val, p.max_val, p.enumvals,
         p.boot_val, p.reset_val, p.sourcefile, p.sourceline, p.pending_restart
  FROM pg_catalog.pg_settings p;
CREATE FUNCTION simulation.change_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO simulation.setting VALUES (OLD.name, NEW.setting)
  ON CONFLICT (name) DO UPDATE SET setting = EXCLUDED.setting;
  RETURN NEW;
END $$;
CREATE TRIGGER changed INSTEAD OF UPDATE ON simulation.pg_settings
  FOR EACH ROW EXECUTE FUNCTION simulation.change_setting();

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN ON ALL TABLES IN SCHEMA simulation TO PUBLIC;
