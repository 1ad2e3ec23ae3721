"""Opportunities (商机) from the first word to the signed business, and the customer marketing plan (S17–S52)."""

from __future__ import annotations

from sheets.schema import Column as C
from sheets.schema import Table
from sheets.tables.words import BLOCKS, CUSTOMER, DONE_STATE, MODES, NOTE, pick, row_id

CHANNELS = pick(
    "policy=政策和市场分析=Policy and market analysis=政策和市场|政策分析", "visit=走访客户发现=Found on a visit=走访客户|走访",
    "parent=客户上级公司或股东=Parent or shareholder=上级公司|股东", "partner=合作伙伴=Partner", "competitor=竞争对手=Competitor",
    "upper=上级行下达营销任务=Task from above=上级行任务", "other=其它渠道=Other=其他渠道|其他",
)  # fmt: skip
STAGES = pick(
    "collected=信息收集=Information collected=线索|信息收集(线索)", "created=商机创建=Created=已提交", "need=需求明确=Need clear",
    "agreed=方案共识=Proposal agreed", "applied=业务申报=Process started=流程已发起", "signed=签约=Signed", "landed=落地转化=Landed=已落地",
    "lost=失败=Lost", "shelved=搁置=Shelved",
)  # fmt: skip

OPPORTUNITIES = Table("opportunities", "商机", "Opportunities", "opportunities", (
    row_id("商机编号", "Opportunity no."),
    C("name", "商机名称", "Name", required=True),
    CUSTOMER,
    C("channel", "商机来源", "Channel", "choice", CHANNELS, required=True, aliases=("来源", "来源渠道")),
    C("visit", "来源访问", "Source visit", "ref", ref="visits"),
    C("block", "业务板块", "Block", "choice", BLOCKS, required=True),
    C("product", "产品", "Product", required=True),
    C("amount", "预计金额", "Amount", "money", unit="万元", required=True),
    C("income", "预计收益", "Income", "money", unit="万元", usual=1_000),
    C("expected_on", "预计落地日", "Expected on", "date"),
    C("description", "商机描述", "Description", "long"),
    C("needs", "客户需求", "Needs", "long"),
    C("analysis", "初步分析", "Analysis", "long"),
    C("competition", "竞争情况", "Competition", "long"),
    C("stage", "阶段", "Stage", "choice", STAGES, required=True, aliases=("商机阶段",)),
    C("stage_on", "进入阶段日期", "In stage since", "date", auto=True),
    C("probability", "成功概率", "Probability", "percent", unit="%"),
    C("created_at", "创建时间", "Created at", "datetime", required=True, fact=True, stamp=True),
    C("created_by", "创建人", "Created by", "staff", auto=True),
    C("submitted_at", "提交团队长时间", "Submitted at", "datetime", aliases=("提交时间",), fact=True, after="created_at",
      stamp=True),
    C("submitted_to", "接收团队长", "Submitted to", "staff"),
    C("feedback", "团队长反馈意见", "Team leader's feedback", "long", aliases=("反馈意见",)),
    C("guidance", "业务指导", "Guidance", "long", held=True),
    C("feedback_at", "反馈时间", "Feedback at", "datetime", fact=True, after="created_at", stamp=True, act="feedback"),
    C("reported_at", "上报主管行领导时间", "Reported at", "datetime", aliases=("上报时间",), fact=True, after="created_at",
      stamp=True),
    C("reported_to", "接收领导", "Reported to", "staff", held=True),
    C("decision", "领导批示", "Leader's decision", "long", held=True),
    C("upreport", "是否报送上级", "To be sent up", "yesno", held=True),
    C("upreport_to", "上级主管部门", "Sent up to"),
    C("upreported_at", "报送上级时间", "Sent up at", "datetime", fact=True, after="created_at", stamp=True,
      act="upreport_to", follows="reported_at"),
    C("upreport_reason", "报送原因", "Reason", "long", held=True),
    C("members", "服务团队成员", "Team members", "staffs"),
    C("process_no", "业务流程编号", "Process no."),
    C("process_on", "流程发起日", "Process started on", "date", fact=True),
    C("signed_on", "签约日期", "Signed on", "date", fact=True, after="created_at"),
    C("contract_no", "合同号", "Contract no."),
    C("result", "落地业务", "Resulting business"),
    C("lost_reason", "结束原因", "Lost because", "choice", pick(
        "price=价格=Price", "refused=审批未通过=Not approved", "cancelled=客户取消=Cancelled", "rival=他行获得=Won by another bank",
        "policy=政策限制=Policy", "other=其他=Other")),
    # Only by `branch/opportunities_pass.py`: no form, file or spreadsheet lets an opportunity through.
    C("passed", "放行阶段", "Let through to", "choices", STAGES, auto=True),
    C("passed_by", "放行人", "Let through by", "staff", auto=True),
    C("passed_at", "放行时间", "Let through at", "datetime", auto=True),
    C("passed_reason", "放行理由", "Let through because", "long", auto=True),
), title="name",
   owners=("created_by",), number="SJ{year}-{:04d}")  # fmt: skip

