-- A record for each period: R01–R07, R28m, R34–R36. periods: unit, name, first, last, owed (looked at), recent (this one or
-- the one before).
manager AS MATERIALIZED (
    SELECT id, greatest(joined_on, $live) AS since FROM staff
    WHERE role = 'customer_manager' AND status IS DISTINCT FROM 'left' AND id IN (SELECT owner FROM here)
),
until AS (
    SELECT periods.*, rule, owner_of, CASE take WHEN 3 THEN on3 WHEN 5 THEN on5 WHEN 15 THEN on15 ELSE earlier END AS due
    FROM (VALUES ('R05', 'month', 5, 'reviews'), ('R06', 'quarter', 5, 'reviews'), ('R07', 'year', 5, 'reviews'),
        ('R35m', 'month', 3, 'reminded'), ('R35mr', 'month', 15, 'returned'), ('R35q', 'quarter', 3, 'reminded'),
        ('R35qr', 'quarter', 15, 'returned'), ('R36q', 'quarter', 30, 'statements'), ('R36y', 'year', 120, 'audited')
    ) AS asked (rule, unit, take, owner_of)
    JOIN periods USING (unit)
    JOIN calendar ON day = CASE take WHEN 30 THEN last + 30 WHEN 120 THEN make_date(year(last) + 1, 4, 30) ELSE last END
    WHERE owed
),
filed AS (
    SELECT 'reviews' AS owner_of, owner AS id, period, written_on AS done_on FROM reviews
        WHERE coalesce(summary, '') || coalesce(shortcomings, '') || coalesce(next_plan, '') <> ''
    UNION ALL SELECT 'reminded', account, period, coalesce(reminded_on, CASE WHEN result IN ('match', 'differs') THEN returned_on END)
        FROM reconciliations
    UNION ALL SELECT 'returned', account, period, returned_on FROM reconciliations WHERE result IN ('match', 'differs')
    UNION ALL SELECT 'statements', customer, period, entered_on FROM statements
    UNION ALL SELECT 'audited', customer, period, entered_on FROM statements WHERE audited
),
covered AS MATERIALIZED (
    SELECT owner_of, id, owed.unit, owed.first, min(done_on) AS met_on
    FROM filed JOIN periods AS given ON given.name = filed.period
    JOIN periods AS owed ON owed.owed AND owed.last = given.last AND given.first <= owed.first
    WHERE done_on <= $today GROUP BY ALL
),
duty AS (
    SELECT rule, 'staff' AS tab, id, '' AS customer, since, id AS owner, '' AS officer, 'owner' AS roles
    FROM manager, (VALUES ('R05'), ('R06'), ('R07')) AS asked (rule)
    UNION ALL
    SELECT rule, 'accounts', id, customer, greatest(opened_on, $live), '', '', 'customer_manager'
    FROM accounts ANTI JOIN away USING (customer)
    JOIN (VALUES ('R35m', true), ('R35mr', true), ('R35q', false), ('R35qr', false)) AS asked (rule, vital)
        ON coalesce(key_account, false) = vital
    WHERE status = 'normal' AND coalesce(exempt, '') = ''
    UNION ALL
    SELECT rule, 'customers', id, id, since, '', officer, 'customer_manager' FROM here, (VALUES ('R36q'), ('R36y')) AS asked (rule) WHERE borrows
),
monthly AS (
    SELECT rule, tab, id AS row, customer, name AS occurrence, greatest(due, since) AS due, last AS anchor, until.first AS opens, met_on,
        '' AS fixed, owner, officer, roles
    FROM duty JOIN until USING (rule) LEFT JOIN covered USING (owner_of, id, unit, first)
    WHERE since <= last AND (recent OR met_on IS NULL)
),
-- R02
worked AS (SELECT day, on1 FROM calendar WHERE works AND day < $today ORDER BY day DESC LIMIT 10),
written AS (SELECT DISTINCT staff AS id, "on" AS day FROM diary),
resting AS (SELECT DISTINCT staff AS id, day, true AS away FROM leave JOIN worked ON day BETWEEN from_on AND to_on),
daily AS (
    SELECT 'R02', 'staff', id, '', day::VARCHAR, greatest(on1, since), day, day, written.day, CASE WHEN away THEN 'waived' ELSE '' END, id, '', 'owner'
    FROM manager JOIN worked ON since <= worked.day LEFT JOIN written USING (id, day) LEFT JOIN resting USING (id, day)
),
-- R03
planned_on AS (
    SELECT customer AS id, min(made_on) AS met_on FROM plans WHERE status IS DISTINCT FROM 'draft' AND year = year($today) AND made_on <= $today
    GROUP BY customer
),
yearly AS (
    SELECT 'R03', 'customers', id, id, year($today)::VARCHAR, greatest(later, since), make_date(year($today), 12, 31), $year1, met_on, '', '',
        officer, 'customer_manager'
    FROM here LEFT JOIN planned_on USING (id) JOIN calendar ON day = greatest($year1 + 30, since + 30)
    WHERE since <= make_date(year($today), 12, 31)
),
-- R34: the last interest days and the next
bearing AS MATERIALIZED (
    SELECT id, customer, since, matures_on, "on" AS last, ("on" - to_months(CASE WHEN quarterly THEN 3 ELSE 1 END))::DATE + 1 AS first
    FROM (
        SELECT id, customer, since, matures_on, interest_cycle IS NOT DISTINCT FROM 'quarterly' AS quarterly, month,
            month + least(coalesce(interest_day, 20), day(last_day(month)))::INTEGER - 1 AS "on"
        FROM owes, (SELECT ($month1 + to_months(n::INTEGER))::DATE AS month FROM range(-4, 4) AS far (n))
        WHERE interest_cycle IS DISTINCT FROM 'at_maturity'
    )
    WHERE (NOT quarterly OR month(month) % 3 = 0) AND since < "on" AND first <= $today AND coalesce("on" <= matures_on, true)
    UNION ALL
    SELECT id, customer, since, matures_on, matures_on, since + 1 FROM owes
    WHERE interest_cycle = 'at_maturity' AND since <= matures_on AND since <= $today
),
seen_to AS (
    SELECT b.id, b.last, min(checked_on) AS met_on FROM bearing AS b JOIN interest_checks AS i ON i.loan = b.id
    WHERE interest_on BETWEEN b.first AND b.last AND checked_on <= $today GROUP BY ALL
),
interest AS (
    SELECT 'R34', 'loans', id, customer, last::VARCHAR, greatest(back3, since), last, first, met_on, '', '', '', 'customer_manager'
    FROM bearing LEFT JOIN seen_to USING (id, last) JOIN calendar ON day = last WHERE met_on IS NULL OR last >= $today - 31
),
-- R01, R28m
graded AS (SELECT DISTINCT customer FROM ratings WHERE coalesce(grade, 'none') NOT IN ('', 'none') AND result IS DISTINCT FROM 'refused'),
lent_to AS (SELECT customer FROM loans UNION SELECT customer FROM credit_lines),
whole_file AS (
    SELECT id FROM here
    WHERE name <> '' AND uscc <> '' AND kind <> '' AND ownership <> '' AND industry <> '' AND size <> '' AND address <> ''
        AND main_business <> '' AND legal_representative <> '' AND tier <> '' AND status <> '' AND flags <> '' AND basic_account_bank <> ''
        AND owner <> '' AND team <> '' AND assigned_on IS NOT NULL
        AND id IN (SELECT customer FROM contacts) AND (NOT saves OR id IN (SELECT customer FROM accounts))
        AND (NOT borrows OR (id IN (SELECT customer FROM lent_to) AND id IN (SELECT customer FROM ratings)))
),
filing AS (
    SELECT * FROM monthly UNION ALL SELECT * FROM daily UNION ALL SELECT * FROM yearly UNION ALL SELECT * FROM interest
    UNION ALL
    SELECT 'R01', 'customers', id, id, 'once', on5, since, NULL, NULL, '', '', officer, 'customer_manager'
    FROM here ANTI JOIN whole_file USING (id) JOIN calendar ON day = since WHERE since <= $today
    UNION ALL
    SELECT 'R28m', 'customers', id, id, 'once', since, since, NULL, NULL, '', '', officer, 'customer_manager'
    FROM here WHERE borrows AND since <= $today AND id NOT IN (SELECT customer FROM graded)
),
