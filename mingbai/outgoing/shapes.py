"""The one definition of every field that the API and the data files say: name, type, meaning and source.

The API answers in these shapes, the data files are written through them, and OpenAPI and the data dictionary are made
from them; so none of the four can say what another doesn't.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from mingbai.rules.followups import DecisionState, StepState
from mingbai.rules.state import State
from mingbai.rules.workdays import DayKind

Status = Literal["current", "replaced", "over", "taken_down", "not_posted"]
CARRIER_KINDS = "载体种类：paper_board 纸质公示栏，digital 数字平台，other 其他"
CarrierKind = Literal["paper_board", "digital", "other"]
VersionKind = Literal["first", "correction", "supplement", "postponement"]
DecidedBy = Literal["residents", "representatives", "committee"]
RequestState = Literal["waiting", "overdue", "answered"]
RequestOutcome = Literal["given", "part", "refused", "not_held"]
Act = Literal["published", "corrected", "posted", "taken_down", "names_left", "withdrawn", "voided"]


def said(meaning: str, source: str, **more: Any) -> Any:
    """A field with what it means and where it comes from, both in Chinese."""
    return Field(description=meaning, json_schema_extra={"x-source": source}, **more)


class ErrorOut(Schema):
    detail: str = said("哪里不对、该怎么改", "系统")


class CommunityOut(Schema):
    slug: str = said("社区的网址名，其他地址都用它", "社区")
    name: str = said("社区名称", "社区")
    body: str = said("公开主体", "社区")
    subdistrict: str = said("所属街道；空文本：没有填写", "社区")
    contact: str = said("联系方式；空文本：没有填写", "社区")
    url: str = said("社区首页的地址", "系统")


class DutyOut(Schema):
    applies_to: str | None = said("只适用于含有这几个字的公开内容；null：适用于全部", "由公开时限读出")
    trigger: str = said("从什么时候起算，例如 formation_or_change 信息形成或变更", "由公开时限读出")
    due: dict[str, Any] = said("期限：kind、count、unit（working_day 工作日、calendar_day 日）", "由公开时限读出")
    display: dict[str, Any] = said("公示期：at_least 至少几日、long_term 长期、unspecified 未载明", "由公开时限读出")


class TimeLimitOut(Schema):
    text: str = said("公开时限原文", "目录")
    duties: list[DutyOut] = said("原文规定的各项要求", "由公开时限读出")
    doubts: list[str] = said("原文没有写明、系统不作推断的地方", "由公开时限读出")


class ItemFields(Schema):
    """What an item is, in the API and in a spreadsheet."""

    code: str = said("事项编号，目录换版也不变", "目录")
    number: int = said("目录里印的序号", "目录")
    level1: str | None = said("一级事项", "目录")
    level2: str | None = said("二级事项", "目录")
    level3: str | None = said("三级事项", "目录")
    elements: list[str] = said("公开内容（要素），按序", "目录")
    time_limit: TimeLimitOut | str = said("公开时限", "目录")
    body: str | None = said("公开主体", "目录")
    carriers: list[str] = said("公开载体", "目录")
    audience: list[str] = said("公开对象：general_public 全社会，specific_parties 特定对象", "目录")
    modes: list[str] = said("公开方式：proactive 主动公开，on_request 依申请公开", "目录")
    legal_basis: str | None = said("公开依据", "目录")
    tier: str | None = said("公开层级", "目录")
    is_public: bool = said("是否向全社会主动公开；不是的，这里只有目录，没有内容", "目录")
    url: str = said("事项页的地址", "系统")


class ItemOut(ItemFields):
    time_limit: TimeLimitOut = said("公开时限", "目录")
    inherited: list[str] = said("哪几级在原表里是合并单元格，由上面一行填下来", "目录")


class CatalogueOut(Schema):
    title: str = said("目录标题", "目录")
    version: int = said("目录的第几版", "目录")
    adopted_on: date = said("从哪一天起采用", "目录")
    source_sha256: str = said("目录原件的 SHA-256", "目录")
    items: list[ItemOut] = said("各公开事项，按目录的顺序", "目录")


class CatalogueRow(ItemFields):
    """A row of ``catalogue.csv``: an item as a spreadsheet can show it."""

    time_limit: str = said("公开时限原文", "目录")
    rules: list[str] = said("公开时限的意思，用平常话说", "由公开时限读出")


class FindingOut(Schema):
    kind: str = said(
        "种类：display_below_floor 公示期短于法定，no_paper_carrier 没有列公示栏，doubt 原文存疑，not_covered 缺事项",
        "系统比对目录与法律",
    )
    item: int | None = said("目录里印的序号；null：整个目录", "目录")
    text: str = said("提示的内容", "系统比对目录与法律")
    article: str | None = said("依据的法律条文", "法律口径")


class CarrierOut(Schema):
    carrier: str = said("载体名称", "目录")
    carrier_kind: CarrierKind = said(CARRIER_KINDS, "目录")
    from_on: date = said("从哪一天起张贴", "张贴登记")
    until_on: date | None = said("应公示到哪一天（含）；空：长期公开", "由公开时限和法律推算")
    ended_on: date | None = said("实际公示的最后一天；空：没有登记撤下", "张贴登记")
    ended_as: str | None = said("怎样结束：expired 公示期满，replaced 被新版替换，early 提前撤下", "张贴登记")
    legal_floor_days: int | None = said("法定最短天数；空：没有这样的规定", "法律口径")


class PostingOut(CarrierOut):
    version: str = said("版本的短码", "版本")
    item: str = said("事项编号", "目录")
    title: str = said("版本的标题", "版本")


class VersionOut(Schema):
    code: str = said("短码，8个字符，每个版本一个，纸上也印着", "版本")
    item: str = said("事项编号", "目录")
    number: int = said("同一份公开信息的第几版", "版本")
    kind: VersionKind = said("种类：first 公开，correction 更正，supplement 补充，postponement 暂缓公开", "版本")
    reason: str = said("更正、补充、暂缓的说明；首次公开为空", "版本")
    emergency_reason: str = said("未经审核紧急发布的理由；其他为空", "版本")
    title: str = said("标题；已撤下的只写事项名称", "版本")
    index_number: str = said("索引号", "版本")
    dated_on: date = said("成文日期", "版本")
    published_on: date = said("发布日期", "版本")
    published_at: datetime = said("发布时间", "版本")
    digest: str = said("内容摘要：加盐的 SHA-256，内容变了它就变", "版本")
    status: Status = said(
        "今天的状态：current 现行有效，replaced 已被替换，over 公示期已满，taken_down 已撤下，not_posted 尚未张贴",
        "由张贴和撤下的日期推出",
    )
    replaces: str | None = said("被它替换的版本的短码", "版本")
    replaced_by: str | None = said("替换它的版本的短码", "版本")
    names_left_on: date | None = said("名单中的个人信息从数据库删去的日期；公示期一满就不再显示，不等这一天", "版本")
    withdrawn_on: date | None = said("撤下的日期；空：没有撤下。撤下的版本只留这条记录，不留内容", "撤下")
    withdrawal_kind: str | None = said("撤下的种类：personal_data 含有不应公开的个人信息，legal_order 责令撤下", "撤下")
    withdrawal_reason: str | None = said("撤下的理由", "撤下")
    url: str = said("版本页的地址", "系统")


class VersionWithCarriers(VersionOut):
    carriers: list[CarrierOut] = said("张贴情况", "张贴登记")


class AttachmentOut(Schema):
    name: str = said("文件名", "附件")
    media_type: str = said("文件类型", "附件")
    size: int = said("字节数", "附件")
    sha256: str = said("文件的 SHA-256，下载后可以核对", "附件")
    url: str = said("下载地址", "系统")


class BlockOut(Schema):
    """One block of a version's content; which of the optional fields it has depends on its kind."""

    element: int = said("对应目录中第几项公开内容", "版本内容")
    heading: str = said("小标题", "版本内容")
    kind: Literal["paragraphs", "table", "person_list", "meeting", "attachment", "nothing"] = said(
        "paragraphs 文字，table 表格，person_list 名单，meeting 会议，attachment 附件，nothing 本期无等",
        "版本内容",
    )
    paragraphs: list[str] | None = said("文字的各段", "版本内容", default=None)
    caption: str | None = said("表格的说明", "版本内容", default=None)
    columns: list[dict[str, Any]] | None = said(
        "各列：label 名称，type 类型（text、name、money、number、date）", "版本内容", default=None
    )
    rows: list[list[str]] | None = said("各行；金额是十进制文本，不是浮点数", "版本内容", default=None)
    total: list[str] | None = said("合计行", "版本内容", default=None)
    ground: str | None = said("公开个人信息的法律依据", "版本内容", default=None)
    reduced: dict[str, Any] | None = said(
        "公示期满的名单只留：count 人数，sums 各列合计", "公示期满后由名单算出", default=None
    )
    name: str | None = said("会议名称", "版本内容", default=None)
    time: str | None = said("会议时间，照原文", "版本内容", default=None)
    place: str | None = said("会议地点", "版本内容", default=None)
    attendees: str | None = said("与会人员", "版本内容", default=None)
    chair: str | None = said("主持人", "版本内容", default=None)
    topics: list[str] | None = said("会议研究的事项", "版本内容", default=None)
    files: list[dict[str, Any]] | None = said("附件：name、sha256、size", "版本内容", default=None)
    statement: str | None = said(
        "none_this_period 本期无，not_applicable 不适用，postponed 暂缓公开", "版本内容", default=None
    )
    until: str | None = said("暂缓到什么时候", "版本内容", default=None)
    reason: str | None = said("本期无、不适用、暂缓公开的理由", "版本内容", default=None)


