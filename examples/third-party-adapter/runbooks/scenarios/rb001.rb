scenarios for RB-001

world forgotten "Two old pages, and one of today" default
  starts 2026-03-02 09:00
  service = "shop"
  klaxon.page(service: "shop", title: "Disk is full", ago: 3d)
  klaxon.page(service: "shop", title: "Queue is long", ago: 2d)
  klaxon.page(service: "shop", title: "Queue is long")
  contact on_call email "on.call@acme.test"
  person on_call approves after 5m

world quiet "Nothing is open"
  starts 2026-03-02 09:00
  service = "shop"
  klaxon.service(name: "shop")
  contact on_call email "on.call@acme.test"

scenario "the old ones are closed" in forgotten
  expect found stale
  expect changed "Close the pages that are older than a day"
  expect resolved within 10m

scenario "nothing is stale" in quiet
  expect nothing changed
  expect handed over

scenario "an answer of Klaxon is lost" in forgotten
  fault klaxon lost answer during "Close the pages that are older than a day"
  expect found stale
  expect changed "Close the pages that are older than a day"
  expect resolved within 10m

scenario "Klaxon is down" in forgotten
  fault klaxon unavailable
  expect nothing changed
  expect escalated to tech_lead
  expect escalated

scenario "nobody wants them closed" in forgotten
  person on_call refuses after 5m
  expect found stale
  expect nothing changed
  expect asked 1 time
  expect escalated to tech_lead
  expect failed

scenario "nobody says anything" in forgotten
  person on_call never answers
  expect found stale
  expect nothing changed
  expect asked 1 time
  expect escalated to tech_lead
  expect failed

scenario "Klaxon goes down before the first is closed" in forgotten
  fault klaxon rate limited during "Close the pages that are older than a day"
  expect found stale
  expect nothing changed
  expect asked 1 time
  expect escalated to tech_lead
  expect failed

scenario "Klaxon does not let them be closed" in forgotten
  fault klaxon refuses with not_found or invalid or unauthorized during "Close the pages that are older than a day"
  expect the same as "Klaxon goes down before the first is closed"

scenario "an old one comes back meanwhile" in forgotten
  at 4m
    klaxon.page(service: "shop", title: "Somebody imported history", ago: 5d)
  expect found stale
  expect changed "Close the pages that are older than a day"
  expect escalated to tech_lead
  expect escalated

scenario "somebody tries out the pager meanwhile" in forgotten
  at 4m
    klaxon.page(service: "shop", title: "Test", ago: 5d)
  expect the same as "the old ones are closed"

scenario "somebody tries it out, and our program is down" in forgotten
  fault app "klaxon-webhook" down
  at 4m
    klaxon.page(service: "shop", title: "Test", ago: 5d)
  expect the same as "an old one comes back meanwhile"
