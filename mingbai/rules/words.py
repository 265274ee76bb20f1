"""The vocabulary of time limits. A new wording usually needs a word here and nothing else.

Each table holds one kind of word, written as a plain phrase has it (one width, simplified, no spaces); of two words
that begin at the same place the longer is meant. 个 and 者 are written where they occur: a phrase's names keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from mingbai.rules.duties import Trigger, Unit

Value = TypeVar("Value")


class Table(Generic[Value]):
    """Words of one kind and what each means."""

    def __init__(self, meanings: Mapping[Value, str]) -> None:
        """``meanings``: what is meant → the words for it, separated by spaces."""
        self.words = {word: value for value, listing in meanings.items() for word in listing.split()}
        self.longest = max(map(len, self.words))

    def at(self, text: str, start: int) -> tuple[Value, int] | None:
        """The meaning of the longest word that begins at ``start`` and where it ends, or None."""
        for end in range(min(len(text), start + self.longest), start, -1):
            word = text[start:end]
            if word in self.words:
                return self.words[word], end
        return None


def words(listing: str) -> Table[str]:
    """A table whose words mean themselves."""
    return Table({word: word for word in listing.split()})


def listed(listing: str) -> tuple[str, ...]:
    """Words that are looked for anywhere, at a beginning or at an end."""
    return tuple(listing.split())


# --- what happens to the information: the trigger -------------------------------------------------------------------

EVENTS = Table({
    Trigger.FORMATION: """
        形成 产生 生成 制定 制订 制作 拟定 获取 获得 取得 得到 收到 接到 收悉 印发 下发 下达 颁布 颁发 出台 签发
        批复 批准 核准 审批 审定 审核 审议 审查 审计 核定 核实 认定 评定 评议 评审 通过 同意 发生 出现 确定 确认
        决定 作出 做出 形成决定 完成 办结 办理 结束 完毕 签订 签署 签约 订立 验收 验收合格 竣工 合格 召开 闭会 生效
        实施 施行 成立 立项 选出 产生结果 中标 受理 新增 增加 备案 到账 发放 拨付 支付 收支 收到批复 编制 编制完成
        报送 换发 登记 建立 公布 发布 公告 讨论 表决 上报 出具 送达 知悉 知晓 入库 交付 启动 征集 反馈 签收 转发
        定稿 入账 开展 期满 届满 无异议 调查 完工 开工 开标 定标 评标 发包 承包 签署完成 募集 接收 接受 领取 拨入
        收入 使用 报销 结算 决算 清理 采集 汇总 整理 编印 印制 拟制 接获 闭幕 宣布 任命 选举 推选 当选 入党 转正
        提名 授予 核发 认领 停止 终止 归集
    """,
    Trigger.CHANGE: """
        变更 变化 变动 调整 更新 修改 修订 更改 更正 换届 废止 撤销 增减 变更调整 改变 失效 更换 调动 异动 增补 补充
    """,
})  # fmt: skip
# Verbs that are an event even without 自 and 之日起.
CORE = words("""
    形成 变更 变化 变动 产生 生成 新增 制定 获取 制作 发生 确定 作出 换届 发生变化 发生变更 发生变动 发生调整 增减
    拟定
""")
# These are so only beside a noun (信息更新); alone they are what is done (及时更新).
CORE_OF_THINGS = words("调整 更新 修订 修改")
# Nouns that say no more than «the thing that this item is about».
THINGS = words("""
    信息 政府信息 政务信息 公开信息 居务信息 村务信息 有关信息 相关信息 内容 公开内容 事项 公开事项 情况 文件 政策
    政策文件 资料 材料 数据 结果 决定 事件 工作 业务 会议 活动 项目 方案 批文 批复 文书 名单 制度 决议 事务 人员
    事由 信息内容 相关内容 有关内容 事情 资金 办理结果 结论 意见 报告 正式文件 处理结果 行政决定 处罚决定 许可决定
    行政许可决定 行政处罚决定 申请 通知 上级 上级文件 上级批复 合同 协议 规定 计划
""")
GENERIC = listed("""
    一旦 一经 事项 事项发生 信息 信息一经 信息内容 信息发生 信息如有 公开信息 内容 内容发生 内容如有 凡 发生 各 如
    如有 如遇 居务信息 当 情况 情况发生 政务信息 政府信息 有 有关信息 本信息 村务信息 每 每次 相关信息 若 若有
    该信息 该政府信息 遇 遇有