class VersionWithContent(VersionWithCarriers):
    blocks: list[BlockOut] = said("内容；已撤下的为空，公示期满的名单没有姓名", "版本内容")
    attachments: list[AttachmentOut] = said("附件；已撤下的为空", "附件")


class ObligationOut(Schema):
    id: int = said("应公开的编号", "应公开")
    item: str = said("事项编号", "目录")
    what: str = said("事由：发生了什么", "事由")
    trigger_on: date = said("起算日", "事由")
    due_on: date | None = said("最迟哪一天公开；空：期限未载明", "由公开时限、法律和工作日历推算")
    certain: bool = said("日期是否确定；false：依据还没有发布的放假安排", "由工作日历推出")
    state: State = said(
        "今天的状态：owed 应公开，in_preparation 准备中，met 已公开，met_late 逾期公开，overdue 逾期未公开，"
        "not_stated 期限未载明",
        "由日期推出",
    )
    met_on: date | None = said("哪一天在全部载体上公开了；空：还没有", "由张贴登记推出")
    missing_carriers: list[str] = said("还缺哪些载体", "由张贴登记推出")
    versions: list[str] = said("已公开版本的短码", "版本")
    url: str = said("“为什么是这一天”的地址", "系统")


class ObjectionWindowOut(Schema):
    from_on: date = said("从哪一天起可以提异议", "张贴登记")
    until_on: date = said("到哪一天为止（含）", "由公开时限和工作日历推算")


