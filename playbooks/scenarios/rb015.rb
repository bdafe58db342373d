scenarios for RB-015

world nearly_full "Nine tenths of the quota are used, half of it by old temporary files" default
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  table storage.objects
    | bucket_id    | name      | metadata            | created_at |
    | photos       | menu.png  | {"size": 400000000} | = 10d ago  |
    | temp-uploads | old.zip   | {"size": 300000000} | = 120d ago |
    | temp-uploads | older.zip | {"size": 150000000} | = 200d ago |
    | temp-uploads | new.zip   | {"size": 50000000}  | = 3d ago   |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Shall uploads stop meanwhile?" with "stop" after 1m

world full_of_photos "Nearly all of the quota is used, and none of it can go"
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  table storage.objects
    | bucket_id | name     | metadata            | created_at |
    | photos    | menu.png | {"size": 900000000} | = 10d ago  |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Shall uploads stop meanwhile?" with "leave" after 1m
  person on_call answers "bytes are still used" with {done: "upgraded to Pro"} after 9m

world over_quota "The organization is over the quota of its plan"
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  table storage.objects
    | bucket_id | name     | metadata            | created_at |
    | photos    | menu.png | {"size": 300000000} | = 10d ago  |
  supabase.organization(plan: "free", restricted: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call answers "Nothing can be deleted now" with {done: "upgraded to Pro"} after 9m

world over_and_full "The organization is over its quota, and our files are why"
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  table storage.objects
    | bucket_id    | name      | metadata            | created_at |
    | photos       | menu.png  | {"size": 400000000} | = 10d ago  |
    | temp-uploads | old.zip   | {"size": 300000000} | = 120d ago |
    | temp-uploads | older.zip | {"size": 150000000} | = 200d ago |
    | temp-uploads | new.zip   | {"size": 50000000}  | = 3d ago   |
  supabase.organization(plan: "free", restricted: true)
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"
  person on_call approves after 1m
  person on_call answers "Nothing can be deleted now" with {done: "upgraded to Pro"} after 9m
  person on_call answers "Shall uploads stop meanwhile?" with "leave" after 1m

world roomy "There is room"
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  table storage.objects
    | bucket_id | name     | metadata            | created_at |
    | photos    | menu.png | {"size": 300000000} | = 10d ago  |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

world empty_storage "There is no file at all"
  table storage.buckets
    | id           | name         | public | file_size_limit |
    | photos       | photos       | true   | 5000000         |
    | temp-uploads | temp-uploads | false  | null            |
  contact tech_lead email "tech.lead@alacartechat.test"
  contact on_call email "on.call@alacartechat.test"

scenario "uploads stop, and old files go" in nearly_full
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect changed "Let uploads in again to 2 buckets"
  expect table storage.objects where bucket_id = temp-uploads
    | name    |
    | new.zip |
  expect table storage.buckets where id = photos
    | file_size_limit |
    | 5000000         |
  expect resolved within 20m
  expect no escalation

scenario "old files go while uploads go on" in nearly_full
  person on_call answers "Shall uploads stop meanwhile?" with "leave" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect table storage.objects where bucket_id = temp-uploads
    | name    |
    | new.zip |
  expect resolved within 20m
  expect no escalation

scenario "nothing can go, and somebody makes room" in full_of_photos
  at 9m30s
    sql
      UPDATE storage.objects SET metadata = '{"size": 1}' WHERE name = 'menu.png'
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect asked 1 time "900000000 of 1000000000 bytes are still used"
  expect resolved within 20m
  expect no escalation

scenario "nobody makes room" in full_of_photos
  person on_call refuses "bytes are still used" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect asked 1 time "900000000 of 1000000000 bytes are still used"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody says whether there is room now" in full_of_photos
  person on_call never answers
  person on_call answers "Shall uploads stop meanwhile?" with "leave" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect asked 1 time "900000000 of 1000000000 bytes are still used"
  expect nothing changed
  expect escalated to tech_lead

scenario "the plan is upgraded" in over_quota
  at 8m
    supabase.organization(plan: "pro")
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect resolved within 20m
  expect no escalation

scenario "the plan is upgraded, and old files go" in over_and_full
  at 8m
    supabase.organization(plan: "pro")
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect table storage.objects where bucket_id = temp-uploads
    | name    |
    | new.zip |
  expect resolved within 40m
  expect no escalation

scenario "the upgrade does not help" in over_quota
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect nothing changed
  expect handed over within 1h
  expect no escalation

scenario "nobody can upgrade" in over_quota
  person on_call refuses "Nothing can be deleted now" after 1m
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody answers about the plan" in over_quota
  person on_call never answers
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect nothing changed
  expect escalated to tech_lead

scenario "nobody decides about uploads" in nearly_full
  person on_call refuses "Shall uploads stop meanwhile?" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody answers" in nearly_full
  person on_call never answers
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect nothing changed
  expect escalated to tech_lead
  expect escalated to tech_lead at 2h

scenario "uploads are not to stop" in nearly_full
  person on_call refuses "Stop uploads to 2 buckets" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect not changed "Stop uploads to 2 buckets"
  expect nothing changed
  expect escalated to tech_lead
  expect failed

scenario "nobody allows uploads to stop" in nearly_full
  person on_call never answers
  person on_call answers "Shall uploads stop meanwhile?" with "stop" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect not changed "Stop uploads to 2 buckets"
  expect nothing changed
  expect escalated to tech_lead

scenario "uploads cannot be stopped" in nearly_full
  fault supabase refuses with not_found or conflict or invalid during "Stop uploads to 2 buckets"
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect not changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect changed "Let uploads in again to 2 buckets"
  expect table storage.objects where bucket_id = temp-uploads
    | name    |
    | new.zip |
  expect no escalation

scenario "buckets cannot be read" in nearly_full
  fault supabase rate limited from 500ms to 30s
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect table storage.objects where bucket_id = temp-uploads
    | name    |
    | new.zip |
  expect no escalation

scenario "a crash while uploads are stopped" in nearly_full
  crash during "Stop uploads to 2 buckets" before the answer
  expect the same as "uploads stop, and old files go"

scenario "old files are to stay, and uploads go on" in nearly_full
  person on_call refuses "Remove 2 files of temp-uploads, older than 90d" after 1m
  person engineering_manager refuses "Remove" after 1m
  person on_call approves "Take back what was done?" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect undone "Stop uploads to 2 buckets"
  expect not changed "Remove 2 files of temp-uploads, older than 90d"
  expect table storage.buckets where id = photos
    | file_size_limit |
    | 5000000         |
  expect escalated to tech_lead
  expect failed

scenario "old files are to stay, and uploads stay stopped" in nearly_full
  person on_call refuses "Remove 2 files of temp-uploads, older than 90d" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect not changed "Remove 2 files of temp-uploads, older than 90d"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows old files to go" in nearly_full
  person on_call never answers
  person on_call answers "Shall uploads stop meanwhile?" with "stop" after 1m
  person on_call approves "Stop uploads to 2 buckets" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect not changed "Remove 2 files of temp-uploads, older than 90d"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "old files cannot be removed" in nearly_full
  fault supabase refuses with not_found or conflict or invalid during "Remove 2 files of temp-uploads, older than 90d"
  person on_call answers "bytes are still used" with {done: "upgraded to Pro"} after 9m
  at 10m
    sql
      UPDATE storage.objects SET metadata = '{"size": 1}' WHERE name = 'menu.png'
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect not changed "Remove 2 files of temp-uploads, older than 90d"
  expect changed "Let uploads in again to 2 buckets"
  expect asked 1 time "900000000 of 1000000000 bytes are still used"
  expect no escalation

scenario "the answer to the removal is lost" in nearly_full
  fault supabase lost answer from 3m to 3m20s
  expect the same as "uploads stop, and old files go"

scenario "a crash while old files are removed" in nearly_full
  crash during "Remove 2 files of temp-uploads, older than 90d" before the answer
  expect the same as "uploads stop, and old files go"

scenario "uploads are not to go on" in nearly_full
  person on_call refuses "Let uploads in again to 2 buckets" after 1m
  person on_call refuses "Take back what was done?" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect not changed "Let uploads in again to 2 buckets"
  expect escalated to tech_lead
  expect failed

scenario "nobody allows uploads to go on" in nearly_full
  person on_call never answers
  person on_call answers "Shall uploads stop meanwhile?" with "stop" after 1m
  person on_call approves "Stop uploads to 2 buckets" after 1m
  person on_call approves "Remove 2 files of temp-uploads, older than 90d" after 1m
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect not changed "Let uploads in again to 2 buckets"
  expect asked 1 time "Take back what was done?"
  expect escalated to tech_lead

scenario "uploads cannot be let in again" in nearly_full
  fault supabase refuses with not_found or conflict or invalid during "Let uploads in again to 2 buckets"
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect not changed "Let uploads in again to 2 buckets"
  expect escalated to tech_lead
  expect handed over within 10m

scenario "a crash while uploads are let in again" in nearly_full
  crash during "Let uploads in again to 2 buckets" before the answer
  expect the same as "uploads stop, and old files go"

scenario "Supabase upgrades the plan a while later" in over_quota
  at 12m
    supabase.organization(plan: "pro")
  expect found over_quota
  expect asked 1 time "Nothing can be deleted now"
  expect resolved within 20m
  expect no escalation

scenario "Supabase goes down after the cleaning" in nearly_full
  fault supabase unavailable from 4m3s to 3h
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect changed "Let uploads in again to 2 buckets"
  expect escalated to tech_lead

scenario "the database goes down after the cleaning" in nearly_full
  fault postgres down from 3m30s to 3h
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Remove 2 files of temp-uploads, older than 90d"
  expect changed "Let uploads in again to 2 buckets"
  expect no escalation

scenario "there is room" in roomy
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "there is no file" in empty_storage
  expect nothing changed
  expect escalated to tech_lead
  expect handed over within 1m

scenario "Supabase does not answer" in nearly_full
  fault supabase unavailable from 0s to 3h
  expect not judged nearly_full
  expect nothing changed
  expect escalated to tech_lead

scenario "Supabase goes down while somebody thinks" in nearly_full
  fault supabase unavailable from 1m30s to 3h
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect not changed "Stop uploads to 2 buckets"
  expect not changed "Remove 2 files of temp-uploads, older than 90d"
  expect escalated to tech_lead

scenario "the database is down" in nearly_full
  fault postgres down from 0s to 3h
  expect not judged nearly_full
  expect nothing changed
  expect escalated to tech_lead

scenario "the database goes down while somebody thinks" in nearly_full
  fault postgres down from 30s to 3h
  expect found nearly_full
  expect asked 1 time "Shall uploads stop meanwhile?"
  expect changed "Stop uploads to 2 buckets"
  expect changed "Let uploads in again to 2 buckets"
  expect no escalation
