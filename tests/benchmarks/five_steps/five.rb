runbook RB-900 "Five steps without database or provider"

severity P3
mttr     5m

input limit: int = 100   "How many are too many"

symptoms
  - Somebody wants to know what five steps cost

diagnose
  step "Count"
    found = count(["a", "b", "c"])
  step "Double"
    doubled = found * 2
  step "Compare"
    high = doubled > limit

  finding too_many "There are too many"
    high

resolve too_many
  step "Say so"
    note "{{ doubled }} is more than {{ limit }}"

otherwise
  step "Say that all is well"
    note "{{ doubled }} is within {{ limit }}"
