"""行为矫治 · The words of serious misconduct, help and correction (CQ2024-1-g, CQ2024-2.3)."""

from __future__ import annotations

from domain.labels import Term


class ConductClass(Term):
    """行为性质 · Serious misconduct, or what may be a crime: 严重不良行为或涉罪 (CQ2024-1-g)."""

    SERIOUS_MISCONDUCT = "SERIOUS_MISCONDUCT", "严重不良行为", "Serious misconduct"
    SUSPECTED_CRIME = "SUSPECTED_CRIME", "涉嫌犯罪", "Involved in crime"


class ConsultingParty(Term):
    """会商单位 · Who consults on a case of the justice organs, and justice where the child is helped (CQ2024-2.3-e)."""

    POLICE = "POLICE", "公安机关", "Police"
    PROCURATORATE = "PROCURATORATE", "检察机关", "Procuratorate"
    COURT = "COURT", "人民法院", "Court"
    JUSTICE = "JUSTICE", "司法行政部门", "Justice"


class CorrectionProgramme(Term):
    """帮教矫治方式 · How conduct is corrected (CQ2024-2.3-h, CQ2024-2.3-i)."""

    TARGETED_HELP = "TARGETED_HELP", "精准帮教", "Targeted help"
    COMMUNITY_CORRECTION = "COMMUNITY_CORRECTION", "社区矫治", "Correction in the community"
    FAMILY_EDUCATION = "FAMILY_EDUCATION", "家庭教育特别指导", "Special family-education guidance"
    BEHAVIOUR_CORRECTION = "BEHAVIOUR_CORRECTION", "行为矫治", "Behaviour correction"
