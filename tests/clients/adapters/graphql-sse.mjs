// graphql-sse in distinct connections mode: every operation is an event stream of its own.
import { createClient } from 'graphql-sse'

import { over } from './observed.mjs'

export function connect({ url, token }) {
  const client = createClient({
    url,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  })
  return over(client)
}
