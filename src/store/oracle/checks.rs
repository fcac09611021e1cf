//! The checks, by invariant. Each query gives the id of what is wrong and a detail.

use super::Check;

const fn check(id: &'static str, zh: &'static str, en: &'static str, sql: &'static str) -> Check {
    Check { id, zh, en, sql }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "I2a",
        "一项任务只办理一次",
        "No task is decided twice",
        "SELECT j.case_id AS id, CAST(e.value ->> 'task' AS text) AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' IN ('task-completed', 'task-decided', 'task-cancelled', 'opinion-given')
         GROUP BY j.case_id, e.value ->> 'task' HAVING COUNT(*) > 1",
    ),
    check(
        "I2b",
        "一次激活只进入一个环节一次",
        "No activation enters a step twice",
        "SELECT j.case_id AS id, CAST(e.value ->> 'activation' AS text) AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' = 'step-entered'
         GROUP BY j.case_id, e.value ->> 'activation' HAVING COUNT(*) > 1",
    ),
    check(
        "I2c",
        "已办任务在日志中有且只有一条办理记录",
        "Every task that is done has its decision in the journal",
        "SELECT t.case_id AS id, CAST(t.no AS text) AS detail FROM tasks t WHERE t.state = 'done' AND NOT EXISTS (
             SELECT 1 FROM journal j, {events} WHERE j.case_id = t.case_id
             AND e.value ->> 'event' IN ('task-completed', 'task-decided', 'opinion-given')
             AND CAST(e.value ->> 'task' AS bigint) = t.no)",
    ),
    check(
        "I3a",
        "预算申请所引评估与目标属于同一项目和年度，且不超过支持金额",
        "Every budget request stands on an assessment and targets of its own project and year, within their cap",
        "SELECT b.id AS id, 'facts' AS detail FROM budget_requests b WHERE b.amount_fen > b.assessment_cap_fen
         OR NOT EXISTS (SELECT 1 FROM facts f WHERE f.id = b.assessment_fact AND f.kind = 'assessment'
             AND f.value IN ('supported', 'adjusted', 'exempt') AND f.project_id = b.project_id AND f.year = b.year
             AND f.cap_fen = b.assessment_cap_fen)
         OR NOT EXISTS (SELECT 1 FROM facts f WHERE f.id = b.targets_fact AND f.kind = 'targets'
             AND f.value = 'accepted' AND f.project_id = b.project_id AND f.year = b.year)",
    ),
    check(
        "I3b",
        "预算申请提交时所引评估与目标均有效",
        "Both facts stood when the budget request was submitted",
        "SELECT b.id AS id, f.kind AS detail FROM budget_requests b
         JOIN facts f ON f.id = b.assessment_fact OR f.id = b.targets_fact
         WHERE f.recorded_at > b.submitted_at OR f.revoked_at < b.submitted_at",
    ),
    check(
        "I3c",
        "办结为已提交的申请均有预算申请记录",
        "Every case that submitted a request has left one",
        "SELECT j.case_id AS id, e.value ->> 'effect' AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' = 'effect-done' AND e.value ->> 'effect' = 'submit-budget-request'
         AND NOT EXISTS (SELECT 1 FROM budget_requests b WHERE b.case_id = j.case_id)",
    ),
    check(
        "I4a",
        "每次变更有一条日志，序号连续",
        "There is one journal entry for each change, without gaps",
        "SELECT c.id AS id, CAST(c.version AS text) AS detail FROM cases c
         LEFT JOIN (SELECT case_id, COUNT(*) AS entries, MIN(seq) AS first, MAX(seq) AS last FROM journal
             GROUP BY case_id) j ON j.case_id = c.id
         WHERE j.case_id IS NULL OR j.entries <> c.version OR j.first <> 1 OR j.last <> c.version",
    ),
    check(
        "I4b",
        "办件所记的末条日志摘要与日志一致",
        "The case remembers the hash of its last journal entry",
        "SELECT c.id AS id, c.journal_hash AS detail FROM cases c
         JOIN journal j ON j.case_id = c.id AND j.seq = c.version WHERE j.hash <> c.journal_hash",
    ),
    check(
        "I4c",
        "事实均有日志记载",
        "Every fact is journalled by the case that recorded it",
        "SELECT f.case_id AS id, {hex f.id} AS detail FROM facts f WHERE NOT EXISTS (
             SELECT 1 FROM journal j, {events} WHERE j.case_id = f.case_id
             AND e.value ->> 'event' = 'fact-recorded'
             AND e.value -> 'fact' ->> 'id' = 'fact_' || {hex f.id})",
    ),
    check(
        "I4d",
        "日志记载的事实均在库中",
        "Every journalled fact is stored",
        "SELECT j.case_id AS id, e.value -> 'fact' ->> 'id' AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' = 'fact-recorded' AND NOT EXISTS (
             SELECT 1 FROM facts f WHERE f.case_id = j.case_id
             AND e.value -> 'fact' ->> 'id' = 'fact_' || {hex f.id})",
    ),
    check(
        "I5a",
        "放弃的外发事项均有事故记录",
        "Whatever was given up has its incident",
        "SELECT o.id AS id, o.occurrence AS detail FROM outbox o WHERE o.state = 'failed' AND NOT EXISTS (
             SELECT 1 FROM incidents i WHERE i.occurrence = 'given-up/' || o.occurrence)",
    ),
    check(
        "I5b",
        "同一事由只外发一次",
        "An occurrence leaves once",
        "SELECT o.id AS id, o.occurrence AS detail FROM outbox o
         JOIN outbox other ON other.occurrence = o.occurrence AND other.id <> o.id",
    ),
    check(
        "I5c",
        "已外发的邮件均有收发记录",
        "Every mail that left has its record",
        "SELECT o.id AS id, o.occurrence AS detail FROM outbox o WHERE o.kind = 'send-mail' AND o.state = 'sent'
         AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.occurrence = o.occurrence)",
    ),
    check(
        "I5d",
        "取消的外发事项均有原因",
        "Whatever was cancelled says why",
        "SELECT o.id AS id, o.occurrence AS detail FROM outbox o WHERE o.state = 'cancelled'
         AND COALESCE(o.last_error, '') = ''",
    ),
    check(
        "I5e",
        "并入汇总的邮件均有其汇总",
        "Whatever left in a digest has that digest",
        "SELECT o.id AS id, o.last_error AS detail FROM outbox o WHERE o.kind = 'send-mail' AND o.state = 'cancelled'
         AND o.last_error LIKE 'in digest/%' AND NOT EXISTS (
             SELECT 1 FROM outbox d WHERE d.kind = 'send-digest' AND o.last_error = 'in ' || d.occurrence)",
    ),
    check(
        "I5f",
        "并入汇总的消息不再单独发信",
        "No notice that a digest tells of has left by itself as well",
        "SELECT n.id AS id, n.digest AS detail FROM notices n JOIN mails m ON m.id = n.id
         WHERE n.digest IS NOT NULL AND m.state = 'sent'",
    ),
    check(
        "I6a",
        "时钟只为未办结的任务而设",
        "A clock is armed for an open task only",
        "SELECT k.case_id AS id, CAST(k.task_no AS text) AS detail FROM clocks k
         JOIN tasks t ON t.case_id = k.case_id AND t.no = k.task_no WHERE t.state <> 'open'",
    ),
    check(
        "I6b",
        "有时限的待办任务均设有到期时钟",
        "Every open task with a deadline has its clock armed",
        "SELECT t.case_id AS id, CAST(t.no AS text) AS detail FROM tasks t WHERE t.state = 'open'
         AND t.due_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = t.case_id
             AND k.task_no = t.no AND k.kind = 'due' AND k.due_at = t.due_at)",
    ),
    check(
        "I6c",
        "须提醒的待办任务均设有提醒时钟，或者正在提醒，或者已报事故",
        "Every open task that rings has its clock armed, a job that rings it, or an incident",
        "SELECT t.case_id AS id, CAST(t.no AS text) AS detail FROM tasks t WHERE t.state = 'open'
         AND t.rings_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = t.case_id AND k.task_no = t.no
             AND k.kind = 'remind' AND k.due_at = t.rings_at)
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = t.case_id AND o.kind = 'ring-clock'
             AND o.state IN ('pending', 'claimed'))
         AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.case_id = t.case_id AND i.closed_at IS NULL)",
    ),
    check(
        "I6d",
        "提醒时钟与任务所记的提醒时间一致",
        "A clock rings for a task when the task says so",
        "SELECT k.case_id AS id, CAST(k.task_no AS text) AS detail FROM clocks k
         JOIN tasks t ON t.case_id = k.case_id AND t.no = k.task_no
         WHERE k.kind = 'remind' AND (t.rings_at IS NULL OR t.rings_at <> k.due_at)",
    ),
    check(
        "I6e",
        "同一任务同一时刻只提醒一次",
        "A task is reminded of once at a moment",
        "SELECT j.case_id AS id, CAST(e.value ->> 'task' AS text) AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' = 'reminded'
         GROUP BY j.case_id, e.value ->> 'task', e.value ->> 'at' HAVING COUNT(*) > 1",
    ),
    check(
        "I6f",
        "同一任务每级只上报一次",
        "A task is escalated once at a level",
        "SELECT j.case_id AS id, CAST(e.value ->> 'task' AS text) AS detail FROM journal j, {events}
         WHERE e.value ->> 'event' = 'task-escalated'
         GROUP BY j.case_id, e.value ->> 'task', e.value ->> 'level' HAVING COUNT(*) > 1",
    ),
    check(
        "I7a",
        "办件与任务的组织路径与其项目一致",
        "A case and its tasks belong where their project belongs",
        "SELECT c.id AS id, c.org_path AS detail FROM cases c JOIN projects p ON p.id = c.project_id
         WHERE c.org_path <> p.org_path OR EXISTS (
             SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.org_path <> c.org_path)",
    ),
    check(
        "I7b",
        "项目的组织路径与其单位一致",
        "A project belongs where its unit belongs",
        "SELECT p.id AS id, p.org_path AS detail FROM projects p JOIN organisations o ON o.code = p.unit
         WHERE p.org_path <> o.path",
    ),
    check(
        "I8a",
        "在办办件均有待办任务、等待事项、时钟、后台事项或事故",
        "Every running case has an open task, a gate, a clock, a job or an incident",
        "SELECT c.id AS id, c.number AS detail FROM cases c WHERE c.status = 'running' AND c.waiting_for IS NULL
         AND c.suspended_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.state = 'open')
         AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id)
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id AND o.state IN ('pending', 'claimed'))
         AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.case_id = c.id AND i.closed_at IS NULL)",
    ),
    check(
        "I8b",
        "待办任务均有候选办理人",
        "Every open task has a candidate",
        "SELECT t.case_id AS id, CAST(t.no AS text) AS detail FROM tasks t WHERE t.state = 'open'
         AND NOT EXISTS (SELECT 1 FROM task_candidates a WHERE a.case_id = t.case_id AND a.no = t.no)",
    ),
    check(
        "I8c",
        "已办或已撤销的任务不再有候选办理人",
        "No closed task has a candidate",
        "SELECT t.case_id AS id, CAST(t.no AS text) AS detail FROM tasks t
         JOIN task_candidates a ON a.case_id = t.case_id AND a.no = t.no WHERE t.state <> 'open'",
    ),
    check(
        "I8d",
        "已办结的办件没有待办任务和时钟",
        "No ended case has an open task or a clock",
        "SELECT c.id AS id, c.number AS detail FROM cases c WHERE c.status = 'ended' AND (
             EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.state = 'open')
             OR EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id))",
    ),
    check(
        "I8e",
        "定时发起的办件各有一条记录，同一项目每期至多一件",
        "Every case that a schedule started has its row, one for its project and period",
        "SELECT c.id AS id, c.number AS detail FROM cases c JOIN journal j ON j.case_id = c.id AND j.seq = 1
         WHERE j.actor LIKE 'system:schedule %' AND NOT EXISTS (SELECT 1 FROM schedule_cases s
             WHERE s.case_id = c.id AND s.state = 'started' AND s.workflow = c.workflow
             AND s.project_id = c.project_id AND s.year = c.year)",
    ),
    check(
        "I9a",
        "强制性规定经两个职务的两个人同意后才生效，首版除外",
        "Mandates other than the first took effect with the consents of two people in the two roles",
        "SELECT m.id AS id, CAST(m.no AS text) AS detail FROM mandate_sets m
         WHERE m.state IN ('accepted', 'replaced') AND NOT m.founding AND (
             SELECT COUNT(DISTINCT said.person_id) FROM mandate_consents said
             WHERE said.set_id = m.id AND said.decision = 'consent') <> 2",
    ),
    check(
        "I9b",
        "现行流程均按现行强制性规定证明",
        "What is live is proven by the mandates in force",
        "SELECT m.id AS id, d.workflow AS detail FROM definitions d JOIN mandate_sets m ON m.state = 'accepted'
         WHERE d.is_current AND (d.certificate IS NULL
             OR d.certificate NOT LIKE '%\"mandates\":\"' || m.hash || '\"%')",
    ),
];
