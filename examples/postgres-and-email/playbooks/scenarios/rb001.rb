scenarios for RB-001

world gone "A worker died with two jobs" default
  starts 2026-03-02 09:00
  table workers
    | name | owner_email    | seen_at   |
    | w1   | ada@acme.test  | = 1h ago  |
    | w2   | bert@acme.test | = 10s ago |
  table jobs
    | id | kind   | state   | worker | taken_at |
    | 1  | report | running | w1     | = 1h ago |
    | 2  | report | running | w1     | = 1h ago |
    | 3  | report | running | w2     | = 1m ago |
    | 4  | report | waiting | null   | null     |
    | 5  | report | done    | w1     | = 2h ago |
  contact on_call email "on.call@acme.test"
  person on_call approves after 2m

world busy "Everybody works, and still jobs wait"
  starts 2026-03-02 09:00
  table workers
    | name | owner_email    | seen_at   |
    | w2   | bert@acme.test | = 10s ago |
  table jobs
    | id | kind   | state   | worker | taken_at |
    | 3  | report | running | w2     | = 1m ago |
    | 4  | report | waiting | null   | null     |
  contact on_call email "on.call@acme.test"

scenario "they go back to the queue" in gone
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect table jobs where id = 1
    | state   | worker |
    | waiting | null   |
  expect table jobs where id = 3
    | state   | worker |
    | running | w2     |
  expect table jobs where id = 5
    | state |
    | done  |
  expect sent email to "ada@acme.test" with "The 2 jobs"
  expect resolved within 10m
  expect no escalation

scenario "the worker comes back before anybody approves" in gone
  at 1m
    sql
      UPDATE workers SET seen_at = now() WHERE name = 'w1'
  expect found orphaned
  expect asked 2 times
  expect not sent email to "ada@acme.test"
  expect resolved

scenario "nobody is awake" in gone
  person on_call never answers
  expect found orphaned
  expect asked 1 time
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "on call says no" in gone
  person on_call refuses after 2m
  expect found orphaned
  expect asked 1 time
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "the database does not answer" in gone
  fault postgres down
  expect nothing changed
  expect escalated to tech_lead
  expect escalated

scenario "the queue cannot be counted" in gone
  fault postgres down during "waiting"
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect sent email to "ada@acme.test"
  expect resolved

scenario "the answer to the change is lost" in gone
  crash during "Let other workers take the jobs" before the answer
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect sent email to "ada@acme.test"
  expect resolved

scenario "more jobs hang than anybody looks at" in gone
  at 1m
    sql
      INSERT INTO jobs (id, kind, state, worker) SELECT n, 'mail', 'running', 'w1' FROM generate_series(100, 700) n
  expect found orphaned
  expect asked 1 time
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "another worker goes meanwhile" in gone
  at 1m
    sql
      UPDATE workers SET seen_at = now() - interval '1 hour' WHERE name = 'w2'
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect escalated to tech_lead
  expect escalated

scenario "the mail server does not answer" in gone
  fault smtp unavailable
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect escalated to tech_lead
  expect failed

scenario "the mail server refuses the mail" in gone
  fault smtp refuses with conflict or invalid during "smtp.send"
  expect the same as "the mail server does not answer"

scenario "the answer of the mail server is lost" in gone
  crash during "smtp.send" before the answer
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect sent email to "ada@acme.test"
  expect resolved

scenario "the database is gone before anybody is told" in gone
  fault postgres down during "held"
  expect found orphaned
  expect asked 1 time
  expect changed "Let other workers take the jobs"
  expect escalated to tech_lead
  expect failed

scenario "every worker is alive" in busy
  expect escalated to tech_lead
  expect handed over
