// The page: a token box above GraphiQL. Nothing is written to the browser's storage, since queries
// may hold personal data and tokens are rights.

import { createFetcher } from './fetcher.js';

const { React, ReactDOM, GraphiQL } = window;
const tokenBox = document.getElementById('token');
const transportBox = document.getElementById('transport');
const status = document.getElementById('status');
const root = ReactDOM.createRoot(document.getElementById('graphiql'));

const WELCOME = `# 在上方填入令牌，再按“登录”。Put a token above and press “Sign in”.
# 文档在左侧的书本图标里。The schema's documentation is behind the book icon.
# 按Esc再按Tab离开编辑器。Esc, then Tab leaves the editor.

query WhoAmI {
  viewer { role unitId divisionId purpose }
}
`;

let token = takenFromAddress();
let signIns = 0;

/** `#token=…` signs in at once; it is never sent to a server and is removed from the address. */
function takenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (given) history.replaceState(null, '', location.pathname);
  return given;
}

const REFUSED = {
  401: '未登录 Not signed in',
  403: '无权进行此操作 Not permitted',
  429: '请求过于频繁 Too many requests',
  500: '系统内部错误 Internal error',
  503: '服务暂不可用 Unavailable',
};

// The demo tells a stranger the schema, and nothing else: that is no sign-in
function showStatus(answered) {
  const code = token ? answered : 401;
  status.dataset.state = code in REFUSED ? 'refused' : 'ready';
  status.textContent = REFUSED[code] ?? '已连接 Connected';
}

const fetcher = createFetcher({
  url: new URL('../graphql', location.href).href,
  token: () => token,
  transport: () => transportBox.value,
  onStatus: showStatus,
});

const LEAVE = '按Esc再按Tab离开 Esc, then Tab leaves';

// GraphiQL's editors are text boxes without a name for whoever listens to the page
const NAMES = {
  '.graphiql-query-editor': `查询 Query, ${LEAVE}`,
  '.graphiql-editor-tool': `变量 Variables, ${LEAVE}`,
  '.result-window': '结果 Result',
};

function nameEditors() {
  for (const [where, name] of Object.entries(NAMES)) {
    for (const box of document.querySelectorAll(`${where} textarea:not([aria-label])`)) {
      box.setAttribute('aria-label', name);
    }
  }
}

new MutationObserver(nameEditors).observe(document.getElementById('graphiql'), {
  childList: true,
  subtree: true,
});

// In an editor Tab writes; after Escape it goes on to what comes next, so that no keyboard is kept in it
let escaped = false;

document.addEventListener('keydown', (event) => {
  if (event.key === 'Tab' && escaped && event.target.closest?.('.CodeMirror')) event.stopPropagation();
  if (event.key !== 'Shift') escaped = event.key === 'Escape';
}, { capture: true });

function render() {
  root.render(React.createElement(GraphiQL, {
    key: signIns, // a new sign-in reads the schema anew
    fetcher,
    defaultQuery: WELCOME,
    storage: null,
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
  }));
}

document.getElementById('signin').addEventListener('submit', (event) => {
  event.preventDefault();
  token = tokenBox.value.trim();
  signIns += 1;
  render();
});

tokenBox.value = token;
render();
