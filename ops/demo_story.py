"""The steps of scenario 1 as the demonstration plays them, in the present and each by whose step it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from ops.demo_stage import Answer, Stage
from ops.demo_world import BY_KEY, OUYING, UNIT_BY_KEY, division


class Story:
    """The steps of scenario 1 in their order."""

    def __init__(self, stage: Stage, now: datetime, today: date) -> None:
        self.on, self.now, self.today = stage, now, today
        self.child_id = self.case_id = UUID(int=0)
        self.guardians: dict[str, UUID] = {}

    def tell(self) -> None:
        """From the file to the closed case, and the timeline."""
        self.file()
        self.report()
        self.police()
        self.parents_out_of_reach()
        self.escort_and_notice()
        self.carer()
        self.assessment()
        self.plan_and_tier()
        self.services_and_closing()
        self.on.scene("儿童时间线", "The child's timeline")
        lines = self.on.timeline("fj_township", self.child_id)
        self.on.say(
            f"\n完成 · done: {lines} 个事件 events, {self.on.refusals} 次拒绝 refusals, 全部符合预期 all as expected"
        )

    def file(self) -> None:
        """The girl has a file; both parents are away."""
        on = self.on
        on.scene("建档", "A file for the girl")
        place = division(OUYING)
        self.child_id = on.does(
            "fj_director",
            "openChildFile",
            None,
            {
                "child_name": "冷小禾",
                "sex": "FEMALE",
                "birth_on": self.today - timedelta(days=9 * 365 + 90),
                "residence": place,
                "residence_address": "欧营村三组12号",
                "area_type": "RURAL",
                "hukou": place,
                "hukou_kind": "AGRICULTURAL",
                "school_unit_id": UNIT_BY_KEY["fj_school"].id,
                "responsible_person_id": BY_KEY["fj_director"].id,
            },
        )
        for relation, key in (("FATHER", "fj_father"), ("MOTHER", "fj_mother")):
            self._guardian_away(relation, key)
        on.does(
            "fj_township", "determineCategory", self.child_id, {"category": "LBC_CQ_URBAN_RURAL"}
        )
        on.has_task("fj_township", "fj_township", "Q-13", self.child_id)

    def _guardian_away(self, relation: str, key: str) -> None:
        given = {
            "relation": relation,
            "guardian_name": BY_KEY[key].name,
            "guardian_person_id": BY_KEY[key].id,
            "guardian_hukou": division(OUYING),
            "guardian_hukou_kind": "AGRICULTURAL",
        }
        self.on.does("fj_director", "recordGuardian", self.child_id, given)
        query = "query ($id: UUID!) { child(id: $id) { guardians { guardianId relation } } }"
        found = self.on.ask("fj_director", query, id=self.child_id)["child"]["guardians"]
        one = next(g for g in found if g["relation"] == relation)
        self.guardians[relation] = UUID(one["guardianId"])
        gone = {
            "guardian_id": self.guardians[relation],
            "absence_reason": "WORK",
            "away_from_on": self.today - timedelta(days=14),
            "away_to": "广东",
        }
        self.on.does("fj_director", "recordGuardianAbsence", self.child_id, gone)

    def report(self) -> None:
        """The class teacher reports; the police desk has it at once, and the tier is the most urgent."""
        on = self.on
        on.scene("第一步 强制报告", "1 The class teacher reports")
        given = {
            "report_channel": "ONLINE",
            "reporter_category": "SCHOOL",
            "discovered_at": self.now - timedelta(minutes=15),
            "triggers": ["LIVING_ALONE"],
            "situation": "独自居住已两周,致电父亲无人接听",
            "incident_place": division(OUYING),
            "children": [self.child_id],
            "dissuasion": "FAILED",
        }
        self.case_id = on.does("fj_teacher", "submitReport", None, given)
        on.has_task("fj_police", "fj_police", "Q-01", self.case_id)
        tier = self._child("fj_supervisor", "tier tierReasons")
        rules = [r["rule"] for r in tier["tierReasons"]["reasons"] if r["deciding"]]
        on.expects(
            "风险等级升为 R1,依据 R-E2(独自居住)",
            "the tier is R1 at once, by rule R-E2",
            holds=tier["tier"] == "R1" and "R-E2" in rules,
        )
        on.is_not_theirs("kl_township", "startAssessment", self.case_id, {"questions": []})

    def police(self) -> None:
        """Accepted, out, found."""
        on = self.on
        on.scene("第三、四步 受理、出警、调查", "3-4 Accepted, out, found")
        on.does("fj_police", "acceptReport", self.case_id)
        on.has_no_task("fj_police", "fj_police", "Q-01", self.case_id)
        on.has_task("fj_police", "fj_police", "Q-03", self.case_id)
        on.does("fj_police", "dispatchPolice", self.case_id)
        on.does("fj_police", "recordPoliceFindings", self.case_id, {"findings": ["LIVING_ALONE"]})

    def parents_out_of_reach(self) -> None:
        """Each parent is tried before anybody may say that they are out of reach."""
        on = self.on
        on.scene("第五步 联系父母", "5 Reaching the parents")
        on.is_refused(
            "PARENT_NOT_YET_TRIED", "fj_police", "recordParentsUnreachable", self.case_id, {}
        )
        for parent in ("FATHER", "MOTHER", "FATHER", "MOTHER"):
            given = {
                "guardian_id": self.guardians[parent],
                "contact_means": "PHONE",
                "contact_outcome": "NO_ANSWER",
            }
            on.does("fj_police", "attemptParentContact", self.case_id, given)
        on.does("fj_police", "recordParentsUnreachable", self.case_id, {})
        on.has_task("fj_police", "fj_police", "Q-04", self.case_id)

    def escort_and_notice(self) -> None:
        """To the grandmother, as the clause says; the township takes over."""
        on = self.on
        on.scene("第六、七步 护送、通报", "6-7 Escort and notice")
        escort = {
            "escort_destination": "CLOSE_RELATIVE",
            "escort_address": "林政村二组7号",
            "receiver_name": "莫阿秀",
            "nearest_because": "外祖母家在邻村",
            "best_interest_reason": "孩子熟悉外祖母,愿意同住",
        }
        elsewhere = {**escort, "escort_destination": "TEMPORARY_SHELTER"}
        on.is_refused(
            "DESTINATION_NOT_ALLOWED", "fj_police", "escortChild", self.case_id, elsewhere
        )
        on.does("fj_police", "escortChild", self.case_id, escort)
        on.does(
            "fj_police", "notifyTownship", self.case_id, {"notice_text": "女童独居,已护送,请接办"}
        )
        on.has_task("fj_township", "fj_township", "Q-06", self.case_id)
        on.has_task("fj_township", "fj_township", "Q-07", self.case_id)
        on.is_refused("NO_NAMED_CARER", "fj_police", "recordCareSecured", self.case_id, {})

    def carer(self) -> None:
        """The mother is reached, ordered back, reprimanded; she names the grandmother."""
        on, mother = self.on, self.guardians["MOTHER"]
        on.scene("第八步 责令、训诫、委托照护", "8 Ordered, reprimanded, a carer named")
        told = {"guardian_id": mother, "contact_means": "PHONE", "contact_outcome": "REACHED"}
        on.does("fj_police", "attemptParentNotification", self.case_id, told)
        on.does("fj_police", "orderParentsToReturn", self.case_id, {"guardian_id": mother})
        for parent in self.guardians.values():
            given = {
                "subject_kind": "PARENT",
                "subject_id": parent,
                "measure_ground": "外出未委托,使子女单独居住",
            }
            on.does("fj_police", "reprimandGuardian", self.case_id, given)
        carer: Answer = {
            "carer_name": "莫阿秀",
            "carer_relation": "MATERNAL_GRANDMOTHER",
            "carer_age": 70,
            "carer_person_id": BY_KEY["fj_grandmother"].id,
            "entrusted_by": [mother],
        }
        on.is_refused(
            "CAPABILITY_UNCHECKED", "fj_mother", "designateEntrustedCarer", self.child_id, carer
        )
        carer["carer_capability"] = "CAPABLE"
        on.does("fj_mother", "designateEntrustedCarer", self.child_id, carer)
        on.has_no_task("fj_police", "fj_police", "Q-04", self.case_id)
        on.has_task("fj_committee", "fj_village", "Q-14", self.child_id)
        hidden = on.ask(
            "fj_grandmother", "query ($id: UUID!) { case(id: $id) { caseId } }", id=self.case_id
        )
        on.expects(
            "受委托照护人看不到个案和报告人",
            "the grandmother sees neither the case nor the reporter",
            holds=hidden["case"] is None,
        )

    def assessment(self) -> None:
        """Each is asked its own question; nothing mandatory stays empty."""
        on = self.on
        on.scene("第九步 调查评估", "9 The assessment")
        questions = [
            {"contributor": "VILLAGE_COMMITTEE", "question": "家庭和照护情况如何?"},
            {"contributor": "SCHOOL", "question": "在校表现和情绪如何?"},
            {"contributor": "MEDICAL", "question": "身体状况如何?"},
        ]
        on.does("fj_township", "startAssessment", self.case_id, {"questions": questions})
        query = "query ($id: UUID!) { case(id: $id) { contributions { requestId question } } }"
        for key, unit in (
            ("fj_committee", "village"),
            ("fj_head", "school"),
            ("fj_doctor", "hospital"),
        ):
            on.has_task(key, f"fj_{unit}", "Q-08", self.case_id)
            own = on.ask(key, query, id=self.case_id)["case"]["contributions"]
            on.expects(
                f"只看到本单位的问题:{own[0]['question']}",
                "sees its own question only",
                holds=len(own) == 1,
            )
            given = {"question_id": own[0]["requestId"], "answer": "情况已如实填写"}
            on.does(key, "contributeToAssessment", self.case_id, given)
        result: Answer = {
            "safety_situation": "独居已结束",
            "family_situation": "收入不稳",
            "guardianship_situation": "外祖母受托照护",
            "hardship": True,
            "hardship_facts": "家庭人均收入低于当地标准",
            "entitlements": ["TEMP_AID"],
        }
        on.is_refused(
            "DIMENSION_MISSING", "fj_township", "completeAssessment", self.case_id, result
        )
        result["health_situation"] = "身体健康,情绪低落"
        on.does("fj_township", "completeAssessment", self.case_id, result)
        on.has_task("fj_ca", "fj_ca", "Q-20", self.child_id)

    def plan_and_tier(self) -> None:
        """A plan is adopted; the tier goes down by rule and by the supervisor's reason."""
        on = self.on
        on.scene("第十、十一步 帮扶方案、风险下调", "10-11 The plan, and the tier goes down")
        items = [
            {"service": "GUARDIANSHIP_GUIDANCE", "plan_field": "WELFARE", "need": "指导父母履责"},
            {"service": "COUNSELLING", "plan_field": "WELFARE", "need": "情绪疏导"},
        ]
        on.does("fj_township", "adoptPlan", self.case_id, {"items": items})
        tier = self._child("fj_supervisor", "tier proposedTier")
        on.expects("规则提请 R3,待人工确认", "R3 is proposed", holds=tier["proposedTier"] == "R3")
        on.is_refused("TIER_REASON_MISSING", "fj_supervisor", "confirmRiskTier", self.child_id, {})
        reason = {
            "tier_reason": "已有受委托照护人,独居结束",
            "review_on": self.today + timedelta(days=30),
            "best_interest_reason": "随外祖母生活稳定",
        }
        on.does("fj_supervisor", "confirmRiskTier", self.child_id, reason)

    def services_and_closing(self) -> None:
        """The social worker serves; only then is the case closed."""
        on = self.on
        on.scene("结案", "Services, and closing")
        closing = {"closing_summary": "照护落实,帮扶完成"}
        on.is_refused("PLAN_ITEMS_OPEN", "fj_township", "closeCase", self.case_id, closing)
        query = "query ($id: UUID!) { case(id: $id) { planItems { itemId } } }"
        for item in on.ask("fj_township", query, id=self.case_id)["case"]["planItems"]:
            which = {"item_id": item["itemId"]}
            referral = {
                **which,
                "provider_unit_id": UNIT_BY_KEY["fj_sw"].id,
                "referral_reason": "专业服务",
            }
            on.does("fj_township", "referService", self.case_id, referral)
            on.does("fj_sw", "acceptService", self.case_id, which)
            on.does(
                "fj_sw", "deliverService", self.case_id, {**which, "service_note": "已服务三次"}
            )
            on.does("fj_sw", "closeService", self.case_id, {**which, "service_outcome": "ACHIEVED"})
        on.does("fj_township", "closeCase", self.case_id, closing)

    def _child(self, key: str, fields: str) -> Answer:
        query = f"query ($id: UUID!) {{ child(id: $id) {{ {fields} }} }}"
        found: Answer = self.on.ask(key, query, id=self.child_id)["child"]
        return found