class ObligationWithSteps(ObligationOut):
    schedule: dict[str, Any] = said("日期是怎样推算的，一步一步，附条文", "由公开时限、法律和工作日历推算")
    objection_windows: list[ObjectionWindowOut] = said(
        "可以提异议的日子，一段一段；空：没有异议期，或者还没有张贴", "由张贴登记和公开时限推算"
    )


class StepOut(Schema):
    position: int = said("第几步", "决定和落实")
    what: str = said("做什么", "决定和落实")
    planned_on: date = said("计划哪一天完成", "决定和落实")
    state: StepState = said(
        "今天的状态：to_come 还没到日子，today 今天到日子，late 过了日子还没完成，done 按时完成，"
        "done_late 晚于计划完成，dropped 不再做",
        "由日期推出",
    )
    done_on: date | None = said("完成的日期；空：还没有完成", "决定和落实")
    result: str = said("结果；没有完成的为空", "决定和落实")
    dropped_on: date | None = said("决定不再做的日期；空：没有这样决定", "决定和落实")
    drop_reason: str = said("不再做的理由", "决定和落实")
    obligation: int | None = said("公开结果的那一项应公开的编号；空：还没有结果", "应公开")
    versions: list[str] = said("公开了结果的版本的短码", "版本")


class StepRow(StepOut):
    """A row of ``steps.csv``."""

    year: int = said("决定编号里的年份", "决定和落实")
    number: int = said("决定是这一年的第几号", "决定和落实")


class DecisionOut(Schema):
    year: int = said("编号里的年份", "决定和落实")
    number: int = said("这一年的第几号", "决定和落实")
    title: str | None = said("决定事项；空：登记有误，已作废", "决定和落实")
    met_on: date = said("开会的日期", "决定和落实")
    decided_by: DecidedBy = said(
        "谁决定的：residents 居民会议，representatives 居民代表会议，committee 居委会", "决定和落实"
    )
    item: str = said("事项编号", "目录")
    state: DecisionState = said("今天的状态：late 有步骤晚了，running 正在落实，done 已经落实，void 作废", "由日期推出")
    voided_on: date | None = said("作废的日期；空：没有作废。作废的只留这条记录，请删去标题和步骤", "决定和落实")
    void_reason: str = said("作废的理由", "决定和落实")
    obligation: int = said("公开这个决定的那一项应公开的编号", "应公开")
    versions: list[str] = said("公开了这个决定的版本的短码；决定的内容在版本里", "版本")
    url: str = said("决定页的地址", "系统")


class DecisionWithSteps(DecisionOut):
    steps: list[StepOut] = said("落实的各步，按计划的日期；作废的为空", "决定和落实")


