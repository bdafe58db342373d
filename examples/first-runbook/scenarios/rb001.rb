scenarios for RB-001

world broken "The shop answers 503"
  http.page(url: "https://shop.test/", status: 503)

scenario "what it answers is handed over" in broken
  expect handed over
