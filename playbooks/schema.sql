-- The database of À La Carte Chat, as far as the runbooks read and change it.
-- PostgreSQL 15 or newer; loaded by an ordinary role that owns the database. The schemas `auth`, `storage`, `cron`,
-- `net` and `extensions` belong to the platform: what stands here are small stand-ins with the platform's names and types.

CREATE SCHEMA auth;
CREATE SCHEMA storage;
CREATE SCHEMA cron;
CREATE SCHEMA net;
CREATE SCHEMA extensions;

-- People --------------------------------------------------------------------------------------------------------

CREATE TABLE auth.users (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email           text UNIQUE,
  phone           text UNIQUE,
  banned_until    timestamptz,
  last_sign_in_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('request.jwt.claims', true)::jsonb ->> 'sub', '')::uuid
$$;

-- Customers -----------------------------------------------------------------------------------------------------

CREATE TABLE businesses (
  id                                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name                              text NOT NULL CHECK (name <> ''),
  owner_email                       text NOT NULL CHECK (owner_email LIKE '%_@_%'),
  stripe_customer_id                text UNIQUE,
  stripe_subscription_id            text UNIQUE,
  subscription_tier                 text NOT NULL DEFAULT 'free'
    CHECK (subscription_tier IN ('free', 'starter', 'pro', 'enterprise')),
  subscription_status               text NOT NULL DEFAULT 'inactive'
    CHECK (subscription_status IN ('inactive', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due',
                                   'canceled', 'unpaid', 'paused')),
  subscription_period_end           timestamptz,
  is_frozen                         boolean NOT NULL DEFAULT false,
  frozen_at                         timestamptz,
  frozen_reason                     text
    CHECK (frozen_reason = 'payment_failed' OR frozen_reason = 'subscription_canceled'
           OR frozen_reason LIKE 'incident:_%'),
  credit_balance                    integer NOT NULL DEFAULT 0,
  credit_balance_updated_at         timestamptz,
  message_count_current_period      integer NOT NULL DEFAULT 0 CHECK (message_count_current_period >= 0),
  voice_credits_balance             numeric(12, 2) NOT NULL DEFAULT 0,
  voice_credits_used_current_period numeric(12, 2) NOT NULL DEFAULT 0
    CHECK (voice_credits_used_current_period >= 0),
  -- calls to the business still come in
  outbound_calls_blocked            boolean NOT NULL DEFAULT false,
  created_at                        timestamptz NOT NULL DEFAULT now(),
  updated_at                        timestamptz NOT NULL DEFAULT now(),
  -- a freeze without its moment and its reason cannot be lifted by the right runbook
  CONSTRAINT a_freeze_is_whole CHECK (
    CASE WHEN is_frozen THEN frozen_at IS NOT NULL AND frozen_reason IS NOT NULL
         ELSE frozen_at IS NULL AND frozen_reason IS NULL END
  )
);
CREATE INDEX businesses_frozen ON businesses (frozen_reason) WHERE is_frozen;

