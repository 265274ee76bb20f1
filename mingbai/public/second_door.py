"""The second door: a complaint about a committee, sealed to the subdistrict's supervisors before it is stored.

No cookie, no address, no hour; nothing of it is logged (``unlogged``), written to a temporary file or kept by a cache.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from mingbai.communities.models import Subdistrict
from mingbai.communities.receipts import NotTaken, in_fours
from mingbai.data.profiles import packaged_profile
from mingbai.public.views import page, today
from mingbai.sealed.actions import NoKeyYet, add_message, take_complaint
from mingbai.sealed.boxes import RECEIPT_DIGITS, TooLong
from mingbai.sealed.messages import LARGEST_PICTURE, MAX_TEXT, MOST_PICTURES, BadPicture, Message, plain_picture
from mingbai.sealed.queries import complaint_by_receipt, current_keys, replies_for, subdistrict_by_slug
from mingbai.sealed.tokens import nonce_of, same_token
from mingbai.supervision.queries import communities_under

OTHER = "不清楚，或者不止一个社区"
MEGABYTES = LARGEST_PICTURE // 1024 // 1024
NO_KEY = "街道现在没有监督员能收。没有保存您写的内容，请复制下来，打上面的电话。"


class InMemory(MemoryFileUploadHandler):
    """Pictures never touch the disk, however large; what is too many or too large isn't even kept in memory."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.pictures, self.refused = 0, False

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.pictures += 1
        if self.pictures > MOST_PICTURES:
            self.refused = True
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > LARGEST_PICTURE:
            self.refused = True
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


View = Callable[[HttpRequest, Subdistrict, InMemory], HttpResponse]


def second_door(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """What both pages have in common."""

    @csrf_exempt  # nobody is signed in here, so there is nobody whose name could be misused
    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest, slug: str) -> HttpResponse:
        files = InMemory(request)
        request.upload_handlers = [files]
        subdistrict = subdistrict_by_slug(slug)
        if subdistrict is None:
            raise Http404("没有这个街道")
        response = view(request, subdistrict, files)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@second_door
def report(request: HttpRequest, subdistrict: Subdistrict, files: InMemory) -> HttpResponse:
    """GET: official channels, what is protected and what isn't, the form. POST: sealed; the receipt is shown once."""
    communities = communities_under(subdistrict)
    profile = packaged_profile(communities[0].profile_code if communities else "cn")
    choices = [*(one.name for one in communities), OTHER]
    error, open_to = "", current_keys(subdistrict).count()
    if request.method == "POST":
        try:
            nonce = _nonce(request)
            about = request.POST.get("about", "")
            if about not in choices:
                raise NotTaken("请选择“关于哪个社区”。")
            message = _message(request, files, about)
            _, receipt = take_complaint(subdistrict=subdistrict, message=message, nonce=nonce, on=today())
        except (NotTaken, NoKeyYet, TooLong) as wrong:
            error = _told(wrong)
        else:
            shown = {"subdistrict": subdistrict, "receipt": in_fours(receipt), "digits": RECEIPT_DIGITS}
            return page(request, "sealed", None, shown, 201)
    context = {
        **_form(request, subdistrict, error, told=request.POST.get("token", "")),
        "channels": profile.all_on("channel", today()),
        "choices": choices,
        "open_to": open_to,
    }
    return page(request, "second_door", None, context, 422 if error else 200)


@second_door
def follow_up(request: HttpRequest, subdistrict: Subdistrict, files: InMemory) -> HttpResponse:
    """The answers, opened with the receipt code, which travels in the form only; and a further message."""
    code = request.POST.get("receipt", "")
    context: dict[str, Any] = {"subdistrict": subdistrict, "code": code, "digits": RECEIPT_DIGITS}
    if request.method != "POST":
        return page(request, "second_door_receipt", None, context)
    complaint = complaint_by_receipt(subdistrict, code)
    if complaint is None:
        context["error"] = f"没有找到这个回执号，请核对{RECEIPT_DIGITS}位数字。"
        return page(request, "second_door_receipt", None, context, 422)
    error, added = "", False
    if "add" in request.POST:
        try:
            nonce = _nonce(request)
            add_message(complaint=complaint, message=_message(request, files), nonce=nonce, on=today())
            added = True
        except (NotTaken, NoKeyYet, TooLong) as wrong:
            error = _told(wrong)
    context |= _form(request, subdistrict, error, told="" if added else request.POST.get("token", ""))
    context |= {"complaint": complaint, "replies": replies_for(complaint, code), "added": added}
    return page(request, "second_door_receipt", None, context, 422 if error else 200)


def _form(request: HttpRequest, subdistrict: Subdistrict, error: str, *, told: str) -> dict[str, Any]:
    """``told``: the token of the form that was sent, empty where the next one is another form."""
    return {
        "subdistrict": subdistrict,
        "typed": request.POST,
        "token": same_token(told, timezone.now().timestamp()),
        "max_text": MAX_TEXT,
        "most_pictures": MOST_PICTURES,
        "megabytes": MEGABYTES,
        "error": error,
    }


def _nonce(request: HttpRequest) -> str:
    if request.POST.get("website"):
        raise NotTaken("请把“网址”一栏清空：那一栏是留给机器的，人不用填。")
    return nonce_of(request.POST.get("token", ""), timezone.now().timestamp())


def _message(request: HttpRequest, files: InMemory, about: str = "") -> Message:
    text = request.POST.get("text", "").strip()
    if not text:
        raise NotTaken("请在“写在这里”写下您要反映的事。")
    if len(text) > MAX_TEXT:
        raise NotTaken(f"“写在这里”最多{MAX_TEXT}字，现在有{len(text)}字，请删短一些。")
    sent = request.FILES.getlist("pictures")
    if files.refused:
        raise NotTaken(f"“图片”最多{MOST_PICTURES}张，每张不超过{MEGABYTES} MB，请少选几张，或者先缩小。")
    pictures = []
    for number, file in enumerate(sent, 1):
        try:
            pictures.append(plain_picture(file.read()))
        except BadPicture:
            raise NotTaken(f"“图片”第{number}张打不开，只能收 JPG 或 PNG 照片，请换一张或者去掉。") from None
    return Message(text, about, tuple(pictures))


def _told(wrong: Exception) -> str:
    if isinstance(wrong, NoKeyYet):
        return NO_KEY
    return "“图片”合起来太大，请少选一张。" if isinstance(wrong, TooLong) else str(wrong)
