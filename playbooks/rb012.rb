runbook RB-012 "Credit Balance Not Updating"

severity P2
mttr     15m
alerts   CreditDrift
tags     billing, stripe

input business: uuid   "Business whose balance is wrong"

symptoms
  - User purchased credits but balance unchanged, covers RB-012/symptoms/1
  - Messages deducting wrong amount, covers RB-012/symptoms/2
  - Credit balance negative, covers RB-012/symptoms/3

diagnose
  # The balance is the sum of the ledger. The document changed the balance alone, so that nobody could tell why.
  step "Check credit balance", covers RB-012/diagnose/1
    account = query one
      SELECT id, name, owner_email, stripe_customer_id, credit_balance, credit_balance_updated_at,
             message_count_current_period
      FROM businesses
      WHERE id = :business
    entries = query value
      SELECT coalesce(sum(amount), 0) FROM credit_ledger WHERE business_id = :business

  # Numbers in Stripe's metadata are texts. A purchase that was given back in full is owed to nobody.
  step "Check recent Stripe payments", timeout 20s, retry 3 times every 2s doubling, covers RB-012/diagnose/2.*
    check account.stripe_customer_id is present
      else "This business never bought anything"
    payments = stripe.payments(customer: account.stripe_customer_id, since: 30d ago,
                               metadata: {type: "credit_purchase"}, status: "succeeded")
    kept = payments where it.refundable.minor > 0
    booked = query all
      SELECT coalesce(payment_intent_id, '') AS payment FROM credit_ledger
      WHERE business_id = :business AND payment_intent_id = ANY(:kept.id)
    booked_ids = booked each it.payment
    unbooked   = kept where it.id not in booked_ids

  # Evidence for people. Logs may lag and drop lines, so nothing is concluded from their absence.
  step "Check webhook processing", covers RB-012/diagnose/3
    deliveries = supabase.function_logs(function: "stripe-webhook", since: 24h ago,
                                        matching: "payment_intent.succeeded")
    paid_events = stripe.list_events(types: ["payment_intent.succeeded"], since: 30d ago,
                                     undelivered: true)

  # The price list is a table with the time that each price was valid; what goodwill gave back is not charged.
  step "Recalculate what the messages cost", covers RB-012/resolve/2.1, RB-012/resolve/2.2
    charged = query value
      SELECT coalesce(-sum(amount), 0) FROM credit_ledger
      WHERE business_id = :business AND kind IN ('message', 'goodwill') AND created_at > now() - interval '30 days'
    priced = query one
      SELECT coalesce(sum(p.credits), 0) AS due, count(*) FILTER (WHERE p.credits IS NULL) AS unpriced
      FROM messages m
      JOIN conversations c ON c.id = m.conversation_id
      LEFT JOIN credit_prices p ON p.channel = m.channel AND m.created_at <@ p.valid
      WHERE c.business_id = :business AND m.direction = 'outbound' AND m.created_at > now() - interval '30 days'

  # Somebody who added credits by hand left no entry: booking the payment too would add them twice.
  finding drifted "The balance is not the sum of its entries"
    account.credit_balance is not entries

  finding webhook_missed "A paid purchase was never booked", covers RB-012/resolve/1
    not drifted
    unbooked is not empty

  finding overcharged "Messages were charged too much", covers RB-012/resolve/2
    not drifted
    priced.unpriced is 0
    charged > priced.due

resolve drifted
  step "Hand the balance to people"
    escalate "{{ account.name }}: the balance is {{ account.credit_balance }}, its entries say {{ entries }}"
      impact "{{ account.name }} has {{ account.credit_balance }} credits, and nobody can say why"
      next   "Find who changed the balance without an entry, and write the entry that is missing"
    stop handed over "Which of both is right is a decision for people"

resolve webhook_missed
  # More than five would be another incident: then no webhook arrives at all.
  allow W430 "five payments of which each takes all its time and loses an answer are not one incident"
  for each payment in unbooked, at most 5
    step "Book payment {{ payment.id }}", timeout 8s, covers RB-012/resolve/1.1, RB-012/resolve/1.2
      credits = whole(payment.metadata.credits)
      check credits is present and credits > 0
        else "Payment {{ payment.id }} does not say how many credits it is for"
      # Balance, entry and record in one transaction; the payment's id in the ledger keeps it from being booked twice,
      # and the balance moves only while it is the sum of its entries: somebody may add the credits by hand meanwhile.
      allow W431 "five payments are five approvals, in one sitting; after two hours the policy calls the tech lead"
      change "Add {{ credits }} credits for {{ payment.id }}"
        sql
          INSERT INTO credit_ledger (business_id, kind, amount, payment_intent_id, performed_by, note)
          VALUES (:business, 'purchase', :credits, :payment.id, :operator.id, 'missed webhook, ' || :incident.id)
        expect 1 row
        sql
          UPDATE businesses
          SET credit_balance = credit_balance + :credits, credit_balance_updated_at = now()
          WHERE id = :business
            AND credit_balance + :credits = (SELECT sum(amount) FROM credit_ledger WHERE business_id = :business)
        expect 1 row
        may drift credit_balance, credit_balance_updated_at
        sql
          INSERT INTO audit_logs (business_id, action, details, performed_by)
          VALUES (:business, 'manual_credit_addition',
                  jsonb_build_object('credits', :credits::int, 'payment', :payment.id::text, 'incident', :incident.id::text),
                  :operator.id)
        expect 1 row
        undo
          sql
            INSERT INTO credit_ledger (business_id, kind, amount, reverses, performed_by, note)
            VALUES (:business, 'reversal', -:credits, :payment.id, :operator.id, 'taken back, ' || :incident.id)
          expect 1 row
          sql
            UPDATE businesses
            SET credit_balance = credit_balance - :credits, credit_balance_updated_at = now()
            WHERE id = :business
          expect 1 row
      on failure conflict
        note "{{ payment.id }} was not booked: the webhook came after all, or somebody changed the balance by hand"

