runbook RB-001 "The shop does not answer"

severity P2
mttr     15m

diagnose
  step "Ask for its front page"
    page = http.get(url: "https://shop.test/")

otherwise
  stop handed over "The shop answers {{ page.status }} after {{ page.took }}"
