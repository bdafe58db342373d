app "The shop"

# Whoever tries out the pager calls it a test; such pages are closed at once.
on klaxon event "page.opened" after 2s
  if event.title is "Test"
    klaxon.close(page: event.id)
  answer 200
