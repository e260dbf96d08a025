// graphql-ws: every operation over one WebSocket.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

import { over } from './observed.mjs'

export function connect({ url, token }) {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  })
  return over(client)
}
