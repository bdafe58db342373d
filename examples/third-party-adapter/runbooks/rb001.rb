runbook RB-001 "Pages that nobody has closed"

severity P3
mttr     1h

input service: text   "The service whose pages they are"

symptoms
  - Klaxon reminds people of incidents that are over

diagnose
  step "Look at what is open"
    pages = klaxon.open_pages(service: service)
    old   = pages where it.opened < 1d ago

  finding stale "Some have been open for more than a day"
    old is not empty

resolve stale
  step "Close them"
    change "Close the pages that are older than a day"
      for each page in old, at most 50
        klaxon.close(page: page.id)
        irreversible "Klaxon cannot open a page again"

otherwise
  stop handed over "Nothing is stale"

verify
  within 1m checking every 15s
    until no finding holds
