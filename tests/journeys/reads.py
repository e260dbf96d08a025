"""What the journeys ask for: a child, a case, a queue, a timeline, each with all that hangs on it."""

TASK = """taskId queue status isOpen ownerUnitId namedPersonId childId caseId createdAt dueAt dueBasis
  isProvisional escalation escalatedAt completedAt refusalReason clauses causeStreamId position
  duty { id document quoteZh }"""
ACTIONS = "actions { act mutation zh en clauses { id } }"
CHILD_HEAD = """childId fileStatus version name sex birthOn idNumber residenceId address hukouId areaType
  categories keyTargets hasCareFlag responsiblePersonId responsibleUnitId schoolUnitId schoolGrade cadence
  lastContactOn lastHomeVisitOn nextContactOn nextHomeVisitOn isPlaced tier proposedTier tierReasons"""
CASE_HEAD = """caseId reportProgress stage version openedAt updatedAt closedAt incidentPlaceId policeUnitId
  townshipUnitId triggers findings openDuties factsReported reporterCategory reporterPersonId reporterName
  discoveredAt reportedAt acceptedAt dispatchedAt townshipNotifiedAt assessedAt assessment basis"""
CHILD = f"""query ($id: UUID!) {{ child(id: $id) {{ {CHILD_HEAD}
  guardians {{ guardianId relation guardianName phone personId isAway awayPlace awaySinceOn }}
  entrustedCare {{ status carerId carerName carerRelation designatedOn agreementSignedOn concern }}
  visits {{ eventId kind madeOn madeById childSeen visitNotes }}
  cases {{ caseId stage }}
  workItems {{ {TASK} }}
  {ACTIONS}
}} }}"""
CASE = f"""query ($id: UUID!) {{ case(id: $id) {{ {CASE_HEAD}
  children {{ childId name }}
  placements {{ placementId childId kind status siteUnitId address startedOn limitOn limitExceeded
    extendedToOn endedOn }}
  contributions {{ requestId unitId question answer answeredAt }}
  planItems {{ itemId service providerUnitId itemStatus dueOn }}
  workItems {{ {TASK} }}
  {ACTIONS}
}} }}"""
QUEUE = f"""query ($unit: UUID!, $queue: String!) {{
  workQueue(unit: $unit, queue: $queue, first: 100) {{ nodes {{ {TASK} }} pageInfo {{ hasNextPage }} }}
}}"""
QUEUES = "{ viewer { workQueues { queue unitId open overdue escalated } } }"
TIMELINE = """query ($id: UUID!, $after: String) {{ found: %s(id: $id) {{
  timeline(first: 100, after: $after) {{
    nodes {{ position eventId stream streamId version name zh en occurredAt recordedAt precision isLate
      lateBecause actorRole actorUnitId actorPersonId packs clauses {{ id quoteZh }}
      values {{ field zh en sensitivity value }} }}
    pageInfo {{ hasNextPage endCursor }}
  }} }} }}""".replace("{{", "{").replace("}}", "}")