OPPORTUNITY = C("opportunity", "商机", "Opportunity", "ref", ref="opportunities", required=True, aliases=("商机编号",))

CHANNEL_LINKS = Table("channels", "沟通渠道", "Communication channels", "opportunities", (
    row_id("编号", "No."),
    OPPORTUNITY,
    C("ours", "我方联系人", "Our contact", "staff", required=True),
    C("theirs", "客户方联系人", "Their contact", required=True),
    C("mode", "方式", "Mode", "choice", MODES),
    C("since", "建立日期", "Since", "date", required=True, fact=True),
    NOTE,
), title="theirs",
   parent="opportunity", number="GT{:06d}")  # fmt: skip

PROPOSALS = Table("proposals", "金融服务方案", "Proposals", "opportunities", (
    row_id("编号", "No."),
    OPPORTUNITY,
    C("version", "版本", "Version", "integer"),
    C("made_on", "制定日期", "Made on", "date", required=True, fact=True),
    C("content", "方案要点", "Content", "long", required=True),
    C("agreed_on", "达成共识日", "Agreed on", "date", fact=True, after="made_on"),
    C("file", "文件", "File", "file"),
), title="made_on",
   parent="opportunity", number="FA{:06d}")  # fmt: skip

RESOURCES = Table("resources", "资源协调记录", "Resources", "opportunities", (
    row_id("编号", "No."),
    OPPORTUNITY,
    C("need", "资源需求", "Need", "long", required=True),
    C("department", "协调部门", "Department", required=True),
    C("owner", "责任人", "Owner", "staff"),
    C("due_on", "期限", "Due on", "date"),
    C("done_on", "完成日期", "Done on", "date", fact=True),
    C("result", "结果", "Result", "long"),
), title="need",
   parent="opportunity", owners=("owner",), number="ZY{:06d}")  # fmt: skip

MARKETING_PLANS = Table("marketing_plans", "客户营销计划（附表）", "Marketing plans", "opportunities", (
    row_id("编号", "No."),
    CUSTOMER,
    OPPORTUNITY,
    C("plan", "一户一策", "Annual plan", "ref", ref="plans"),
    C("made_by", "编制人", "Made by", "staff", auto=True),
    C("made_on", "编制日期", "Made on", "date", required=True, fact=True),
    C("goals", "营销目标", "Goals", "long", required=True),
    C("goal_amount", "目标金额", "Goal amount", "money", unit="万元"),
    C("goal_on", "目标日", "Goal date", "date"),
    C("situation", "客户基本情况与需求分析", "Situation and needs", "long"),
    C("people", "关键人物及策略", "Key persons and approach", "long"),
    C("competition", "竞争对手分析", "Competition", "long"),
    C("proposal", "金融服务方案要点", "Proposal", "long"),
    C("resources", "所需资源/支持", "Resources", "long"),
    C("risks", "风险与对策", "Risks", "long"),
    C("budget", "费用预算", "Budget", "money", unit="万元", usual=1_000),
    C("tl_opinion", "团队长意见", "Team leader's opinion", "long", held=True),
    C("bl_opinion", "主管行领导意见", "Leader's opinion", "long", held=True),
    C("evaluation", "完成评价", "Evaluation", "long"),
), title="goals", aliases=("客户营销计划", "营销计划"),
   owners=("made_by",), number="YX{:06d}")  # fmt: skip

MARKETING_STEPS = Table("marketing_steps", "营销步骤", "Marketing steps", "opportunities", (
    row_id("编号", "No."),
    C("marketing_plan", "客户营销计划", "Marketing plan", "ref", ref="marketing_plans", required=True),
    C("number", "序号", "Number", "integer"),
    C("work", "工作内容", "Work", "long", required=True),
    C("owner", "责任人", "Owner", "staff"),
    C("department", "协办部门", "Department"),
    C("due_on", "计划完成日", "Due on", "date"),
    C("standard", "完成标准", "Done when", "long"),
    C("done_on", "实际完成日", "Done on", "date", fact=True),
    C("status", "状态", "Status", "choice", DONE_STATE),
), title="work",
   parent="marketing_plan", owners=("owner",))  # fmt: skip

TABLES = (OPPORTUNITIES, CHANNEL_LINKS, PROPOSALS, RESOURCES, MARKETING_PLANS, MARKETING_STEPS)