resolve overcharged
  step "Decide what is given back"
    difference = charged - priced.due
    how = choose "{{ difference }} credits too many were taken. What is given back?" within 30m by on_call
      credits "Credits"
      money   "Money, to the card"
  step "Give back the difference", covers RB-012/resolve/2.3
    match how
      when "credits"
        change "Give back {{ difference }} credits"
          sql
            INSERT INTO credit_ledger (business_id, kind, amount, dedup, performed_by, note)
            VALUES (:business, 'goodwill', :difference, :incident.id || ':goodwill', :operator.id,
                    'charged too much, ' || :incident.id)
          expect 1 row
          sql
            UPDATE businesses
            SET credit_balance = credit_balance + :difference, credit_balance_updated_at = now()
            WHERE id = :business
              AND credit_balance + :difference = (SELECT sum(amount) FROM credit_ledger WHERE business_id = :business)
          expect 1 row
          may drift credit_balance, credit_balance_updated_at
          undo
            sql
              INSERT INTO credit_ledger (business_id, kind, amount, reverses, performed_by, note)
              VALUES (:business, 'reversal', -:difference, :incident.id || ':goodwill', :operator.id,
                      'taken back, ' || :incident.id)
            expect 1 row
            sql
              UPDATE businesses
              SET credit_balance = credit_balance - :difference, credit_balance_updated_at = now()
              WHERE id = :business
            expect 1 row
      # The document called adding credits a refund. Here no credits move: the two entries say what the money was for.
      when "money"
        last = first(kept)
        check last is present
          else "There is no payment of the last 30 days that money could go back to"
        amount = ask "How much of {{ last.refundable }} for {{ difference }} credits?": money within 30m by on_call
        check amount.minor > 0 and amount <= last.refundable
          else "Between nothing and {{ last.refundable }} can be refunded, not {{ amount }}"
        change "Refund {{ amount }} of {{ last.id }}"
          stripe.refund(payment: last.id, amount: amount, reason: "requested_by_customer")
          irreversible "a refund cannot be taken back"
          approve by tech_lead
        change "Enter that {{ difference }} credits were paid back as money"
          sql
            INSERT INTO credit_ledger (business_id, kind, amount, dedup, performed_by, note)
            VALUES (:business, 'goodwill', :difference, :incident.id || ':goodwill', :operator.id,
                    'charged too much, ' || :incident.id),
                   (:business, 'correction', -:difference, :incident.id || ':paid', :operator.id,
                    'paid back as money, ' || :last.id)
          expect 2 rows

otherwise
  escalate "Stripe, the ledger and the price list agree with the balance of {{ account.name }}"
    impact "{{ account.name }}: {{ account.credit_balance }} credits, {{ account.message_count_current_period }} messages in this period"
    next   "Ask the customer which purchase or which message they mean"
  stop handed over "Every purchase is booked and every message was charged its price"

verify
  step "Purchases, messages and balance agree", timeout 20s
    within 1m checking every 10s
      until no finding holds

recover
  # Credits or money: the ledger knows which, whoever entered them.
  step "Tell the customer", retry 3 times every 5s doubling
    entered = query one
      SELECT coalesce(sum(amount), 0) AS credits,
             count(*) FILTER (WHERE dedup = :incident.id || ':paid') > 0 AS paid_back
      FROM credit_ledger
      WHERE business_id = :business
        AND kind <> 'message'
        AND created_at >= :incident.started
    email.send(to: account.owner_email,
               message: credits_corrected(account: account, credits: entered.credits,
                                          paid_back: entered.paid_back))

prevent
  - Monitor webhook success for credit purchases, covers RB-012/prevent/1
  - Add balance change alerts, covers RB-012/prevent/2
  - Audit credit deductions weekly, covers RB-012/prevent/3

message credits_corrected(account: businesses, credits: int, paid_back: bool) "Your credit balance"
  Hello {{ account.name }},

  {% if credits > 0 -%}
  we have added {{ credits }} credits to your balance.
  {% endif -%}
  {% if paid_back -%}
  too many credits were taken for your messages. What they cost goes back to the card that you paid with, and your
  balance stays as it is.
  {% endif -%}
  {% if credits <= 0 and not paid_back -%}
  your credit balance is right again.
  {% endif %}
  Thank you for your patience.
