"""What words around it make personal: birth dates, addresses, telephones, other papers, illnesses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingbai.privacy.digits import Span
from mingbai.privacy.findings import Kind, Severity
from mingbai.privacy.numbers import PROVINCES

DATE = (
    r"(?:(?:19|20)\d{2}\s*[年\-/.]\s*\d{1,2}(?:\s*[月\-/.]\s*\d{1,2}\s*[日号]?|\s*月)?"
    r"|[一二三四五六七八九〇零○]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十廿]{1,3}[日号])?"
    r"|(?<!\d)\d{2}年\d{1,2}月\d{1,2}日)"
)
BORN_ON = re.compile(
    rf"(?:出生(?:日期|年月日|年月|时间|于)?|生于|生日|诞辰)\s*(?:\([^)]{{0,6}}\))?\s*[:是为在]?\s*({DATE}|(?:19|20)\d{{4}}(?:\d\d)?(?!\d))"
)
DAY_BORN = re.compile(rf"({DATE})\s*(?:出生(?!率|证|人口|缺陷)|生人|生(?=[\s,。;、):]|$))")
# «born after 1 January 2022» says whom a rule is for, not when somebody was born.
POLICY = re.compile(r"\s*(?:\([^)]{0,4}\))?\s*(?:[以之]?[后前]|起|至|到|[—~–-])")

NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
ROOM = r"(?:\d{3,4}|[〇零○一二三四五六七八九]{3,4})"
HOUSE = rf"(?:(?<!\d){NUMBER}\s*(?:号楼|栋|幢|楼|座|号|#楼?)|[A-Za-z]\s*[座栋幢])"
UNIT = rf"(?:(?:{NUMBER}|[甲乙丙丁东西中])\s*(?:单元|门|梯|层|楼))"
UNITS = "元万人户年月日平份米个㎡m套盏棵块吨度方辆张件次位多余名家把%"
COUNTED = rf"(?!\d|[-\s]*(?:[{UNITS}]|[.,]\d))"
ADDRESS = re.compile(
    rf"{HOUSE}\s*-?\s*(?:{UNIT}\s*-?\s*)?{ROOM}\s*(?:室|号(?!楼|院|文)|房(?!屋|间))"
    rf"|(?:{NUMBER}|[甲乙丙丁东西中])\s*单元\s*-?\s*(?:{NUMBER}\s*[层楼]\s*)?{ROOM}(?:\s*(?:室|号|户|房)|{COUNTED})"
    rf"|(?<!\d){NUMBER}(?:号楼|栋|幢|座|#楼?)-?(?:{UNIT}-?)?{ROOM}{COUNTED}"
    rf"|(?<![A-Za-z0-9.\-])\d{{1,2}}-\d{{1,2}}-(?!(?:19|20)\d\d)\d{{3,4}}(?:室|号)?(?![\d\-])"
    rf"|(?:小区|花园|家园|苑|新居|宿舍|公寓|新村|大院)[^,。;\s]{{0,8}}?{ROOM}\s*室"
)
# In a list of persons these are addresses too; elsewhere they are an office's, or two figures.
IN_A_LIST = re.compile(
    rf"{HOUSE}\s+{ROOM}{COUNTED}|(?<![A-Za-z0-9.\-])\d{{1,2}}-\d{{3,4}}室?(?![\d\-])"
    rf"|(?:路|街|巷|胡同|弄|村|组)\s*\d{{1,4}}\s*号(?!楼|院)|(?<!\d)\d{{3,4}}\s*室"
)
OFFICE = re.compile(
    "会议室|办公|大厅|窗口|活动室|调解室|办事处|服务中心|活动中心|服务站|工作站|警务室|居委会|党群|政务|大厦|写字楼|"
    "法院|医院|门诊|学校|教室|公司|物业|阅览室|接待室"
)
HOME = re.compile("家住|住在|住址|家庭|户籍|居住")

LANDLINE = re.compile(r"(?<!\d)\(?0\d{2,3}\)?[-\s]{0,2}\d{3,4}[-\s]?\d{4}(?!\d)")
PERSON_PHONE = re.compile(
    r"(?:本人|家属|家庭|住宅|户主|联系人|个人|住户|老人|家里|家中|大爷|大妈|大娘|先生|女士)(?:的?(?:电话|号码|联系方式))?\s*:?\s*$"
)
LOCAL_PHONE = re.compile(r"(?:电话|联系方式)\s*:?\s*(\d{3,4}[-\s]?\d{4})(?!\d)")

PAPER = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|港澳证)[^\d\n。;]{0,8}?((?:[A-Z]{1,2})?\d{8}(?:\d{2})?)(?!\d)"
    r"|(?<![A-Za-z0-9])((?:[HM]\d{8}(?:\d{2})?)|(?:[EG]\d{8}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# 370102********4518: with the age beside it, some thirty candidates are left.
PART_OF_ID = re.compile(r"(?<!\d)(\d{4,14})([*#●•xX○]{3,14})(\d{0,4}[xX]?)(?!\d)")
LAST_OF_ID = re.compile(r"(?:身份证|证件)(?:号码?)?(?:后|末|尾)[四六八468]位[^\d\n。;]{0,4}(\d{3,8}[xX]?)(?!\d)")

ILLNESS = re.compile(
    r"癌(?!症?[”\"』]?(?:免费)?筛查)|肿瘤|白血病|尿毒症|透析|肾衰|艾滋|HIV|梅毒|性病|不孕|流产|"
    r"精神(?:病|障碍|分裂|残疾)|抑郁|癫痫|自闭症|孤独症|唐氏|痴呆|阿尔茨海默|帕金森|智障|"
    r"肝炎|乙肝|肺结核|尘肺|糖尿病|血友病|脑梗|脑出血|脑瘫|中风|偏瘫|截瘫|瘫痪|心脏病|冠心病|心梗|"
    r"(?:智力|肢体|视力|听力|言语|多重)残疾|残疾[一二三四1234]级|[一二三四1234]级残疾|残疾等级"
)


def patterns_in(text: str, *, listed: bool, illness: bool) -> Iterator[Span]:
    """What in a folded text is personal by its words. ``illness``: illnesses here are somebody's."""
    graver = Severity.BLOCK if listed else Severity.CONFIRM
    yield from _births(text)
    yield from _papers(text, listed)
    for match in ADDRESS.finditer(text):
        if listed or not _is_an_office(text, match):
            yield _span(Kind.ADDRESS, graver, match)
    for match in LANDLINE.finditer(text):
        if listed or PERSON_PHONE.search(text[max(0, match.start() - 12) : match.start()]):
            yield _span(Kind.LANDLINE, Severity.CONFIRM, match)
    if listed:
        for match in LOCAL_PHONE.finditer(text):
            yield _span(Kind.LANDLINE, Severity.CONFIRM, match, 1)
        for match in IN_A_LIST.finditer(text):
            yield _span(Kind.ADDRESS, Severity.CONFIRM, match)
    if illness:
        for match in ILLNESS.finditer(text):
            yield _span(Kind.ILLNESS, Severity.BLOCK, match)


