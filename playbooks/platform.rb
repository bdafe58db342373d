library platform "What several runbooks need"

# Lifts a freeze for non-payment and no other: whoever froze the account meanwhile had another reason.
# The moment of the freeze is part of the guard, so a later freeze for the next failed payment stands.
procedure unfreeze_after_payment(business: uuid, frozen_at: optional instant, invoice: text,
                                 paid_at: instant)
  change "Unfreeze the account, {{ invoice }} is paid"
    sql
      UPDATE businesses
      SET is_frozen = false, frozen_at = NULL, frozen_reason = NULL, updated_at = now()
      WHERE id = :business
        AND is_frozen
        AND frozen_reason = 'payment_failed'
        AND frozen_at IS NOT DISTINCT FROM :frozen_at
    expect 1 row
    may drift updated_at
    sql
      UPDATE invoices
      SET status = 'paid', paid_at = :paid_at
      WHERE business_id = :business
        AND stripe_invoice_id = :invoice
        AND status IN ('open', 'failed')
    expect at most 1 row
  on failure conflict
    note "The account is no longer what was diagnosed: the webhook came after all, or somebody was faster"

# The document's mail said that everything was recovered before anybody knew. This one says what was counted.
message service_incident(from: instant, to: instant, recovered: int, missing: int) "Service incident notification"
  We had a technical issue between {{ from | local }} and {{ to | local }} that affected the delivery of messages.

  {% if missing == 0 -%}
  All {{ recovered }} affected messages were recovered.
  {%- else -%}
  {{ recovered }} messages were recovered; {{ missing }} are not recovered yet. We will write to you about them.
  {%- endif %}

  We apologise. If you notice any missing message, please contact support.