""")
WHOLE_EVENTS = words("会后 会议后 会议召开后 事后 选举后 办结后")
OF_EVENT = words("自 从 在 于 自从 当 待 自每")
THE = words("该 本 各 有关 相关 政府 政务 公开 上述 每项 此 所有 具体 政府有关 的")
HAPPENS = words("""
    如有 若有 如遇 遇有 如 若 遇 凡 凡有 有 一有 一旦 一经 发生 出现 每次 每 凡是 如果 如果有 一旦发生
""")
APPROVED_BY = words("经")
OR = words("或 或者 、 和 及 与 以及 及其 / 或是 并")
SINCE = words("""
    之日起 日起 之日 之日开始 之日后 之日算起 起 之时起 后 之后 以后 后的 时 之时 之次日起 次日起 的次日起 之日起的
    起的 的 当日起 当天起 的当日起 后之日起 的之日起 之日以后 之日之后 之日起算
""")
DATE_MARK = words("之日起 之日 日起")
SAME_DAY = words("""
    当日 当天 当日内 当天内 之日当日 的当日 的当天 即 后即 之日即 时即 当日即 后当日 后当天 同日 之日当天 之日起即
    起即 之日起当日 之日起当天
""")
# Between 自 and 之日起 unknown words are let through, but none of these.
NOT_SKIPPED = listed("""
    自 从 公开 公示 公布 及时 即时 长期 每 之日 工作日 之前 以前 前 未 不 如 若 日内 天内 季度 月 按 照 要求 由 随时
    实时 年度 半年
""")

# --- when it is owed -------------------------------------------------------------------------------------------------

UNITS = Table({
    (Unit.WORKING_DAY, 1): "工作日 工作天 法定工作日 个工作日 个工作天 个法定工作日 工作日时间",
    (Unit.CALENDAR_DAY, 1): "日 天 自然日 个自然日 日历日 个日历日 个日历天 日历天 天时间",
    (Unit.CALENDAR_DAY, 7): "周 个周 星期 个星期 礼拜",
})  # fmt: skip
INSIDE = words("内 以内 之内 内予以 期限内 时间内 内及时 之内及时")
AT_MOST = words("""
    不超过 不得超过 最迟 至迟 最晚 最迟不超过 最迟不得超过 最长不超过 不晚于 不迟于 最迟于 最迟在 最多 不多于
    不得晚于 不得迟于 最长 应不超过 原则上不超过
""")
AT_LEAST = words("""
    不少于 不得少于 至少 不低于 不得低于 最少 不短于 不得短于 不小于 应不少于 至少为 应当不少于 一般不少于
    原则上不少于 最短 不应少于 起码 大于等于 大于或等于 最少不少于 至少不少于 应至少 应不低于 ≥ >= 保持 持续 为期
    保留 至少保持 至少保留 连续 满
""")
OR_MORE = words("以上 或以上 及以上 以上时间")
IMMEDIATE = words("即时 实时 当日 当天 立即 即刻 马上 即日 当场 同日 当日内 当天内 随即 立刻")
PROMPT = words("及时 随时 第一时间 尽快 尽早 随时随地 即时及时 随时及时 及时随时 迅速")
LONG_TERM = words("""
    长期 常年 长年 永久 固定 持续 始终 长久 一直 全年 长期固定 常年固定 长期性 固定长期 长期持续 长期保持 永久性
    长期滚动 长期有效
""")
# Words that carry a whole rule: at once or promptly, and after what.
SAYINGS = Table({
    (False, Trigger.CHANGE): """
        随时变更随时 随时变动随时 随时更新随时 有变动随时 有变更随时 有变化随时 随变随 随时变化随时 随变动随 动态
    """,
    (False, Trigger.FORMATION): """
        随时发生随时 随时产生随时 随时形成随时 随发生随 有则随时 随有随 随事随 随时办理随时 一事一 随办随 按次 逐次
        逐笔 逐项及时 即办随时
    """,
    (True, Trigger.FORMATION): "发生即 即发生即 形成即 产生即 即有即 有即 即办即 即时发生即时",
    (True, Trigger.CHANGE): "变更即 变动即 变化即 有变动即 有变更即 有变化即 调整即",
})  # fmt: skip
NOT_SET = words("未规定期限 未规定公开期限 不限期 不设期限")

# --- periods ---------------------------------------------------------------------------------------------------------

PERIODS = Table({
    Trigger.MONTH: "月 月度 个月 自然月 月份",
    Trigger.QUARTER: "季 季度 个季度 自然季度 个季",
    Trigger.HALF_YEAR: "半年 半年度 个半年",
    Trigger.YEAR: "年 年度 会计年度 财务年度 财政年度 自然年度 自然年 个年度 个会计年度 个自然年度 个财政年度",
    Trigger.ACCOUNTING_PERIOD: """
        会计记账周期 会计记帐周期 会计周期 会计结算周期 会计核算周期 会计期间 会计核算期间 会计期 记账周期
        财务记账周期 财务结算周期 财务周期 核算周期 个会计记账周期 个会计周期 个会计期间 个记账周期 记账期
        会计记账期 会计记账期间 会计账期 结算周期 财务核算周期 财务会计周期 会计记账核算周期
    """,
})  # fmt: skip
# Periods that can stand without 每 or 按 (季后15日内, 半年公布一次).
ALONE = Table({
    Trigger.MONTH: "月 月度",
    Trigger.QUARTER: "季 季度",
    Trigger.HALF_YEAR: "半年 半年度",
    Trigger.YEAR: "年 年度 会计年度 财政年度",
    Trigger.ACCOUNTING_PERIOD: "会计记账周期 会计周期 会计期间 会计结算周期 会计核算周期 记账周期 会计账期",
})  # fmt: skip
EVERY = words("""
    每 每一 每个 按 按照 逐 分 以 依 依照 依据 根据 每满 每隔一 每逢 按每 按照每 按各 以每 自每 于每 在每 各 自 从
