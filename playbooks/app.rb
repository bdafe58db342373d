# What this company's own program does, as far as the runbooks can see it. Vendors' behaviour is not written here.
app "À La Carte Chat"

tier of stripe price
  "price_starter" is "starter"
  "price_pro"     is "pro"

# Says that functions run and reach the database; everybody may ask it.
function "health"() observes
  reached = query value
    SELECT count(*) FROM businesses WHERE false
  answer {database: reached is 0}

function "check-subscription"(business_id: uuid) changes, repeatable
  account = query one
    SELECT stripe_customer_id FROM businesses WHERE id = :business_id
  check account.stripe_customer_id is present
    else "no Stripe customer"
  subscription = stripe.latest_subscription(customer: account.stripe_customer_id)
  check subscription is present
    else "no subscription"
  check subscription.tier is present
    else "no tier for {{ subscription.price }}"
  sql
    UPDATE businesses
    SET subscription_tier = :subscription.tier, subscription_status = :subscription.status,
        subscription_period_end = :subscription.current_period_end
    WHERE id = :business_id
  answer {tier: subscription.tier}

# Both webhook handlers are the function stripe-webhook; a failed check answers 500, and Stripe tries again later.
on stripe event "customer.subscription.created", "customer.subscription.updated" after 2s
  check event.tier is present
    else "no tier for {{ event.price }}"
  sql
    UPDATE businesses
    SET subscription_tier = :event.tier, subscription_status = :event.status,
        subscription_period_end = :event.current_period_end, stripe_subscription_id = :event.id
    WHERE stripe_customer_id = :event.customer
  answer 200

on stripe event "customer.subscription.deleted" after 2s
  sql
    UPDATE businesses
    SET subscription_tier = 'free', subscription_status = 'canceled',
        is_frozen = true, frozen_at = now(), frozen_reason = 'subscription_canceled'
    WHERE stripe_customer_id = :event.customer
  answer 200

# An invoice that is paid lifts a freeze for non-payment, unless another one is still owed.
on stripe event "invoice.paid", "invoice.payment_succeeded" after 2s
  check event.paid_at is present
    else "{{ event.id }} says that it is paid, and not when"
  sql
    UPDATE invoices
    SET status = 'paid', paid_at = :event.paid_at
    WHERE stripe_invoice_id = :event.id AND status <> 'paid'
  sql
    UPDATE businesses b
    SET is_frozen = false, frozen_at = NULL, frozen_reason = NULL, updated_at = now()
    WHERE b.stripe_customer_id = :event.customer
      AND b.frozen_reason = 'payment_failed'
      AND NOT EXISTS (SELECT 1 FROM invoices i WHERE i.business_id = b.id AND i.status = 'failed')
  answer 200

on stripe event "invoice.payment_failed" after 2s
  sql
    UPDATE invoices SET status = 'failed' WHERE stripe_invoice_id = :event.id AND status = 'open'
  sql
    UPDATE businesses
    SET is_frozen = true, frozen_at = now(), frozen_reason = 'payment_failed'
    WHERE stripe_customer_id = :event.customer AND NOT is_frozen
  answer 200

# A purchase of credits is booked once, whatever is delivered twice: the ledger knows its payment.
on stripe event "payment_intent.succeeded" after 2s
  check event.customer is present
    else "{{ event.id }} belongs to nobody"
  sql
    WITH booked AS (
      INSERT INTO credit_ledger (business_id, kind, amount, payment_intent_id)
      SELECT b.id, 'purchase', (:event.metadata::jsonb ->> 'credits')::int, :event.id
      FROM businesses b
      WHERE b.stripe_customer_id = :event.customer
        AND :event.metadata::jsonb ->> 'type' = 'credit_purchase'
      ON CONFLICT (payment_intent_id) DO NOTHING
      RETURNING business_id, amount
    )
    UPDATE businesses b
    SET credit_balance = b.credit_balance + booked.amount, credit_balance_updated_at = now()
    FROM booked
    WHERE b.id = booked.business_id
  answer 200

# Run by its job of pg_cron without a body, and by people for a longer time. Mail is imported by its Message-ID, so
# importing it twice is importing it once. A mailbox that lets nobody in is left out, and its last sync stays as it was.
function "email-sync"(since: optional instant) changes, repeatable after 3s
  asked = "{{ since }}" if since is present else ""
  start = query value
    SELECT coalesce(nullif(:asked, '')::timestamptz, now() - interval '1 hour')
  mailboxes = query all
    SELECT email, imap_host AS host, imap_port AS port FROM email_accounts WHERE is_active AND sync_enabled
  logins    = imap.probe(mailboxes: mailboxes)
  let_in    = logins where it.state is "accepted"
  addresses = let_in each it.email
  mails     = imap.messages(mailboxes: mailboxes where it.email in addresses, from: start, to: now)
  sql
    INSERT INTO messages (conversation_id, channel, direction, content, status, provider_message_id, created_at)
    SELECT c.id, 'email', 'inbound', m.subject, 'received', m.message_id, m.arrived_at
    FROM unnest(:mails.message_id::text[], :mails.mailbox::text[], :mails.from::text[], :mails.subject::text[],
                :mails.at::timestamptz[])
           AS m(message_id, mailbox, sender, subject, arrived_at)
    JOIN email_accounts a ON a.email = m.mailbox
    JOIN conversations c ON c.business_id = a.business_id AND c.channel = 'email' AND c.contact_email = m.sender
    ON CONFLICT (channel, provider_message_id) DO NOTHING
  sql
    UPDATE email_accounts SET last_sync_at = now(), last_error = NULL WHERE email = ANY(:addresses::text[])
  answer {imported: count(mails)}

# A token can be refreshed as long as its owner has not taken it back; then it stays as it is.
function "oauth-refresh-tokens"(accounts: json) changes
  sql
    UPDATE email_accounts
    SET oauth_token_expires_at = now() + interval '1 hour'
    WHERE id::text IN (SELECT jsonb_array_elements_text(:accounts::jsonb)) AND auth_kind = 'oauth' AND last_error IS DISTINCT FROM 'invalid_grant'
  answer 200
