// urql's core: queries by GET while the address is short, mutations by POST, subscriptions as an event stream.
import { Client, fetchExchange } from '@urql/core'

// urql gives its reader up without waiting for it when a subscription is left: a browser prints the
// AbortError of that, node would end.
process.on('unhandledRejection', (reason) => {
  if (reason.name !== 'AbortError') throw reason
})

export function connect({ url, token }) {
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  })
  const settled = async (answer) => {
    const { data, error } = await answer.toPromise()
    if (error) throw error
    return data
  }
  return {
    ask: (text, variables) => settled(client.query(text, variables)),
    act: (text, variables) => settled(client.mutation(text, variables)),
    follow(text, variables, { next, error: fail }) {
      const running = client
        .subscription(text, variables)
        .subscribe(({ data, error }) => (error ? fail(error) : next(data)))
      return () => running.unsubscribe()
    },
    codes: (thrown) => thrown.graphQLErrors?.map((e) => e.extensions.code) ?? null,
    close() {},
  }
}