""")
ONE_EACH = Table({
    Trigger.MONTH: "一月一 每月一 月月 1月1 一个月一 每一个月一",
    Trigger.QUARTER: "一季一 一季度一 每季一 每季度一 季季 1季1 1季度1 一个季度一 每一季度一",
    Trigger.HALF_YEAR: "半年一 每半年一 半年1",
    Trigger.YEAR: "一年一 一年度一 每年一 年年 每年度一 1年1",
})  # fmt: skip
ONE = words("一 1 每一")
NEXT = words("次 下 下一 下一个 下个 翌 第二个 下一期 其次 的次 的下一 的下 随后一")
NEXT_YEAR = words("次年 翌年 下年 第二年 下一年 次年的 下一年度")
NEXT_PERIOD = words("""
    下一周期 下一期 下期 下个周期 次期 下一个周期 下一会计周期 下一会计期间 下一记账周期 下一个会计周期
""")
THIS = words("当 本 该")
THIS_OR_LAST = words("上 上一 上个 上一个 本 前 前一 前一个 上述 当 该")
PERIOD_ENDS = words("结束 终了 完结 届满 期满 结账 终结 期末 末 底 过 满 完 末日 最后一日 最后一天 末结束 终 期终")
AFTER = words("后 之后 以后 后的 之日起 起 之日后 后次日起 次日起 日起 之次日起 后的次日起 结束后 后之日起")
FIRST_MONTH = words("首月 首个月 第一月 第一个月 第1月 第1个月 首月份 第一个月份 头一个月 头月")
LAST_MONTH = words("末月 最后一个月 最末月 最末一个月 末个月 最后一月 最末个月 尾月")
NTH = words("第")
MONTHS = words("月 月份 个月 月度")
DAY_SIGNS = words("日 号")
BY = words("前 之前 以前 前完成 止 前后以前")
TENTHS = Table({
    10: "上旬",
    20: "中旬",
})  # fmt: skip
MONTH_END = words("底 末 下旬 月底 月末 最后一日 最后一天 末日")
INITIAL = words("前 初 开始 头 的前 初的 月初 初前 开始后 首 月初前")
QUARTERS = Table({
    1: "第一季度 一季度 第1季度 1季度 首季度 首季",
    2: "第二季度 二季度 第2季度 2季度",
    3: "第三季度 三季度 第3季度 3季度",
    4: "第四季度 四季度 第4季度 4季度 末季度",
})  # fmt: skip
HALVES = Table({
    1: "上半年",
    2: "下半年",
})  # fmt: skip
YEAR_END = words("年底 年末 底 末 年终 终")

# --- what is done, and how long it stays -----------------------------------------------------------------------------

# A number of days after 公示 is a display; after the other verbs it may be either.
SHOW = words("公示")
DISCLOSE = words("""
    公开 公布 发布 公告 通报 公开公布 公布公开 公开公示 公示公开 公示公布 张榜公布 张榜公示 上墙公开 上墙公示 上墙
    张贴公布 张贴 张贴公示 公之于众 上网 挂网公开 挂网 上网公开 对外公开 对外公布 对外公示 展示 公开展示 披露
    公开发布 公开公告 发布公告 予公开 主动公开 予公示 予公布 通告 上传 录入公开 播报 征求意见 公开征求意见 征集意见
    公开征集意见 公开征集 公榜 公示公告 予以公开 通报公开
