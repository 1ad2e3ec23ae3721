-- The scheme's rules by hand for DuckDB, as somebody would write them who knows these rules and no others.
-- $today is a day; $live the day on which the branch began with this; $week0, $week1 … the first days of the period before and of this one; $waive0, $waive1 whether that
-- week has hardly a working day. calendar: day, works, earlier, later, back10, on3, on5, rank, guessed.
WITH
-- R11–R16: one pass over the visits
who AS (
    SELECT participants,
        bool_or(role = 'customer_manager') AS cm, bool_or(role = 'team_leader') AS tl, bool_or(role = 'leader') AS bl
    FROM (SELECT participants, unnest(string_split(participants, ';')) AS person FROM (SELECT DISTINCT participants FROM visits)) AS one
    JOIN staff ON staff.id = one.person
    GROUP BY participants
),
held AS (
    SELECT *, (coalesce(minutes, '') <> '' OR coalesce(purposes, '') <> '')
        AND (mode IS DISTINCT FROM 'onsite' OR (coalesce(minutes, '') <> '' AND (coalesce(place, '') <> '' OR coalesce(their_people, '') <> '')))
        AND (kind IS DISTINCT FROM 'business' OR coalesce(opportunity, '') <> '' OR coalesce(purposes, '') <> '') AS whole
    FROM visits
),
seen AS MATERIALIZED (
    SELECT customer, visited_on AS day, mode = 'onsite' AS onsite, mode = 'phone' AND kind IS DISTINCT FROM 'business' AS called, cm, tl, bl
    FROM held JOIN who USING (participants)
    WHERE visited_on <= $today AND mode IN ('onsite', 'phone') AND whole
),
log AS (
    SELECT customer,
        max(day) FILTER (onsite AND cm) AS r11,
        min(day) FILTER (called AND cm AND day >= $week0) AS r12_0, min(day) FILTER (called AND cm AND day >= $week1) AS r12_1,
        min(day) FILTER (onsite AND tl AND day >= $month0) AS r13_0, min(day) FILTER (onsite AND tl AND day >= $month1) AS r13_1,
        max(day) FILTER (called AND tl) AS r14,
        min(day) FILTER (called AND bl AND day >= $month0) AS r16_0, min(day) FILTER (called AND bl AND day >= $month1) AS r16_1
    FROM seen GROUP BY customer
),
twice AS (
    SELECT customer, min(day) FILTER (nth = 2) AS r15_0, min(day) FILTER (nth_1 = 2 AND day >= $quarter1) AS r15_1
    FROM (
        SELECT customer, day,
            row_number() OVER (PARTITION BY customer ORDER BY day) AS nth,
            row_number() OVER (PARTITION BY customer, day >= $quarter1 ORDER BY day) AS nth_1
        FROM (SELECT DISTINCT customer, day FROM seen WHERE onsite AND bl AND day >= $quarter0)
    ) GROUP BY customer
),
owed AS MATERIALIZED (
    SELECT c.id, coalesce(c.credit_officer, '') AS officer, greatest(coalesce(c.assigned_on, c.filed_on), $live) AS since,
        greatest(coalesce(c.filed_on, c.assigned_on), $live) AS filed, log.* EXCLUDE (customer), r15_0, r15_1
    FROM customers AS c LEFT JOIN log ON log.customer = c.id LEFT JOIN twice ON twice.customer = c.id
    WHERE coalesce(c.status, '') NOT IN ('lost', 'exited')
),
rolling AS (
    SELECT rule, id, officer, anchor, calendar.later AS due, roles
    FROM (
        SELECT 'R11' AS rule, id, officer, greatest(coalesce(r11, since), $live) AS anchor, 'customer_manager' AS roles FROM owed
        UNION ALL SELECT 'R14', id, officer, greatest(coalesce(r14, since), $live), 'team_leader' FROM owed
    ) JOIN calendar ON calendar.day = anchor + 14
    WHERE anchor <= $today
),
period AS (
    SELECT 'R12' AS rule, id, officer, since, $week0 AS first, $week0 + 6 AS due, r12_0 AS met_on, strftime($week0, '%G-W%V') AS name,
        'customer_manager' AS roles, $waive0 AS waived FROM owed
    UNION ALL SELECT 'R12', id, officer, since, $week1, $week1 + 6, r12_1, strftime($week1, '%G-W%V'), 'customer_manager', $waive1 FROM owed
    UNION ALL SELECT 'R13', id, officer, since, $month0, last_day($month0), r13_0, strftime($month0, '%Y-%m'), 'team_leader', false FROM owed
    UNION ALL SELECT 'R13', id, officer, since, $month1, last_day($month1), r13_1, strftime($month1, '%Y-%m'), 'team_leader', false FROM owed
    UNION ALL SELECT 'R15', id, officer, filed, $quarter0, $quarter1 - 1, r15_0, year($quarter0) || 'Q' || quarter($quarter0), 'leader', false FROM owed
    UNION ALL SELECT 'R15', id, officer, filed, $quarter1, $quarter2 - 1, r15_1, year($quarter1) || 'Q' || quarter($quarter1), 'leader', false FROM owed
    UNION ALL SELECT 'R16', id, officer, filed, $month0, last_day($month0), r16_0, strftime($month0, '%Y-%m'), 'leader', false FROM owed
    UNION ALL SELECT 'R16', id, officer, filed, $month1, last_day($month1), r16_1, strftime($month1, '%Y-%m'), 'leader', false FROM owed
),
cadence AS (
    SELECT rule, 'customers' AS tab, id AS row, id AS customer, due::VARCHAR AS occurrence,
        due, anchor, NULL::DATE AS opens, NULL::DATE AS met_on, '' AS fixed, '' AS owner, officer, roles FROM rolling
    UNION ALL
    SELECT rule, 'customers', id, id, name, due, first, first, met_on, CASE WHEN waived THEN 'waived' ELSE '' END, '', officer, roles
    FROM period WHERE since <= first
),
-- R25–R28: the latest rating of a customer
rated AS MATERIALIZED (
    SELECT r.id, r.customer, r.expires_on, coalesce(r.credit_officer, '') AS officer, letter.earlier AS letter, half.earlier AS half, half.back5 AS entry,
        CASE WHEN row_number() OVER (PARTITION BY r.customer ORDER BY coalesce(r.effective_on, r.expires_on) DESC NULLS LAST,
            r.expires_on DESC NULLS LAST, r.id DESC) > 1 THEN 'superseded' ELSE '' END AS fixed,
        coalesce(r.notice_on, r.submitted_on) AS sent_on, coalesce(r.notice_received_on, r.submitted_on) AS received_on,
        coalesce(r.initiated_on, r.submitted_on) AS begun_on, r.submitted_on,
        coalesce(r.entered_on, r.submitted_on) AS entered_on
    FROM ratings AS r
    LEFT JOIN customers AS c ON c.id = r.customer
    LEFT JOIN calendar AS letter ON letter.day = (r.expires_on
        - CASE r.authority WHEN 'tier1' THEN INTERVAL 2 MONTH WHEN 'tier2' THEN INTERVAL 1 MONTH ELSE INTERVAL 3 MONTH END)::DATE
    LEFT JOIN calendar AS half ON half.day = r.expires_on - 15
    WHERE coalesce(c.status, '') NOT IN ('lost', 'exited')
),
rating AS (
    SELECT rule, 'ratings' AS tab, id AS row, customer, due, expires_on AS anchor, opens,
        CASE WHEN done_on <= $today THEN done_on WHEN soft AND due <= $today THEN due - 1 END AS met_on, fixed, officer, roles
    FROM (
        SELECT 'R25s' AS rule, id, customer, letter AS due, expires_on, NULL::DATE AS opens, sent_on AS done_on, false AS soft, fixed, officer,
            'credit_officer' AS roles FROM rated
        UNION ALL SELECT 'R25r', id, customer, letter, expires_on, NULL, received_on, false, fixed, officer, 'customer_manager' FROM rated
        UNION ALL SELECT 'R25a', id, customer, letter, expires_on, letter - 30, sent_on, true, fixed, officer, 'customer_manager' FROM rated
        UNION ALL SELECT 'R26', id, customer, half, expires_on, expires_on - 60, begun_on, false, fixed, officer, 'customer_manager' FROM rated
        UNION ALL SELECT 'R26d', id, customer, entry, expires_on, NULL, entered_on, false, fixed, officer, 'customer_manager' FROM rated
        UNION ALL SELECT 'R27', id, customer, half, expires_on, NULL, submitted_on, false, fixed, officer, 'customer_manager' FROM rated
        UNION ALL SELECT 'R28', id, customer, expires_on, expires_on, NULL, NULL, false, fixed, officer, 'customer_manager' FROM rated
    ) WHERE expires_on IS NOT NULL
),
-- R29–R31: the latest line of a customer and kind; R30 and R31 leave out those that end
lined AS MATERIALIZED (
    SELECT l.id, l.customer, l.expires_on, coalesce(l.credit_officer, '') AS officer, letter.earlier AS letter, month.earlier AS month, month.back5 AS gather,
        dig.earlier AS dig, l.intention IS DISTINCT FROM 'exit' AS goes_on,
        CASE WHEN row_number() OVER (PARTITION BY l.customer, l.kind ORDER BY coalesce(l.effective_on, l.expires_on) DESC NULLS LAST,
            l.expires_on DESC NULLS LAST, l.id DESC) > 1 THEN 'superseded' ELSE '' END AS fixed,
        CASE WHEN row_number() OVER (PARTITION BY l.customer, l.kind, l.intention IS DISTINCT FROM 'exit' ORDER BY
            coalesce(l.effective_on, l.expires_on) DESC NULLS LAST, l.expires_on DESC NULLS LAST, l.id DESC) > 1
            THEN 'superseded' ELSE '' END AS fixed_on,
        coalesce(l.notice_on, l.submitted_on) AS sent_on, coalesce(l.notice_received_on, l.submitted_on) AS received_on,
        l.submitted_on, l.diligence_on, coalesce(l.materials_on, l.submitted_on) AS materials_on
    FROM credit_lines AS l
    LEFT JOIN customers AS c ON c.id = l.customer
    LEFT JOIN calendar AS letter ON letter.day = (l.expires_on
        - CASE l.authority WHEN 'tier1' THEN INTERVAL 2 MONTH WHEN 'tier2' THEN INTERVAL 1 MONTH ELSE INTERVAL 3 MONTH END)::DATE
    LEFT JOIN calendar AS month ON month.day = (l.expires_on - INTERVAL 1 MONTH)::DATE
    LEFT JOIN calendar AS dig ON dig.day = month.back10
    WHERE coalesce(c.status, '') NOT IN ('lost', 'exited')
),
line AS (
    SELECT rule, 'credit_lines' AS tab, id AS row, customer, due, expires_on AS anchor, opens,
        CASE WHEN done_on <= $today THEN done_on WHEN soft AND due <= $today THEN due - 1 END AS met_on, fixed, officer, roles
    FROM (
        SELECT 'R29s' AS rule, id, customer, letter AS due, expires_on, NULL::DATE AS opens, sent_on AS done_on, false AS soft, fixed, officer,
            'credit_officer' AS roles FROM lined
        UNION ALL SELECT 'R29r', id, customer, letter, expires_on, NULL, received_on, false, fixed, officer, 'customer_manager' FROM lined
        UNION ALL SELECT 'R29a', id, customer, letter, expires_on, letter - 30, sent_on, true, fixed, officer, 'customer_manager' FROM lined
        UNION ALL SELECT 'R30', id, customer, month, expires_on, NULL, submitted_on, false, fixed_on, officer, 'customer_manager'
            FROM lined WHERE goes_on
        UNION ALL SELECT 'R30e', id, customer, expires_on, expires_on, NULL, NULL, false, fixed_on, officer, 'customer_manager'
            FROM lined WHERE goes_on
        UNION ALL SELECT 'R31m', id, customer, gather, expires_on, NULL, materials_on, false, fixed_on, officer, 'customer_manager'
            FROM lined WHERE goes_on
        UNION ALL SELECT 'R31', id, customer, dig, expires_on, NULL, diligence_on, false, fixed_on, officer, 'customer_manager'
            FROM lined WHERE goes_on
    ) WHERE expires_on IS NOT NULL
),
-- R32, R33
lent AS MATERIALIZED (
    SELECT id, customer, matures_on, product = 'working_capital' AS working, maturity_plan IS DISTINCT FROM 'repay' AS goes_on,
        notice_on, coalesce(talked_on, renewal_on) AS talked_on, renewal_on
    FROM loans WHERE balance IS DISTINCT FROM 0 AND repaid_on IS NULL AND matures_on IS NOT NULL
),
loan AS (
    SELECT rule, 'loans' AS tab, id AS row, customer, calendar.earlier AS due, matures_on AS anchor,
        CASE WHEN done_on <= $today THEN done_on END AS met_on
    FROM (
        SELECT 'R32' AS rule, id, customer, matures_on, (matures_on - INTERVAL 1 MONTH)::DATE AS day, notice_on AS done_on FROM lent
        UNION ALL SELECT 'R33t', id, customer, matures_on, matures_on - 30, talked_on FROM lent WHERE working
        UNION ALL SELECT 'R33r', id, customer, matures_on, matures_on - 15, renewal_on FROM lent WHERE working AND goes_on
    ) AS one JOIN calendar ON calendar.day = one.day
),
-- R10, R44
assigned AS (
    SELECT 'R10' AS rule, 'measures' AS tab, id, customer, due_on, done_on, owner, status FROM measures
    UNION ALL SELECT 'R44', 'tasks', id, customer, due_on, CASE WHEN report <> '' THEN done_on END, owner, status FROM tasks
),
measure AS (
    SELECT rule, tab, id AS row, coalesce(customer, '') AS customer, calendar.later AS due, due_on AS anchor,
        CASE WHEN done_on <= $today THEN done_on END AS met_on, coalesce(owner, '') AS owner
    FROM assigned JOIN calendar ON calendar.day = due_on WHERE coalesce(status, '') NOT IN ('done', 'dropped')
),
-- R20–R24
begun AS MATERIALIZED (
    SELECT id, customer, created_at::DATE AS made_on, coalesce(stage_on, created_at::DATE) AS moved_on, submitted_at::DATE AS submitted_on,
        CASE WHEN feedback <> '' THEN feedback_at::DATE END AS feedback_on, reported_at::DATE AS reported_on,
        upreport AS goes_up, CASE WHEN upreport_to <> '' THEN upreported_at::DATE END AS upreported_on,
        coalesce(stage, '') NOT IN ('landed', 'signed') AS runs
    FROM opportunities WHERE coalesce(stage, '') NOT IN ('lost', 'shelved')
),
visited AS (
    SELECT b.id, min(v.visited_on) AS met_on FROM held AS v JOIN begun AS b ON b.id = v.opportunity
    WHERE v.whole AND v.kind = 'business' AND v.mode = 'onsite' AND v.visited_on BETWEEN b.made_on AND $today GROUP BY b.id
),
talked AS (
    SELECT b.id, min(c.since) AS met_on FROM channels AS c JOIN begun AS b ON b.id = c.opportunity
    WHERE c.since BETWEEN b.made_on AND $today GROUP BY b.id
),
planned AS (
    SELECT b.id, min(p.made_on) AS met_on FROM marketing_plans AS p JOIN begun AS b ON b.id = p.opportunity
    WHERE p.made_on BETWEEN b.made_on AND $today GROUP BY b.id
),
response AS (
    SELECT 'R20' AS rule, id AS row, customer, made_on AS due, made_on AS anchor, CASE WHEN submitted_on <= $today THEN submitted_on END AS met_on,
        'customer_manager' AS roles FROM begun WHERE made_on BETWEEN $live AND $today
    UNION ALL SELECT 'R21f', id, customer, later, made_on, CASE WHEN feedback_on <= $today THEN feedback_on END, 'team_leader'
        FROM begun JOIN calendar ON day = made_on + 1 WHERE made_on BETWEEN $live AND $today
    UNION ALL SELECT 'R21r', id, customer, later, made_on, CASE WHEN reported_on <= $today THEN reported_on END, 'team_leader'
        FROM begun JOIN calendar ON day = made_on + 1 WHERE made_on BETWEEN $live AND $today
    UNION ALL SELECT 'R22', id, customer, on3, made_on, met_on, 'customer_manager'
        FROM begun JOIN calendar ON day = made_on LEFT JOIN visited USING (id) WHERE made_on BETWEEN $live AND $today AND runs
    UNION ALL SELECT 'R23', id, customer, on5, made_on, met_on, 'customer_manager'
        FROM begun JOIN calendar ON day = made_on LEFT JOIN planned USING (id) WHERE made_on BETWEEN $live AND $today AND runs
    UNION ALL SELECT 'R24c', id, customer, on10, made_on, met_on, 'customer_manager'
        FROM begun JOIN calendar ON day = made_on LEFT JOIN talked USING (id) WHERE made_on BETWEEN $live AND $today AND runs
    UNION ALL SELECT 'R21u', id, customer, on2, reported_on, CASE WHEN upreported_on <= $today THEN upreported_on END, 'team_leader'
        FROM begun JOIN calendar ON day = reported_on WHERE goes_up AND reported_on BETWEEN $live AND $today
    UNION ALL SELECT 'R24', id, customer, later, moved_on, NULL, 'customer_manager'
        FROM begun JOIN calendar ON day = moved_on + 30 WHERE moved_on BETWEEN $live AND $today AND runs
),
