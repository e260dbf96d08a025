// How the page talks to the server: HTTP for queries and mutations, an event stream or a WebSocket
// for subscriptions. Written for graphql-response+json, GraphQL over SSE (distinct connections)
// and graphql-transport-ws; no library.

const ACCEPT = 'application/graphql-response+json, text/event-stream, application/json;q=0.9';

/** A GraphiQL fetcher. `token()` and `transport()` are asked anew for every operation. */
export function createFetcher({ url, token, transport, onStatus }) {
  return async (request, options = {}) => {
    // GraphiQL parses a moment after the last key: a tree of an older text is of no use
    const current = options.documentAST?.loc?.source.body === request.query;
    const ast = current ? options.documentAST : undefined;
    const headers = { ...options.headers };
    if (token()) headers.authorization = `Bearer ${token()}`;
    if (transport() === 'ws' && isSubscription(request, ast)) {
      return { subscribe: (observer) => openSocket(url, headers, request, observer) };
    }
    return ask(url, headers, request, onStatus);
  };
}

/** The server answers a subscription with an event stream, everything else with JSON. */
async function ask(url, headers, request, onStatus) {
  const controller = new AbortController();
  const response = await post(url, { ...headers, accept: ACCEPT }, request, controller.signal);
  onStatus(response.status);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return response.json();
  }
  return { subscribe: (observer) => followEvents(response, controller, observer) };
}

function post(url, headers, request, signal) {
  return fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request),
    credentials: 'omit',
    signal,
  });
}

function isSubscription(request, ast) {
  if (!ast) return /(^|\})\s*subscription\b/.test(request.query.replace(/#.*/g, ''));
  return ast.definitions.some(
    (d) => d.kind === 'OperationDefinition' && d.operation === 'subscription'
      && (!request.operationName || d.name?.value === request.operationName),
  );
}

function followEvents(response, controller, observer) {
  readEvents(response, observer).catch((error) => {
    if (!controller.signal.aborted) observer.error(error);
  });
  return { unsubscribe: () => controller.abort() };
}

async function readEvents(response, observer) {
  let rest = '';
  for await (const chunk of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      if (event.startsWith('event: next\ndata: ')) observer.next(JSON.parse(event.slice(18)));
      if (event.startsWith('event: complete')) return observer.complete();
    }
  }
  observer.error(new Error('连接中断 The stream was cut'));
}

async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

function openSocket(url, headers, request, observer) {
  const target = new URL(url, location.href);
  target.protocol = target.protocol.replace('http', 'ws');
  const socket = new WebSocket(target, 'graphql-transport-ws');
  const say = (message) => socket.send(JSON.stringify(message));
  let ended = false;
  const end = (finish) => {
    if (ended) return;
    ended = true;
    finish?.();
    socket.close(1000);
  };
  const hear = {
    connection_ack: () => say({ id: '1', type: 'subscribe', payload: request }),
    ping: () => say({ type: 'pong' }),
    next: ({ payload }) => observer.next(payload),
    error: ({ payload }) => end(() => { observer.next({ errors: payload }); observer.complete(); }),
    complete: () => end(() => observer.complete()),
  };
  socket.onopen = () => say({ type: 'connection_init', payload: headers });
  socket.onmessage = ({ data }) => { const message = JSON.parse(data); hear[message.type]?.(message); };
  socket.onclose = ({ code, reason }) => end(
    () => observer.error(new Error(`连接关闭 Socket closed: ${code} ${reason}`)),
  );
  return { unsubscribe: () => end() };
}