CREATE TABLE business_members (
  business_id uuid NOT NULL REFERENCES businesses ON DELETE CASCADE,
  user_id     uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  role        text NOT NULL DEFAULT 'agent' CHECK (role IN ('owner', 'agent')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (business_id, user_id)
);

CREATE TABLE invoices (
  id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  business_id        uuid NOT NULL REFERENCES businesses,
  stripe_invoice_id  text UNIQUE,
  amount_cents       integer NOT NULL CHECK (amount_cents >= 0),
  currency           text NOT NULL DEFAULT 'usd' CHECK (currency ~ '^[a-z]{3}$'),
  status             text NOT NULL DEFAULT 'open'
    CHECK (status IN ('draft', 'open', 'paid', 'failed', 'uncollectible', 'void')),
  hosted_invoice_url text,
  due_at             timestamptz,
  paid_at            timestamptz,
  created_at         timestamptz NOT NULL DEFAULT now(),
  CHECK (status <> 'paid' OR paid_at IS NOT NULL)
);
CREATE INDEX invoices_business ON invoices (business_id, created_at DESC);

-- Messages ------------------------------------------------------------------------------------------------------

CREATE TABLE conversations (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  business_id     uuid NOT NULL REFERENCES businesses,
  channel         text NOT NULL CHECK (channel IN ('whatsapp', 'sms', 'email', 'voice')),
  contact_phone   text,
  contact_email   text,
  last_message_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversations_business ON conversations (business_id, last_message_at DESC);
CREATE INDEX conversations_contact ON conversations (channel, contact_phone);

CREATE TABLE messages (
  id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation_id     uuid NOT NULL REFERENCES conversations,
  channel             text NOT NULL CHECK (channel IN ('whatsapp', 'sms', 'email', 'voice')),
  direction           text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  content             text NOT NULL DEFAULT '',
  status              text NOT NULL
    CHECK (status IN ('queued', 'sending', 'sent', 'delivered', 'read', 'received', 'failed', 'undelivered')),
  provider_message_id text,
  error_code          text,
  error_message       text,
  recovered_by        text,
  created_at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (channel, provider_message_id)
);
CREATE INDEX messages_conversation ON messages (conversation_id, created_at DESC);
CREATE INDEX messages_created ON messages (created_at);
CREATE INDEX messages_recovered ON messages (recovered_by) WHERE recovered_by IS NOT NULL;

CREATE TABLE email_accounts (
  id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  business_id            uuid NOT NULL REFERENCES businesses,
  email                  text NOT NULL UNIQUE,
  auth_kind              text NOT NULL DEFAULT 'password' CHECK (auth_kind IN ('password', 'oauth')),
  imap_host              text NOT NULL DEFAULT 'imap.example.com',
  imap_port              integer NOT NULL DEFAULT 993 CHECK (imap_port BETWEEN 1 AND 65535),
  is_active              boolean NOT NULL DEFAULT true,
  sync_enabled           boolean NOT NULL DEFAULT true,
  last_sync_at           timestamptz,
  last_error             text,
  oauth_token_expires_at timestamptz,
  created_at             timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY members_read_conversations ON conversations FOR SELECT TO authenticated
  USING (business_id IN (SELECT m.business_id FROM business_members m WHERE m.user_id = auth.uid()));
CREATE POLICY members_read_messages ON messages FOR SELECT TO authenticated
  USING (conversation_id IN (SELECT c.id FROM conversations c));
GRANT USAGE ON SCHEMA auth TO authenticated;
GRANT SELECT ON businesses, business_members, conversations, messages TO authenticated;

CREATE PUBLICATION supabase_realtime FOR TABLE conversations, messages;

-- Credits -------------------------------------------------------------------------------------------------------

-- The balance of a business is the sum of its entries; an entry is never changed, it is reversed by another.
CREATE TABLE credit_ledger (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  business_id       uuid NOT NULL REFERENCES businesses,
  kind              text NOT NULL CHECK (kind IN ('purchase', 'message', 'goodwill', 'reversal', 'correction')),
  amount            integer NOT NULL CHECK (amount <> 0),
  payment_intent_id text UNIQUE,
  reverses          text UNIQUE,
  dedup             text UNIQUE,
  performed_by      text,
  note              text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  CHECK (kind <> 'reversal' OR reverses IS NOT NULL)
);
CREATE INDEX credit_ledger_business ON credit_ledger (business_id, created_at DESC);

CREATE TABLE credit_prices (
  channel text NOT NULL CHECK (channel IN ('whatsapp', 'sms', 'email', 'voice')),
  valid   tstzrange NOT NULL CHECK (NOT isempty(valid)),
  credits integer NOT NULL CHECK (credits >= 0),
  PRIMARY KEY (channel, valid)
);

-- Records of what was done --------------------------------------------------------------------------------------

CREATE TABLE audit_logs (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  business_id  uuid REFERENCES businesses,
  action       text NOT NULL,
  details      jsonb NOT NULL DEFAULT '{}',
  performed_by text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- Which businesses an incident froze, so that exactly these are let in again.
CREATE TABLE incident_freezes (
  incident_id text NOT NULL,
  business_id uuid NOT NULL REFERENCES businesses,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (incident_id, business_id)
);

-- Stand-ins for the platform ------------------------------------------------------------------------------------

CREATE TABLE storage.buckets (
  id                 text PRIMARY KEY,
  name               text NOT NULL UNIQUE,
  owner_id           text,
  public             boolean DEFAULT false,
  file_size_limit    bigint,
  allowed_mime_types text[],
  created_at         timestamptz DEFAULT now(),
  updated_at         timestamptz DEFAULT now()
);

-- The size of an object stands in `metadata ->> 'size'`; there is no column of that name.
CREATE TABLE storage.objects (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  bucket_id        text REFERENCES storage.buckets,
  name             text,
  owner_id         text,
  metadata         jsonb,
  created_at       timestamptz DEFAULT now(),
  updated_at       timestamptz DEFAULT now(),
  last_accessed_at timestamptz DEFAULT now(),
  UNIQUE (bucket_id, name)
);

-- Deleting a row would leave the bytes behind, so the platform lets only its Storage API do it.
CREATE FUNCTION storage.protect_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' THEN
    RAISE EXCEPTION 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER protect_objects_delete BEFORE DELETE ON storage.objects
  FOR EACH STATEMENT EXECUTE FUNCTION storage.protect_delete();
CREATE TRIGGER protect_buckets_delete BEFORE DELETE ON storage.buckets
  FOR EACH STATEMENT EXECUTE FUNCTION storage.protect_delete();

CREATE TABLE cron.job (
  jobid    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  schedule text NOT NULL,
  command  text NOT NULL,
  nodename text NOT NULL DEFAULT 'localhost',
  nodeport integer NOT NULL DEFAULT 5432,
  database text NOT NULL DEFAULT 'postgres',
  username text NOT NULL DEFAULT 'postgres',
  active   boolean NOT NULL DEFAULT true,
  jobname  text,
  UNIQUE (jobname, username)
);

CREATE TABLE cron.job_run_details (
  jobid          bigint,
  runid          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  job_pid        integer,
  database       text,
  username       text,
  command        text,
  status         text,
  return_message text,
  start_time     timestamptz,
  end_time       timestamptz
);

CREATE TABLE net._http_response (
  id           bigint,
  status_code  integer,
  content_type text,
  headers      jsonb,
  content      text,
  timed_out    boolean,
  error_msg    text,
  created      timestamptz NOT NULL DEFAULT now()
);

-- What statements have cost since the statistics began, in milliseconds.
CREATE TABLE extensions.pg_stat_statements (
  userid           oid,
  dbid             oid,
  toplevel         boolean,
  queryid          bigint,
  query            text,
  calls            bigint,
  total_exec_time  double precision,
  mean_exec_time   double precision,
  rows             bigint,
  shared_blks_hit  bigint,
  shared_blks_read bigint
);
