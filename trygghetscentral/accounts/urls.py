"""Addresses of accounts, under /konto/. allauth's own pages are in allauth_urls."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.profile, name="profile"),
    path("sprak/", views.change_language, name="language"),
    path("roller/", views.role_list, name="role-list"),
    path("nycklar/", views.token_list, name="token-list"),
    path("nycklar/ny/", views.token_create, name="token-create"),
    path("nycklar/<slug:public_id>/sparra/", views.token_revoke, name="token-revoke"),
    path("anvandare/", views.user_list, name="user-list"),
    path("anvandare/+ny/", views.user_create, name="user-create"),
    path("anvandare/<str:username>/", views.user_detail, name="user"),
    path("anvandare/<str:username>/andra/", views.user_edit, name="user-edit"),
    path("anvandare/<str:username>/stang-av/", views.user_deactivate, name="user-deactivate"),
    path("anvandare/<str:username>/oppna/", views.user_reactivate, name="user-reactivate"),
    path("anvandare/<str:username>/losenord/", views.user_password_link, name="user-password"),
    path("anvandare/<str:username>/roller/", views.grant_create, name="grant-create"),
    path("roller/<int:pk>/ta-tillbaka/", views.grant_withdraw, name="grant-withdraw"),
    path("grupper/", views.group_list, name="group-list"),
    path("grupper/<int:pk>/", views.group_detail, name="group"),
    path(
        "grupper/<int:pk>/<str:username>/avsluta/",
        views.group_member_remove,
        name="group-member-remove",
    ),
    path("nodatkomst/", views.break_glass_list, name="break-glass"),
    path("nodatkomst/oppna/", views.break_glass_open, name="break-glass-open"),
    path("nodatkomst/<int:pk>/", views.break_glass_review, name="break-glass-review"),
]