def _births(text: str) -> Iterator[Span]:
    for pattern in (BORN_ON, DAY_BORN):
        for match in pattern.finditer(text):
            if not POLICY.match(text, match.end(1)):
                yield _span(Kind.BIRTH_DATE, Severity.BLOCK, match, 1)


def _papers(text: str, listed: bool) -> Iterator[Span]:
    for match in PAPER.finditer(text):
        if match.group(1):
            yield _span(Kind.PERMIT, Severity.BLOCK, match, 1)
        elif listed:
            yield _span(Kind.PERMIT, Severity.CONFIRM, match, 2)
    graver = Severity.BLOCK if listed else Severity.CONFIRM
    for match in PART_OF_ID.finditer(text):
        if match.group(1)[:2] in PROVINCES and 15 <= len(match.group()) <= 20:
            yield _span(Kind.ID_NUMBER, graver, match)
    for match in LAST_OF_ID.finditer(text):
        yield _span(Kind.ID_NUMBER, graver, match, 1)


def _is_an_office(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 14) : match.end() + 8]
    return OFFICE.search(around) is not None and HOME.search(around) is None


def _span(kind: Kind, severity: Severity, match: re.Match[str], group: int = 0) -> Span:
    return Span(kind, severity, match.start(group), match.end(group), "".join(match.group(group).split()))
