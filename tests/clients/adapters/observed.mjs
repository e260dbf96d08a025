// What graphql-ws and graphql-sse have in common: subscribe(operation, observer) for every operation.

/** The results of an operation; errors are thrown as the client told them. */
class Told extends Error {
  constructor(errors) {
    super(JSON.stringify(errors))
    this.errors = errors
  }
}

export function over(client) {
  function follow(query, variables, { next, error, complete = () => {} }) {
    return client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => (errors ? error(new Told(errors)) : next(data)),
        error: (told) => error(Array.isArray(told) ? new Told(told) : told),
        complete,
      },
    )
  }
  const ask = (text, variables) =>
    new Promise((resolve, reject) => {
      let found
      const next = (data) => (found = data)
      follow(text, variables, { next, error: reject, complete: () => resolve(found) })
    })
  const codes = (thrown) =>
    thrown instanceof Told ? thrown.errors.map((e) => e.extensions.code) : null
  return { ask, act: ask, follow, codes, close: () => client.dispose() }
}
