// graphql-request: queries and mutations alone.
import { ClientError, GraphQLClient } from 'graphql-request'

export function connect({ url, token }) {
  const client = new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } })
  const ask = (text, variables) => client.request(text, variables)
  return {
    ask,
    act: ask,
    codes: (thrown) =>
      thrown instanceof ClientError
        ? thrown.response.errors?.map((e) => e.extensions.code) ?? null
        : null,
    close() {},
  }
}
