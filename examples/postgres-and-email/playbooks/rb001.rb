runbook RB-001 "Jobs hang in the queue"

severity P1
mttr     30m
alerts   QueueAge

symptoms
  - Jobs are `running` for much longer than they take
  - A worker has not been heard of

diagnose
  step "Look for workers that are gone and hold jobs"
    gone = query all at most 50 rows
      SELECT w.name, w.owner_email, count(*) AS jobs
      FROM workers w
      JOIN jobs j ON j.worker = w.name
      WHERE j.state = 'running' AND w.seen_at < now() - interval '5 minutes'
      GROUP BY w.name, w.owner_email
      ORDER BY w.name

  step "Count what waits"
    waiting = query value
      SELECT count(*) FROM jobs WHERE state = 'waiting'

  finding orphaned "Jobs belong to workers that are gone"
    gone is not empty

resolve orphaned
  step "Give their jobs back to the queue"
    # A worker that comes back meanwhile keeps what it has: it is looked at again as the rows are changed.
    change "Let other workers take the jobs"
      sql
        UPDATE jobs j
        SET state = 'waiting', worker = NULL, taken_at = NULL
        FROM workers w
        WHERE w.name = j.worker
          AND w.name = ANY(:gone.name)
          AND w.seen_at < now() - interval '5 minutes'
          AND j.state = 'running'
      expect at most 500 rows

otherwise
  escalate "{{ waiting }} jobs wait, and every worker that holds one is alive" to tech_lead
    impact "Jobs are late"
    next   "Look for slow jobs, or start more workers"
  stop handed over "No worker is gone"

verify
  within 5m checking every 30s
    until no finding holds

recover
  step "Tell whoever runs the workers"
    for each worker in gone, at most 50
      held = query value
        SELECT count(*) FROM jobs WHERE worker = :worker.name AND state = 'running'
      if held is 0
        smtp.send(to: worker.owner_email, message: taken_away(worker.name, worker.jobs))

message taken_away(worker: text, jobs: int) "Worker {{ worker }} was gone"
  Your worker {{ worker }} was not heard of for more than five minutes.
  The {{ jobs }} jobs that it held went back to the queue. Please look why it stopped.
