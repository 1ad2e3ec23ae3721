-- Further deadlines, responses and cadences: what counts from a day of a row itself.
here AS MATERIALIZED (
    SELECT *, coalesce(credit_officer, '') AS officer, greatest(coalesce(assigned_on, filed_on), $live) AS since,
        list_contains(string_split(coalesce(flags, ''), ';'), 'credit') AS borrows,
        list_contains(string_split(coalesce(flags, ''), ';'), 'deposit') AS saves
    FROM customers WHERE coalesce(status, '') NOT IN ('lost', 'exited')
),
away AS MATERIALIZED (SELECT id AS customer FROM customers WHERE status IN ('lost', 'exited')),
owes AS MATERIALIZED (SELECT *, greatest(drawn_on, $live) AS since FROM loans WHERE balance IS DISTINCT FROM 0 AND repaid_on IS NULL),
paid_out AS (
    SELECT l.id, min(f.checked_on) AS met_on FROM owes AS l JOIN fund_checks AS f ON f.loan = l.id
    WHERE f.kind IN ('first', 'use') AND f.checked_on BETWEEN l.drawn_on AND $today GROUP BY l.id
),
task AS (
    SELECT rule, tab, id AS row, customer, due, anchor, CASE WHEN done_on <= $today THEN done_on END AS met_on, coalesce(owner, '') AS owner, roles
    FROM (
        SELECT 'R10p' AS rule, 'plan_actions' AS tab, a.id, p.customer, later AS due, due_on AS anchor, done_on, owner, 'owner' AS roles
            FROM plan_actions AS a JOIN plans AS p ON p.id = a.plan JOIN calendar ON day = due_on
            WHERE coalesce(a.status, '') NOT IN ('done', 'dropped') AND p.superseded IS NOT TRUE AND p.status IS DISTINCT FROM 'draft'
        UNION ALL SELECT 'R23s', 'marketing_steps', s.id, m.customer, later, due_on, done_on, owner, 'owner'
            FROM marketing_steps AS s JOIN marketing_plans AS m ON m.id = s.marketing_plan JOIN calendar ON day = due_on
            WHERE coalesce(status, '') NOT IN ('done', 'dropped')
        UNION ALL SELECT 'R24r', 'resources', r.id, o.customer, later, due_on, done_on, owner, 'owner'
            FROM resources AS r JOIN opportunities AS o ON o.id = r.opportunity JOIN calendar ON day = due_on
        UNION ALL SELECT 'R38x', 'fund_checks', f.id, l.customer, earlier, mend_by, mended_on, '', 'customer_manager'
            FROM fund_checks AS f JOIN loans AS l ON l.id = f.loan JOIN calendar ON day = mend_by
        UNION ALL SELECT 'R41p', 'products', id, customer, earlier, expires_on, NULL, '', 'customer_manager'
            FROM products ANTI JOIN away USING (customer) JOIN calendar ON day = expires_on - 30 WHERE status IN ('signed', 'in_use')
        UNION ALL SELECT 'R39', 'problems', id, customer, on5, raised_on, CASE WHEN result <> '' THEN solved_on END, owner, 'owner'
            FROM problems JOIN calendar ON day = raised_on WHERE raised_on BETWEEN $live AND $today
        UNION ALL SELECT 'R39a', 'problems', id, customer, on1, raised_on, coalesce(taken_on, CASE WHEN result <> '' THEN solved_on END), owner, 'owner'
            FROM problems JOIN calendar ON day = raised_on WHERE raised_on BETWEEN $live AND $today
        UNION ALL SELECT 'R08', 'reviews', id, '', on5, written_on, CASE WHEN conclusion <> '' THEN discussed_on END, owner, 'owner;leader'
            FROM reviews JOIN calendar ON day = written_on WHERE written_on BETWEEN $live AND $today
        UNION ALL SELECT 'R32r', 'loans', id, customer, on5, notice_on, receipt_on, '', 'customer_manager'
            FROM owes JOIN calendar ON day = notice_on WHERE notice_on BETWEEN $live AND $today
        UNION ALL SELECT 'R38f', 'loans', id, customer, earlier, drawn_on, met_on, '', 'customer_manager'
            FROM owes LEFT JOIN paid_out USING (id) JOIN calendar ON day = drawn_on + 15 WHERE drawn_on BETWEEN $live AND $today
        UNION ALL SELECT 'R34s', 'interest_checks', i.id, l.customer, on1, interest_on, NULL, '', 'customer_manager'
            FROM interest_checks AS i JOIN loans AS l ON l.id = i.loan JOIN calendar ON day = interest_on
            WHERE i.result IS NULL AND interest_on BETWEEN $live AND $today
        UNION ALL SELECT 'R19', 'visits', id, customer, on1, planned_on, visited_on, recorded_by, 'owner'
            FROM visits ANTI JOIN away USING (customer) JOIN calendar ON day = planned_on WHERE planned_on BETWEEN $live AND $today
        UNION ALL SELECT 'R18', 'visits', id, customer, planned_on, planned_on, CASE WHEN planned_on <= $today THEN planned_on - 1 END,
            recorded_by, 'owner'
            FROM visits ANTI JOIN away USING (customer)
            WHERE planned_on IS NOT NULL AND visited_on IS NULL
                AND len(list_filter(regexp_split_to_array(coalesce(preparation, ''), '[；;、，,\n]'), lambda one: trim(one) <> '')) < 3
    )
),
-- R38q, R38m, R43
looked AS MATERIALIZED (
    SELECT loan AS id, min(checked_on) FILTER (checked_on >= $quarter0) AS q0, min(checked_on) FILTER (checked_on >= $quarter1) AS q1,
        min(checked_on) FILTER (checked_on >= $month0) AS m0, min(checked_on) FILTER (checked_on >= $month1) AS m1
    FROM fund_checks JOIN staff ON staff.id = staff WHERE role IN ('customer_manager', 'credit_officer') AND checked_on <= $today
    GROUP BY loan
),
lately AS (SELECT customer AS id, max(noted_on) AS last FROM cash_plans WHERE noted_on <= $today GROUP BY customer),
looking AS (
    SELECT 'R38q' AS rule, id, customer, since, $quarter0 AS first, $quarter1 - 1 AS due, q0 AS met_on,
        year($quarter0) || 'Q' || quarter($quarter0) AS name FROM owes LEFT JOIN looked USING (id) WHERE risk_class = 'normal'
    UNION ALL SELECT 'R38q', id, customer, since, $quarter1, $quarter2 - 1, q1, year($quarter1) || 'Q' || quarter($quarter1)
        FROM owes LEFT JOIN looked USING (id) WHERE risk_class = 'normal'
    UNION ALL SELECT 'R38m', id, customer, since, $month0, last_day($month0), m0, strftime($month0, '%Y-%m')
        FROM owes LEFT JOIN looked USING (id) WHERE risk_class IS DISTINCT FROM 'normal'
    UNION ALL SELECT 'R38m', id, customer, since, $month1, last_day($month1), m1, strftime($month1, '%Y-%m')
        FROM owes LEFT JOIN looked USING (id) WHERE risk_class IS DISTINCT FROM 'normal'
),
again AS (
    SELECT rule, 'loans' AS tab, id AS row, customer, name AS occurrence, due, first AS anchor, first AS opens, met_on, '' AS officer,
        'customer_manager;credit_officer' AS roles FROM looking WHERE since <= first
    UNION ALL
    SELECT 'R43', 'customers', id, id, later::VARCHAR, later, anchor, NULL, NULL, officer, 'customer_manager'
    FROM (
        SELECT id, officer, greatest(coalesce(last, since), $live) AS anchor FROM here LEFT JOIN lately USING (id)
        WHERE saves AND tier IN ('key', 'quality')
    ) JOIN calendar ON day = anchor + 30 WHERE anchor <= $today
),