class ApplicationsOut(Schema):
    """How many applications of one kind and year are at one place."""

    year: int = said("哪一年收到的", "申请登记")
    kind: str = said("申请的种类", "申请登记")
    total: int = said("这一年这一种一共几件", "申请登记")
    place: str = said("现在到哪一步，或者办理的结果", "申请登记")
    count: int | None = said("几件；空：人少，或者能倒推出人少的，不写", "由申请登记算出")


class RequestOut(Schema):
    year: int = said("编号里的年份", "依申请公开")
    number: int = said("这一年的第几号", "依申请公开")
    received_on: date = said("收到的日期；申请的内容不公开", "依申请公开")
    state: RequestState = said("今天的状态：waiting 等待答复，overdue 逾期未答复，answered 已答复", "由日期推出")
    due_on: date | None = said("最迟哪一天答复，没有算上延长；空：没有确定的期限", "由口径推算")
    extended_to: date | None = said("延长到哪一天；空：没有延长", "依申请公开")
    extended_reason: str = said("延长的理由", "依申请公开")
    answered_on: date | None = said("第一次答复的日期，后来的更正不算；空：还没有答复，或者答复都撤下了", "依申请公开")
    outcome: RequestOutcome | None = said(
        "结果：given 提供了，part 提供了一部分，refused 不予提供，not_held 居委会没有这份材料；空：还没有答复",
        "依申请公开",
    )
    published_on: date | None = said("答复公开的日期；空：没有公开，只有申请人看得到", "依申请公开")
    title: str | None = said("公开的题目；空：没有公开", "依申请公开")
    text: str | None = said("公开的答复；空：没有公开", "依申请公开")
    reason: str | None = said("公开的理由；空：没有公开", "依申请公开")
    turn_to: str | None = said("公开的答复里写的可以去哪里；空：没有公开", "依申请公开")
    corrected_on: date | None = said("答复最近一次更正的日期；空：没有更正", "依申请公开")
    correction_reason: str = said("更正的理由", "依申请公开")
    withdrawn_on: date | None = said("最近一次撤下答复的日期；空：没有撤下。已经下载的那份答复，请删去", "依申请公开")
    withdrawal_reason: str = said("撤下的理由", "依申请公开")
    url: str = said("依申请公开的网页的地址", "系统")


class DayOut(Schema):
    on: date = said("日期", "工作日历")
    kind: DayKind = said("workday 工作日，weekend 周末，holiday 放假，make_up 调休上班", "国务院办公厅通知")
    name: str | None = said("属于哪个节日", "国务院办公厅通知")
    source: str = said("依据的通知或法律", "国务院办公厅通知")
    projected: bool = said("通知还没有发布，由法定节日推算", "工作日历")


class YearOut(Schema):
    year: int = said("年份", "工作日历")
    source: str = said("这一年依据的通知或法律", "国务院办公厅通知")
    projected: bool = said("通知还没有发布，由法定节日推算", "工作日历")
    days: list[DayOut] = said("这一年的每一天", "工作日历")


class ChangeOut(Schema):
    event: int = said("记录的编号，只增不减", "记录")
    at: datetime = said("时间", "记录")
    act: Act = said(
        "published 公开，corrected 更正或补充，posted 张贴，taken_down 撤下，names_left 隐去名单，withdrawn 依法撤下，"
        "voided 事由作废（版本不再公开，请删去）",
        "记录",
    )
    version: str = said("版本的短码", "版本")
    item: str = said("事项编号", "目录")
    carrier: str | None = said("张贴、撤下时：哪个载体", "张贴登记")
    digest: str = said("当时公开的内容的摘要；没有的为空", "记录")


class Changes(Schema):
    changes: list[ChangeOut] = said("在 after 之后的记录，按编号", "记录")
    last: int = said("看到了哪一个编号；下一次用它作 after", "记录")
    more: bool = said("后面还有，请接着取", "记录")


class Page(Schema):
    total: int = said("一共有几条", "系统")
    offset: int = said("从第几条起，0 是第一条", "系统")
    limit: int = said("一次最多几条", "系统")
    next: str | None = said("下一页的地址；null：没有了", "系统")
    previous: str | None = said("上一页的地址；null：没有了", "系统")


class VersionPage(Page):
    versions: list[VersionWithCarriers] = said("各版本，新的在前", "版本")


class PostingPage(Page):
    postings: list[PostingOut] = said("各次张贴，新的在前", "张贴登记")


class DecisionPage(Page):
    decisions: list[DecisionWithSteps] = said("各个决定，开会晚的在前", "决定和落实")


class RequestPage(Page):
    requests: list[RequestOut] = said("各件申请，新的在前", "依申请公开")
