-- pg_cron's functions, for a schema that has its tables. They keep the extension's manners: a named job is replaced, a
-- schedule that means nothing is refused, and so is a job that is not there. Jobs are run by whoever keeps the time.

CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  number bigint;
BEGIN
  IF NOT (schedule ~ '^\s*[1-5]?[0-9] seconds?\s*$'
      OR schedule ~ '^\s*([0-9*/,-]+|[a-zA-Z]{3})(\s+([0-9*/,$-]+|[a-zA-Z]{3})){4}(\s.*)?$'  -- the rest is left unread
      AND NOT EXISTS (
        SELECT FROM regexp_split_to_table(btrim(schedule), '\s+') WITH ORDINALITY AS field(written, place)
        JOIN (VALUES (1, 0, 59), (2, 0, 23), (3, 1, 31), (4, 1, 12), (5, 0, 7)) AS bound(place, lowest, highest) USING (place)
        CROSS JOIN LATERAL regexp_matches(written, '(?:^|[,-])([0-9]+)', 'g') AS found(it)
        WHERE it[1]::int NOT BETWEEN lowest AND highest)) THEN
    RAISE EXCEPTION 'invalid schedule: %', schedule USING ERRCODE = '22023';
  END IF;
  UPDATE cron.job AS j SET schedule = $2, command = $3 WHERE j.jobname = job_name RETURNING j.jobid INTO number;
  IF number IS NULL THEN
    INSERT INTO cron.job (jobname, schedule, command) VALUES ($1, $2, $3) RETURNING jobid INTO number;
  END IF;
  RETURN number;
END $$;

CREATE FUNCTION cron.unschedule(job_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cron.job WHERE jobid = job_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'could not find valid entry for job %', job_id USING ERRCODE = 'XX000';
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION cron.alter_job(
  job_id bigint, schedule text DEFAULT NULL, command text DEFAULT NULL, database text DEFAULT NULL,
  username text DEFAULT NULL, active boolean DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cron.job AS j
  SET schedule = coalesce($2, j.schedule), command = coalesce($3, j.command), database = coalesce($4, j.database),
      username = coalesce($5, j.username), active = coalesce($6, j.active)
  WHERE j.jobid = job_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'could not find valid entry for job %', job_id USING ERRCODE = 'XX000';
  END IF;
END $$;
