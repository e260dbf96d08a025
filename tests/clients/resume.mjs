// Follows the police's queue with the client CLIENT (a file of adapters/), through every end: subscribes again with the
// last cursor. Prints each change as a line of JSON, until its input ends.
const { URL: url, TOKEN: token, CLIENT, UNIT: unit } = process.env
const PAUSE_MS = 200
const QUEUE = `subscription Queue($unit: UUID!, $resume: String) {
  workQueue(unit: $unit, queue: "Q-01", resume: $resume) { kind position cursor taskId item { caseId } }
}`

const { connect } = await import(`./adapters/${CLIENT}.mjs`)
let resume = null

/** Until the subscription ends, for whatever reason. */
function followed(client) {
  return new Promise((end) => {
    const next = ({ workQueue: change }) => {
      console.log(JSON.stringify(change))
      resume = change.cursor ?? resume
    }
    client.follow(QUEUE, { unit, resume }, { next, error: end, complete: end })
  })
}

process.stdin.on('end', () => process.exit(0)).resume()
for (;;) {
  const client = connect({ url, token })
  await followed(client)
  await client.close()
  console.log(JSON.stringify({ kind: 'END' }))
  await new Promise((go) => setTimeout(go, PAUSE_MS))
}
