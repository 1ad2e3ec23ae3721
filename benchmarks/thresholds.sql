-- A figure crosses a line: R04, R19w, R34a, R34b, R34m, R37, R38, R40, R41.
held_by AS (SELECT customer, sum(balance) AS balance, sum(year_avg) AS year_avg FROM accounts GROUP BY customer),
lent_by AS (SELECT customer, sum(balance) AS balance, sum(amount) FILTER (drawn_on BETWEEN $year1 AND $today) AS fresh FROM loans GROUP BY customer),
line_of AS (SELECT customer, sum(amount) AS amount FROM credit_lines WHERE expires_on >= $today AND coalesce(effective_on <= $today, true) GROUP BY customer),
fee_of AS (SELECT customer, sum(received) AS received FROM fees WHERE "on" BETWEEN $year1 AND $today GROUP BY customer),
shared AS MATERIALIZED (
    SELECT c.id AS customer,
        CASE WHEN coalesce(whole, 1000000) > 0 THEN coalesce(ours, share_deposit)::DOUBLE * 1000000 / coalesce(whole, 1000000) END AS share,
        (CASE WHEN whole > 0 THEN ours::DOUBLE / whole END) - (CASE WHEN whole_0 > 0 THEN ours_0::DOUBLE / whole_0 END) AS growth
    FROM customers AS c LEFT JOIN (
        SELECT customer, max_by(coalesce(ours, 0), as_of) AS ours, max_by(coalesce(ours, 0) + coalesce(others, 0), as_of) AS whole,
            max_by(coalesce(ours, 0), as_of) FILTER (as_of < $quarter0) AS ours_0,
            max_by(coalesce(ours, 0) + coalesce(others, 0), as_of) FILTER (as_of < $quarter0) AS whole_0
        FROM shares WHERE block = 'deposit' AND as_of <= $today GROUP BY customer
    ) AS s ON s.customer = c.id
),
-- R04, R41: plans of this year once its first quarter is over
judging AS MATERIALIZED (
    SELECT id, customer FROM plans WHERE year = year($today) AND status IS DISTINCT FROM 'draft' AND superseded IS NOT TRUE AND month($today) >= 4
),
target AS (
    SELECT p.id, t.target, coalesce(t.goal, 0) AS goal,
        coalesce(t.goal, 0) + coalesce(goal_number, 0) + coalesce(goal_share, 0) AS wanted,
        coalesce(last_actual, 0) + coalesce(last_number, 0) + coalesce(last_share, 0) AS last,
        CASE t.target WHEN 'deposit_end' THEN coalesce(a.balance, 0) WHEN 'deposit_avg' THEN coalesce(a.year_avg, 0)
            WHEN 'loan_balance' THEN coalesce(l.balance, 0) WHEN 'loan_new' THEN coalesce(fresh, 0) WHEN 'line' THEN coalesce(x.amount, 0)
            WHEN 'fee' THEN coalesce(received, 0) WHEN 'deposit_share' THEN coalesce(share, 0)
            ELSE coalesce(actual, 0) + coalesce(actual_number, 0) + coalesce(actual_share, 0) END::DOUBLE AS reached, received
    FROM plan_targets AS t JOIN judging AS p ON p.id = t.plan
    LEFT JOIN held_by AS a USING (customer) LEFT JOIN lent_by AS l USING (customer) LEFT JOIN line_of AS x USING (customer)
    LEFT JOIN fee_of AS f USING (customer) LEFT JOIN shared AS s USING (customer)
),
expected AS (
    SELECT *, CASE WHEN target IN ('fee', 'loan_new', 'trade', 'settlement') THEN wanted * $gone ELSE last + (wanted - last) * $gone END AS due
    FROM target
),
pace AS (
    SELECT id, sum(least(reached / due, 1.5)) FILTER (due > 0) / count(*) FILTER (due > 0) * 1000000 AS plan,
        coalesce(any_value(received), 0)::DOUBLE * 1000000 / nullif(sum(goal) FILTER (target = 'fee') * $gone, 0) AS fee
    FROM expected GROUP BY id
),
amended AS (SELECT plan AS id, min(amended_on) AS met_on FROM amendments WHERE amended_on BETWEEN $quarter1 AND $today GROUP BY plan),
noted AS (SELECT customer AS id, min(noted_on) AS met_on FROM measures WHERE noted_on BETWEEN $quarter1 AND $today GROUP BY customer),
behind AS (
    SELECT rule, 'plans' AS tab, id, customer, on10 AS due, met_on, '' AS officer
    FROM (
        SELECT 'R04' AS rule, id FROM pace WHERE plan < 800000 UNION ALL SELECT 'R41', id FROM pace WHERE fee < 800000
    ) JOIN judging USING (id) ANTI JOIN away USING (customer) LEFT JOIN amended USING (id) JOIN calendar ON day = $quarter1
    UNION ALL
    SELECT CASE basic_account_bank WHEN 'ours' THEN 'R40o' ELSE 'R40e' END, 'customers', id, id, on15, met_on, officer
    FROM here JOIN shared ON customer = id LEFT JOIN noted USING (id) JOIN calendar ON day = $quarter1
    WHERE tier IN ('key', 'quality')
        AND ((basic_account_bank = 'ours' AND share < 500000) OR (basic_account_bank = 'other' AND growth <= 0))
),
-- R34: shortfalls
short AS MATERIALIZED (
    SELECT i.*, l.customer, l.repaid_on IS NULL AS stands, coalesce(interest_due, 0) > coalesce(i.balance, 0) AS lacks
    FROM interest_checks AS i JOIN loans AS l ON l.id = i.loan WHERE interest_on >= $live
),
-- R37, R38: payments
leaving AS MATERIALIZED (
    SELECT p.*, h.balance AS held, CASE WHEN signed_by <> '' AND signed_at::DATE <= $today THEN signed_at::DATE END AS met_on,
        sum(amount) OVER (PARTITION BY customer, pays_on) AS of_day,
        sum(amount) FILTER (payee_kind IS DISTINCT FROM 'same') OVER (
            PARTITION BY customer ORDER BY pays_on RANGE BETWEEN INTERVAL 2 DAYS PRECEDING AND CURRENT ROW) AS of_three
    FROM payments AS p LEFT JOIN held_by AS h USING (customer)
),
payment AS (
    SELECT 'R37' AS rule, id, customer, pays_on, met_on,
        CASE WHEN of_day < 500000000 THEN 'customer_manager' WHEN of_day <= 1000000000 THEN 'team_leader' ELSE 'leader' END AS roles
        FROM leaving WHERE of_day >= 200000000 AND payee_kind IS DISTINCT FROM 'same' AND pays_on >= $live
    UNION ALL SELECT 'R37o', id, customer, pays_on, met_on, 'customer_manager;team_leader'
        FROM leaving WHERE payee_kind IS DISTINCT FROM 'same' AND held > 0 AND coalesce(of_three, 0)::DOUBLE * 1000000 / held >= 500000 AND pays_on >= $live
    UNION ALL SELECT 'R37p', id, customer, pays_on, NULL, 'customer_manager'
        FROM payments WHERE payee_kind = 'person' AND amount > 5000000 AND evidence IS NOT TRUE AND pays_on >= $live
    UNION ALL SELECT CASE product WHEN 'working_capital' THEN 'R38w' ELSE 'R38g' END, p.id, p.customer, pays_on, NULL,
        'customer_manager;credit_officer'
        FROM payments AS p JOIN loans AS l ON l.id = p.loan
        WHERE funds = 'loan' AND pay_mode IS DISTINCT FROM 'entrusted' AND pays_on >= $live AND ((product = 'working_capital' AND p.amount > 1000000000)
            OR (product IN ('fixed_asset', 'project', 'property') AND p.amount > 500000000))
),
crossed AS (
    SELECT rule, tab, id AS row, customer, year($quarter1) || 'Q' || quarter($quarter1) AS occurrence, due, $quarter2 - 1 AS anchor, $quarter1 AS opens,
        met_on, '' AS owner, officer, 'customer_manager' AS roles FROM behind
    UNION ALL SELECT 'R34m', 'interest_checks', id, customer, back2::VARCHAR, back2, interest_on, NULL,
        CASE WHEN reminded_on <= $today THEN reminded_on END, '', '', 'customer_manager' FROM short JOIN calendar ON day = interest_on WHERE lacks
    UNION ALL SELECT 'R34b', 'interest_checks', id, customer, back1::VARCHAR, back1, interest_on, NULL,
        CASE WHEN rechecked_on <= $today THEN rechecked_on END, '', '', 'customer_manager' FROM short JOIN calendar ON day = interest_on WHERE lacks
    UNION ALL SELECT 'R34a', 'interest_checks', id, customer, interest_on::VARCHAR, interest_on, interest_on, NULL, NULL, '', '', 'customer_manager'
        FROM short WHERE arrears > 0 AND result IS DISTINCT FROM 'full' AND stands
    UNION ALL SELECT rule, 'payments', id, customer, pays_on::VARCHAR, pays_on, pays_on, NULL, met_on, '', '', roles FROM payment
    UNION ALL SELECT 'R19w', 'visits', id, customer, on1::VARCHAR, on1, visited_on, NULL, NULL, coalesce(recorded_by, ''), '', 'owner'
        FROM held ANTI JOIN away USING (customer) JOIN calendar ON day = visited_on WHERE whole IS NOT TRUE AND visited_on >= $live
),
