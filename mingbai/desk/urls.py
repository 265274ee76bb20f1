"""The desk's addresses: behind the gate, and each behind a role in its community."""

from django.urls import path

from mingbai.desk import absence, accounts, diary, drafting, elements, people, recording, reviewing, showing, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", accounts.SignOut.as_view(), name="logout"),
    path("second-factor/", accounts.second_factor, name="second_factor"),
    path("password/", accounts.password, name="password"),
    path("calendar/<str:token>.ics", diary.private_calendar, name="desk_ics"),
    path("<slug:slug>/", views.todo, name="desk_todo"),
    path("<slug:slug>/calendar/", diary.month, name="desk_calendar"),
    path("<slug:slug>/calendar/renew/", diary.renew, name="desk_calendar_renew"),
    path("<slug:slug>/record/", recording.choose, name="desk_choose"),
    path("<slug:slug>/record/<int:pk>/", recording.record, name="desk_record"),
    path("<slug:slug>/owed/<int:pk>/", recording.obligation, name="desk_obligation"),
    path("<slug:slug>/owed/<int:pk>/void/", recording.void, name="desk_void"),
    path("<slug:slug>/owed/<int:pk>/start/", recording.start, name="desk_start"),
    path("<slug:slug>/drafts/<int:pk>/", drafting.draft, name="desk_draft"),
    path("<slug:slug>/drafts/<int:pk>/abandon/", drafting.abandon, name="desk_abandon"),
    path("<slug:slug>/drafts/<int:pk>/submit/", drafting.submit, name="desk_submit"),
    path("<slug:slug>/drafts/<int:pk>/impact/", drafting.impact, name="desk_impact"),
    path("<slug:slug>/drafts/<int:pk>/preview/", drafting.preview, name="desk_preview"),
    path("<slug:slug>/drafts/<int:pk>/sheet.<str:kind>", drafting.sheet, name="desk_sheet"),
    path("<slug:slug>/drafts/<int:pk>/meeting.ics", drafting.meeting, name="desk_meeting"),
    path("<slug:slug>/drafts/<int:pk>/files/<str:name>", drafting.file, name="desk_file"),
    path("<slug:slug>/drafts/<int:pk>/e/<int:position>/", elements.element, name="desk_element"),
    path("<slug:slug>/drafts/<int:pk>/e/<int:position>/import/", elements.bring_in, name="desk_import"),
    path("<slug:slug>/drafts/<int:pk>/review/", reviewing.review, name="desk_review"),
    path("<slug:slug>/drafts/<int:pk>/emergency/", reviewing.emergency, name="desk_emergency"),
    path("<slug:slug>/versions/<str:code>/", showing.version, name="desk_version"),
    path("<slug:slug>/versions/<str:code>/change/", showing.change, name="desk_change"),
    path("<slug:slug>/versions/<str:code>/put-up/", showing.post, name="desk_put_up"),
    path("<slug:slug>/versions/<str:code>/take-down/<int:pk>/", showing.unpost, name="desk_take_down"),
    path("<slug:slug>/versions/<str:code>/withdraw/", showing.withdraw, name="desk_withdraw"),
    path("<slug:slug>/absence/", absence.absence, name="desk_absence"),
    path("<slug:slug>/people/", people.people, name="desk_people"),
    path("<slug:slug>/people/<int:pk>/end/", people.end, name="desk_end_role"),
    path("<slug:slug>/forms/", people.item_forms, name="desk_forms"),
    path("<slug:slug>/forms/<str:code>/<int:position>/", people.element_form, name="desk_element_form"),
]
