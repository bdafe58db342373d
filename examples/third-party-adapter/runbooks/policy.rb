policy "Acme"

contact tech_lead "Tech Lead"        email "lead@acme.test"
role    on_call   "On-call engineer" from settings

severity P3 "Low"
  escalate after 2h to tech_lead
  changes need approval by on_call
