// Plays the same small story with the client CLIENT (a file of adapters/) and prints what it was told, as JSON:
// a query, a mutation, its typed refusal, an error, and a queue that is followed, left, and taken up again.
import { randomUUID } from 'node:crypto'

const { URL: url, POLICE, TEACHER, CLIENT, CASE: id, UNIT: unit, REPORT } = process.env
const WAIT_MS = 20_000

const ROLE = 'query Role { viewer { role } }'
const NO_SUCH_FIELD = 'query Wrong { viewer { shoeSize } }'
const VERSION = 'query Version($id: UUID!) { case(id: $id) { version } }'
const OUTCOME = `{ __typename
  ... on CommandDone { id version }
  ... on RuleRefused { code zh en }
}`
const ACCEPT = `mutation Accept($commandId: UUID!, $id: UUID!, $expectedVersion: Int!) {
  outcome: acceptReport(commandId: $commandId, id: $id, expectedVersion: $expectedVersion) ${OUTCOME}
}`
const SUBMIT = `mutation Submit($commandId: UUID!, $input: SubmitReportInput!) {
  outcome: submitReport(commandId: $commandId, input: $input) ${OUTCOME}
}`
const QUEUE = `subscription Queue($unit: UUID!, $resume: String) {
  workQueue(unit: $unit, queue: "Q-01", resume: $resume) { kind position cursor taskId item { caseId } }
}`

const { connect } = await import(`./adapters/${CLIENT}.mjs`)
const police = connect({ url, token: POLICE })
const teacher = connect({ url, token: TEACHER })
const stranger = connect({ url, token: 'nobody' })

async function accept() {
  const { version } = (await police.ask(VERSION, { id })).case
  const variables = { commandId: randomUUID(), id, expectedVersion: version }
  return (await police.act(ACCEPT, variables)).outcome
}

async function submit() {
  const variables = { commandId: randomUUID(), input: JSON.parse(REPORT) }
  return (await teacher.act(SUBMIT, variables)).outcome
}

/** The codes of the error that an operation must end in. */
async function codes(client, asked) {
  const thrown = await asked.then(() => null, (error) => error)
  if (thrown === null) throw new Error('there was no error')
  return client.codes(thrown) ?? `${thrown.code}: ${thrown.message ?? thrown.reason}`
}

/** The changes of the queue after a cursor (all that is there: null), up to the first of a kind. */
function changes(resume, lastKind, whenCaughtUp = () => {}) {
  return new Promise((resolve, reject) => {
    const seen = []
    const ended = (settle, value) => {
      clearTimeout(late)
      stop()
      settle(value)
    }
    const next = ({ workQueue: change }) => {
      seen.push(change)
      if (change.kind === 'CAUGHT_UP') whenCaughtUp().catch(error)
      if (change.kind === lastKind) ended(resolve, seen)
    }
    const error = (told) => ended(reject, told)
    const late = setTimeout(() => error(new Error(`no ${lastKind}: ${JSON.stringify(seen)}`)), WAIT_MS)
    const stop = police.follow(QUEUE, { unit, resume }, { next, error })
  })
}

async function followed(told) {
  const accepting = async () => {
    told.done = await accept()
  }
  told.live = await changes(null, 'LEFT', accepting)
  told.whileAway = await submit()
  const [caughtUp, left] = told.live.slice(-2)
  told.resumed = await changes(left.cursor, 'CHANGED')
  told.resumedEarlier = await changes(caughtUp.cursor, 'CHANGED')
}

const told = {
  role: (await police.ask(ROLE)).viewer.role,
  error: await codes(police, police.ask(NO_SUCH_FIELD)),
  stranger: await codes(stranger, stranger.ask(ROLE)),
}
if (police.follow) await followed(told)
else told.done = await accept()
told.refused = await accept()
for (const client of [police, teacher, stranger]) await client.close()
console.log(JSON.stringify(told))
