"""Complaints about a committee, for the subdistrict's supervisors only. No row names a community, a person or an hour.

Primary keys are random: their order tells nothing. Days, never times.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mingbai.communities.models import Subdistrict, Supervisor


class SupervisorKey(models.Model):
    """监督员密钥: a supervisor's pair. The private half is locked with a passphrase that is stored nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    supervisor = models.ForeignKey(Supervisor, models.PROTECT, related_name="keys", verbose_name="监督员")
    public = models.BinaryField("公钥")
    locked = models.BinaryField("加密的私钥")
    made_on = models.DateField("生成日期")
    ended_on = models.DateField("停用日期", null=True)

    class Meta:
        verbose_name = "监督员密钥"
        verbose_name_plural = "监督员密钥"
        constraints = [
            models.UniqueConstraint(fields=("supervisor",), condition=Q(ended_on=None), name="supervisor_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} · {self.made_on}"


class Complaint(models.Model):
    """举报: that one came in, and on which day. What it says, and of which community, stands in its envelopes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subdistrict = models.ForeignKey(Subdistrict, models.PROTECT, related_name="+", verbose_name="街道")
    received_on = models.DateField("收到日期")
    receipt_hash = models.CharField("回执摘要", max_length=64, unique=True)
    reply_key = models.BinaryField("回复公钥")

    class Meta:
        verbose_name = "举报"
        verbose_name_plural = "举报"

    def __str__(self) -> str:
        return str(self.pk)


class Envelope(models.Model):
    """密封件: one message, of the reporter or of who answered, sealed to one supervisor's key.

    ``number``: the how-manieth message of its complaint, since days alone would leave the order open.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="envelopes", verbose_name="举报")
    key = models.ForeignKey(SupervisorKey, models.PROTECT, related_name="+", verbose_name="密钥")
    received_on = models.DateField("收到日期")
    number = models.PositiveSmallIntegerField("序号", default=1)
    ciphertext = models.BinaryField("密文")

    class Meta:
        verbose_name = "密封件"
        verbose_name_plural = "密封件"

    def __str__(self) -> str:
        return str(self.pk)


class ComplaintReply(models.Model):
    """举报答复: sealed to the key that only the receipt code makes. ``number``: that of the supervisors' copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="replies", verbose_name="举报")
    answered_on = models.DateField("答复日期")
    number = models.PositiveSmallIntegerField("序号", default=1)
    ciphertext = models.BinaryField("密文")

    class Meta:
        verbose_name = "举报答复"
        verbose_name_plural = "举报答复"

    def __str__(self) -> str:
        return str(self.pk)
