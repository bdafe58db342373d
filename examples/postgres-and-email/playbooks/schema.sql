-- A queue in a table, as many teams have one.
CREATE TABLE workers (
  name text PRIMARY KEY,
  owner_email text NOT NULL,
  seen_at timestamptz NOT NULL
);

CREATE TABLE jobs (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  worker text REFERENCES workers (name),
  taken_at timestamptz
);
