// Runs the audit suite of GraphQL over HTTP against URL with TOKEN and prints what each audit found,
// as JSON: [{"id", "name", "status": "ok" | "notice" | "warn" | "error", "reason"}].
import { serverAudits } from 'graphql-http'

const { URL: url, TOKEN: token } = process.env

/** fetch with the caller's token beside whatever the audit sends. */
function signedIn(input, init = {}) {
  return fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
}

const found = []
for (const audit of serverAudits({ url, fetchFn: signedIn })) {
  const { id, name, status, reason = null } = await audit.fn()
  found.push({ id, name, status, reason })
}
console.log(JSON.stringify(found))
