"""Secrecy markings (domain.md E.1). A marking is a warning: each release is tested anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecrecyGround(models.TextChoices):
    """Offentlighets- och sekretesslagen (OSL) unless another law is named."""

    OSL15_2 = "OSL15_2", _("15 kap. 2 § OSL: försvarssekretess")
    OSL18_1 = "OSL18_1", _("18 kap. 1 § OSL: förundersökning")
    OSL18_8 = "OSL18_8", _("18 kap. 8 § OSL: säkerhets- eller bevakningsåtgärd")
    OSL18_9 = "OSL18_9", _("18 kap. 9 § OSL: chiffer eller säkerhetskod")
    OSL18_13 = "OSL18_13", _("18 kap. 13 § OSL: risk- och sårbarhetsanalys")
    OSL21_1 = "OSL21_1", _("21 kap. 1 § OSL: hälsa och sexualliv")
    OSL21_3 = "OSL21_3", _("21 kap. 3 § OSL: skyddade uppgifter eller adress")
    OSL25_1 = "OSL25_1", _("25 kap. 1 § OSL: hälso- och sjukvård")
    OSL26_1 = "OSL26_1", _("26 kap. 1 § OSL: socialtjänst")
    OSL32_3 = "OSL32_3", _("32 kap. 3 § OSL: kamerabevakning")
    OSL35_1 = "OSL35_1", _("35 kap. 1 § OSL: brottsutredning")
    OSL38 = "OSL38", _("38 kap. OSL: totalförsvarets personal")
    OSL39 = "OSL39", _("39 kap. OSL: personaladministration")
    LEH7_1 = "LEH7_1", _("7 kap. LEH: tystnadsplikt för deltagare")
    LOV17 = "LOV17", _("17 § lagen (2023:421) om ordningsvakter")
    GDPR_INTERN = "GDPR_INTERN", _("Personuppgifter, utan sekretess")
