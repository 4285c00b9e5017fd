// Two pictures over each other or side by side, with zoom and pan.
const $ = id => document.getElementById(id);
const largestZoom = 16;

export class Viewer {
  #canvas = $('canvas');
  #panes = [$('pane-left'), $('pane-right')];
  #divider = $('divider');
  #size = { width: 1, height: 1 };
  #center = { x: 0.5, y: 0.5 };
  #zoom = 0; // screen pixels for each pixel of the result; 0 fits
  #split = 50;
  #beside = false;
  #pair = false;
  #pointers = new Map();

  constructor() {
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
    this.#canvas.addEventListener('wheel', event => this.#onWheel(event), { passive: false });
    this.#canvas.addEventListener('pointerdown', event => this.#onDown(event));
    this.#canvas.addEventListener('pointermove', event => this.#onMove(event));
    for (const end of ['pointerup', 'pointercancel'])
      this.#canvas.addEventListener(end, event => this.#pointers.delete(event.pointerId));
    this.#canvas.addEventListener('keydown', event => this.#onKey(event));
    this.#divider.addEventListener('keydown', event => this.#onDividerKey(event));
    $('zoom-in').addEventListener('click', () => this.zoomBy(1.5));
    $('zoom-out').addEventListener('click', () => this.zoomBy(1 / 1.5));
    $('fit').addEventListener('click', () => this.fit());
    $('beside').addEventListener('change', event => { this.#beside = event.target.checked; this.#draw(); });
  }

  // Shows pictures of a size: one alone, or two to compare. Each has an address, a description, and a tag.
  async show(size, left, right, map) {
    const isOther = this.#size.width * size.height !== this.#size.height * size.width;
    this.#pair = left.url !== right.url;
    await Promise.all([set(this.#panes[0], left), set(this.#panes[1], right), setMap(this.#panes[1], map)]);
    if (this.#zoom > 0)
      this.#zoom *= this.#size.width / size.width;
    this.#size = size;
    $('tag-left').textContent = left.tag;
    $('tag-right').textContent = right.tag;
    if (isOther)
      this.fit();
    else
      this.#draw();
  }

  fit() {
    this.#zoom = 0;
    this.#center = { x: 0.5, y: 0.5 };
    this.#draw();
  }

  zoomBy(factor, at = null) {
    const { width, height } = this.#paneSize();
    const before = this.#scale();
    const fit = this.#fitting();
    const after = Math.min(largestZoom, Math.max(fit, before * factor));
    const [x, y] = at ?? [width / 2, height / 2];
    this.#zoom = after <= fit ? 0 : after;
    this.#move((x - width / 2) * (1 / before - 1 / after), (y - height / 2) * (1 / before - 1 / after));
  }

  #move(x, y) {
    const clamp = value => Math.min(1, Math.max(0, value));
    this.#center = { x: clamp(this.#center.x + x / this.#size.width), y: clamp(this.#center.y + y / this.#size.height) };
    if (this.#zoom === 0)
      this.#center = { x: 0.5, y: 0.5 };
    this.#draw();
  }

  #paneSize() {
    return { width: this.#canvas.clientWidth / (this.#isBeside ? 2 : 1), height: this.#canvas.clientHeight };
  }

  get #isBeside() {
    return this.#beside && this.#pair;
  }

  #fitting() {
    const { width, height } = this.#paneSize();
    return Math.min(width / this.#size.width, height / this.#size.height);
  }

  #scale() {
    return this.#zoom || this.#fitting();
  }

  #draw() {
    const { width, height } = this.#paneSize();
    const scale = this.#scale();
    const [x, y] = [width / 2 - this.#center.x * this.#size.width * scale, height / 2 - this.#center.y * this.#size.height * scale];
    for (const picture of this.#canvas.querySelectorAll('img')) {
      picture.style.width = `${this.#size.width * scale}px`;
      picture.style.height = `${this.#size.height * scale}px`;
      picture.style.transform = `translate(${x}px, ${y}px)`;
    }
    this.#canvas.style.setProperty('--ratio', this.#size.width / this.#size.height);
    this.#canvas.classList.toggle('beside', this.#isBeside);
    this.#canvas.classList.toggle('single', !this.#pair);
    this.#panes[0].style.clipPath = this.#isBeside ? 'none' : `inset(0 ${100 - this.#split}% 0 0)`;
    this.#divider.style.left = `${this.#split}%`;
    this.#divider.setAttribute('aria-valuenow', Math.round(this.#split));
    this.#divider.setAttribute('aria-valuetext', `${Math.round(this.#split)} % ${$('tag-left').textContent}`);
    $('zoom').textContent = `${Math.round(scale * 100)} %`;
  }

  #splitTo(percent) {
    this.#split = Math.min(100, Math.max(0, percent));
    this.#draw();
  }

  #onWheel(event) {
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.#within(event));
  }

  #onDown(event) {
    if (event.button !== 0)
      return;
    this.#canvas.setPointerCapture(event.pointerId);
    const isDivider = event.target.closest('#divider') !== null;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, isDivider });
  }

  #onMove(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last)
      return;
    const box = this.#canvas.getBoundingClientRect();
    const now = { x: event.clientX, y: event.clientY, isDivider: last.isDivider };
    if (last.isDivider)
      this.#splitTo((now.x - box.left) / box.width * 100);
    else if (this.#pointers.size === 2)
      this.#pinch(event.pointerId, last, now);
    else
      this.#move((last.x - now.x) / this.#scale(), (last.y - now.y) / this.#scale());
    this.#pointers.set(event.pointerId, now);
  }

  #pinch(id, last, now) {
    const other = [...this.#pointers].find(([key]) => key !== id)[1];
    const distance = point => Math.hypot(point.x - other.x, point.y - other.y);
    this.zoomBy(distance(now) / Math.max(1, distance(last)), this.#within({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }));
  }

  // Where in its pane an event is.
  #within(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) % this.#paneSize().width, event.clientY - box.top];
  }

  #onKey(event) {
    const step = 60 / this.#scale();
    const actions = {
      ArrowLeft: () => this.#move(-step, 0), ArrowRight: () => this.#move(step, 0), ArrowUp: () => this.#move(0, -step), ArrowDown: () => this.#move(0, step),
      '+': () => this.zoomBy(1.5), '=': () => this.zoomBy(1.5), '-': () => this.zoomBy(1 / 1.5), 0: () => this.fit(),
    };
    run(event, actions);
  }

  #onDividerKey(event) {
    run(event, {
      ArrowLeft: () => this.#splitTo(this.#split - 2), ArrowRight: () => this.#splitTo(this.#split + 2), ArrowDown: () => this.#splitTo(this.#split - 2), ArrowUp: () => this.#splitTo(this.#split + 2),
      PageDown: () => this.#splitTo(this.#split - 10), PageUp: () => this.#splitTo(this.#split + 10), Home: () => this.#splitTo(0), End: () => this.#splitTo(100),
    });
  }
}

function run(event, actions) {
  const action = event.ctrlKey || event.metaKey || event.altKey ? null : actions[event.key];
  if (!action)
    return;
  event.preventDefault();
  event.stopPropagation();
  action();
}

// Decoded before it is shown, so that nothing waits for a large picture.
async function set(pane, { url, text }) {
  const picture = pane.querySelector('.picture');
  if (picture.src === url)
    return;
  await load(picture, url);
  picture.alt = text;
}

async function setMap(pane, url) {
  const map = pane.querySelector('.map');
  if (url)
    await load(map, url);
  else
    map.removeAttribute('src');
}

async function load(picture, url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  picture.src = url;
}