""")
UPDATE = words("""
    更新 调整 更新公开 更新公布 更新公示 更正 更换 变更 修改 修订 更新发布 变更公开 调整公开 调整更新 更新调整 维护
    更新维护 更新完善
""")
KEEP = words("保留 保存 留存 张贴 有效 展示 悬挂 上墙 在线 保持 公开展示 保留公开")
# After one of these a bare number of days is no deadline.
VERBS_OF_DAYS = listed("公示 公开 公布 公告 发布")
# Words that say nothing about time: leading to the verb, joining two parts, or naming the information itself.
LEADING = words("""
    应 应当 应该 须 必须 需 要 需要 可 均 都 将 予以 予 进行 给予 一律 一般 原则上 全面 如实 主动 依法 依规 依法依规
    向社会 向居民 向村民 向全体居民 向全体村民 向群众 向全社会 面向社会 对外 对社会 同时 同时应 按规定 按照规定
    按有关规定 按照有关规定 按相关规定 按照相关规定 按要求 按照要求 根据规定 依照规定 常规 一并 集中 实行 做到 加以
    全部 全文 按程序 按期 按时 如期 张榜 上墙 一次性 直接 分别 滚动 详细 具体 逐项 在公开栏 在公示栏 在居务公开栏
    在村务公开栏 通过公示栏 通过公开栏 由社区 由居委会 由村委会 在社区公示栏 在居务公示栏 在村务公示栏 准确 真实
    完整 客观
""")
JOINING = words("""
    / 并 且 并且 及 和 与 、 的 地 在 于 以 为 是 再 则 也 即可 完毕 完成 到位 每次 起 开始 后 就 还 又 而 其 同时并
    内 时
""")
ABOUT = words("""
    该信息 信息 情况 结果 内容 事项 相关信息 有关信息 相关内容 有关内容 有关情况 相关情况 公开内容 公开信息 公开事项
    本信息 该事项 该项 全部信息 全部内容 所有信息 所有内容 政府信息 此项 本项 该内容
""")
PROGRESS = words("""
    按进展情况 按照进展情况 根据进展情况 按工作进展情况 根据工作进展情况 根据工作进展 按工作进展 按照工作进展
    按照工作进展情况 按进展 根据进展 按进度 根据进度 按工作进度 根据工作进度 根据实际情况 根据实际 结合实际 视情况
    视情 根据情况 根据工作实际 根据工作需要 根据工作情况 按工作实际 按实际情况 根据变化情况 根据变动情况
    根据变更情况 根据信息变化 根据实际变化 根据调整情况 按照实际情况
""")
# From its own posting on: a display (自公示之日起7日).
SHOWN_SINCE = words("""
    自公示之日起 公示之日起 自公开之日起 公开之日起 自张贴之日起 自信息公开之日起 自公布之日起 公布之日起
    从公示之日起
""")
# What leads to a name without being part of it (遇有重大事项及时公开).
BEFORE_NAMES = listed("对于 对 凡是 凡 遇有 如遇 如有 遇")
# 公布的, 发布时: part of another word, not the event of having been published.
PUBLISHED = ("公布", "发布", "公告")
VAGUE_MARKS = ("的", "时", "起")
TIMES = words("次 期 回 批")
TIMES_ONLY = words("""
    一次 1次 每次 一期 单次 一次性 每期 每批 每轮 每次公开 一次公开 每次公示 一次公示 每次公布 一次公布
""")
# Labels that only a display can follow; and labels that a deadline can follow as well.
DISPLAY_LABELS = words("""
    公示的期限 公示的时间 公示的时限 公示期 公示时间 公示期限 公示时限 公示天数 公示时长 公示周期 公开期 公布期
    展示期 展示时间 张贴时间 张贴期 公开天数 公布天数 公开时长 公示日期 公告期 公告时间 公告期限 保留时间 保留期限
    展示期限 展示时限 公开展示时间 公示公告期 公示期间 张贴期限 征求意见期 征求意见时间 征求意见期限 征集时间 征集期
    征集期限 上墙时间 在线时间 公开保留时间 公开持续时间 持续时间 公示持续时间 保存时间 征集意见时间
    公开征求意见时间 公开征求意见期限 公示期为 公示有效期 公开有效期
""")
LABELS = words("""
    公布的期限 公布的时间 公开的期限 公开的时间 公布的时限 公开的时限 时限 期限 时间 公开时限 公开时间 公布时间
    公开期限 公布期限 公布时限 发布时间 发布时限 更新时间 更新时限 更新周期 更新频率 公开频率 公开频次 公开周期 频次
    频率 周期 公布周期 公布频次
