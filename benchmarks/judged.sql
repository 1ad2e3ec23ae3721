-- All of them together, and how each stands.
every AS (
    SELECT * FROM cadence
    UNION ALL SELECT rule, tab, row, customer, due::VARCHAR, due, anchor, opens, met_on, fixed, '', officer, roles FROM rating
    UNION ALL SELECT rule, tab, row, customer, due::VARCHAR, due, anchor, opens, met_on, fixed, '', officer, roles FROM line
    UNION ALL SELECT rule, tab, row, customer, due::VARCHAR, due, anchor, NULL, met_on, '', '', '', 'customer_manager' FROM loan
    UNION ALL SELECT rule, tab, row, customer, due::VARCHAR, due, anchor, NULL, met_on, '', owner, '', 'owner' FROM measure
    UNION ALL SELECT rule, tab, row, customer, due::VARCHAR, due, anchor, NULL, met_on, '', owner, '', roles FROM task
    UNION ALL SELECT 'R01y', 'customers', id, id, later::VARCHAR, later, next_update_on, NULL, NULL, '', '', officer, 'customer_manager'
        FROM here JOIN calendar ON day = next_update_on
    UNION ALL SELECT rule, tab, row, customer, occurrence, due, anchor, opens, met_on, '', '', officer, roles FROM again
    UNION ALL SELECT rule, tab, row, customer, occurrence, due, anchor, opens, met_on, fixed, owner, officer, roles FROM filing
    UNION ALL SELECT rule, tab, row, customer, occurrence, due, anchor, opens, met_on, '', owner, officer, roles FROM crossed
    UNION ALL SELECT rule, 'opportunities', row, customer, due::VARCHAR, due, anchor, NULL, met_on, '', '', '', roles FROM response
),
judged AS (
    SELECT *, rule || '|' || row || '|' || occurrence AS key,
        CASE
            WHEN fixed <> '' THEN fixed
            WHEN met_on <= due THEN 'met'
            WHEN met_on IS NOT NULL THEN 'met_late'
            WHEN due < $today THEN 'overdue'
            WHEN due = $today THEN 'due_today'
            WHEN due <= $today + 7 THEN 'due_soon'
            ELSE 'planned'
        END AS state
    FROM every
),
ranked AS (
    SELECT *, CASE state WHEN 'overdue' THEN 0 WHEN 'due_today' THEN 1 WHEN 'due_soon' THEN 2 WHEN 'planned' THEN 3 WHEN 'met_late' THEN 4
        WHEN 'met' THEN 5 WHEN 'waived' THEN 6 ELSE 7 END AS urgency FROM judged
)
