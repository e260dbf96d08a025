// Apollo Client without React: HTTP for queries and mutations, graphql-ws beneath its link for subscriptions.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

export function connect({ url, token }) {
  const authorization = `Bearer ${token}`
  const socket = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
  })
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url, headers: { authorization } }),
  )
  const client = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'network-only' } }, // a version read earlier is a conflict
  })
  return {
    async ask(text, variables) {
      const { data } = await client.query({ query: gql(text), variables })
      return data
    },
    async act(text, variables) {
      const { data } = await client.mutate({ mutation: gql(text), variables })
      return data
    },
    follow(text, variables, observer) {
      const { next, error } = observer
      const running = client
        .subscribe({ query: gql(text), variables, fetchPolicy: 'no-cache' })
        .subscribe({ next: ({ data, error: told }) => (told ? error(told) : next(data)), error })
      return () => running.unsubscribe()
    },
    codes: (thrown) =>
      CombinedGraphQLErrors.is(thrown) ? thrown.errors.map((e) => e.extensions.code) : null,
    close: () => socket.dispose(),
  }
}