""")
OF_LABEL = words("""
    为 是 应 应当 应为 一般 一般为 原则上 原则上为 均 均为 : 须 需 至 应当为 必须 必须为 要 设 定为
""")

# --- what limits the rule to part of the item ------------------------------------------------------------------------

# What no name contains: words of instruction and of time that the grammar should have read, and did not.
NOT_IN_SUBJECT = listed("""
    按 照 依据 依法 根据 遵照 参照 要求 单独 统一 不 暂 请 另行 视 适时 择期 定期 分期 及时 即时 实时 随时 立即 尽快
    当日 当天 当月 工作日 之日 之前 之后 以前 以后 以内 提前 每 逐 次月 次年 次季 下月 下季 首月 上旬 中旬 下旬
    长期公 常年 动态 至少 少于 低于 超过 最迟 公示期 公示时 时限 期限 期间 起算 届时 必要时 依申请 免于 除外 须 必须
    应当 予以 可以 何时 若干 左右 小时 分钟 定时 每周 同步 一次 两次 至多 大约 等待 执行 经 待 由 向 让 令 联系
    咨询我 详见 参见 参阅 谨 不知 前公 自信息 自变更 自形成 通知后 会前 会后 前、 中、
""")
# Words that a name may begin with although no other can with their first character.
NAMES_BEGIN = listed("""
    其他 其它 其余 内部 时事 前期 前置 后勤 后备 后续 对口 对象 和谐 在建 在册 在编 为民 为老 以工代赈 从业 应急
    应届 应征 要素 可支配 能源 需求 将军 到户 到村 到账 与会 先进 先锋 再就业 再生
""")
NOT_AT_START = listed("""
    的 了 着 起 内 时 后 前 并 且 和 及 与 或 、 自 从 在 于 至 到 被 把 将 对 为 以 因 如 若 当 予 应 需 要 先 再
    每 第 其 仍 均 都 即 则 也 可 能 - / + &
""")
NOT_AT_END = listed("""
    了 着 起 内 时 后 前 并 且 和 及 与 或 、 自 从 在 于 至 到 被 把 将 对 为 以 因 如 若 当 予 应 需 要 先 再 其
    仍 均 都 即 则 也 可 能 日 天 月 年 止 初 底 末 周 旬 第 0 1 2 3 4 5 6 7 8 9 一 二 三 四 五 六 七 八 九 十 两 几
    数 半 多 个 - / + & 一个
""")
# What stands after the verb as its object ends so (…公布财务收支情况).
OBJECT_HEADS = listed("""
    情况 信息 事项 名单 结果 明细 收支 内容 方案 报表 账目 台账 进展 清单 文件 政策 制度 标准 数据 公告 通知 报告
    计划 预算 决算 财务 进度 决定 问题 债权债务 债务 资金 费用 收入 支出 资产 补贴 经费 章程 规约 流程 指南 安排
    对象 工程 项目 公约 账
""")
EMPTY_OBJECTS = listed("""
    情况 有关信息 信息 相关内容 相关情况 相关信息 最新情况 有关内容 公开内容 数据 事项 进展 最新信息 内容 结果
    公开事项 进展情况 有关情况
""")

# --- what says nothing about time ------------------------------------------------------------------------------------

LEGAL = words("""
    除 法律 法规 行政法规 规章 国家 省 市 上级 政策 文件 部门 主管部门 上级部门 对 政府信息 政府信息公开 公开
    信息公开 居务公开 村务公开 的 期限 时限 公开时限 公开期限 时间 另有 另行 规定 要求 规定的 从其 从其规定 依其规定
    按其规定 依照其规定 按规定 按照规定 按照其规定 执行 除外 外 以外 和 、 或 或者 及 以及 有 有关 相关 如 若 遇
    其他 按 从 依法不予公开 不予公开 涉及 涉密 国家秘密 工作秘密 商业秘密 个人隐私 个人信息 隐私 信息 内容 等 依法
    应当 保密 明确 特殊 特殊规定 具体 有明确 上级另 按照 依照 之 适用 为准 以 其 其规定 法 遇节假日顺延 节假日顺延
    遇法定节假日顺延 如遇节假日顺延 法定节假日顺延 遇节假日自动顺延
""")
LEGAL_MARKS = listed("另有 从其 除外 另行规定 有特殊规定 有明确规定 顺延 其规定")
SAME_AS_ABOVE = listed("""
    〃 同上行 ″ 同上所述 同上条 与上同 同前 如上 同上一行 同上 与上一项相同 ′′ 同上述 同上一栏 与上项相同 同上一项
    同上列 同上项 同上栏
""")
