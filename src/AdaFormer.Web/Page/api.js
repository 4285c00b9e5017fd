// The interface of the service, see /api/openapi.json.

// A failure that the service describes (problem details, RFC 9457).
export class Problem extends Error {
  constructor(details) {
    const errors = Object.values(details.errors ?? {}).flat();
    super([details.title, errors.length > 0 ? errors.join(' ') : details.detail].filter(Boolean).join(': '));
    this.status = details.status;
  }
}

async function check(response) {
  if (response.ok)
    return response;
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json');
  throw new Problem(isProblem ? await response.json() : { title: `The service answered ${response.status}`, status: response.status });
}

const query = options => new URLSearchParams(Object.entries(options).filter(([, value]) => value !== null && value !== undefined && value !== ''));

export const service = async () => (await check(await fetch('api/service'))).json();

export const estimate = async (options, signal) => (await check(await fetch(`api/estimate?${query(options)}`, { signal }))).json();

export const remove = id => fetch(`api/results/${id}`, { method: 'DELETE', keepalive: true }).catch(() => {});

export const result = async (id, part = '') => (await check(await fetch(`api/results/${id}${part}`))).blob();

// What a browser cannot show itself, as PNG, and its true size.
export async function preview(file) {
  const response = await check(await fetch('api/preview', { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } }));
  return { blob: await response.blob(), width: Number(response.headers.get('Picture-Width')), height: Number(response.headers.get('Picture-Height')) };
}

// Upscales a file, and calls back with each event; gives the data of the last one.
export async function upscale(file, options, signal, tell) {
  const response = await check(await fetch(`api/upscale?${query(options)}`, {
    method: 'POST',
    body: file,
    signal,
    headers: { Accept: 'text/event-stream', 'Content-Type': 'application/octet-stream' },
  }));
  for await (const { event, data } of events(response.body)) {
    if (event === 'done')
      return data;
    if (event === 'failed')
      throw new Problem(data);
    tell(event, data);
  }
  throw new Problem({ title: 'The service ended before the picture was finished' });
}

async function* events(body) {
  let rest = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const parts = (rest + chunk.value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const lines = part.split('\n');
      const field = name => lines.filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n');
      yield { event: field('event'), data: JSON.parse(field('data')) };
    }
  }
}
